"""The kinds of seats, in words for clients: what both seat maps and prices speak of."""

from domain.layouts import SeatKind
from schema.enums import publish

__all__ = ["SeatKind"]

publish(
    SeatKind,
    "What sort of seat it is; it decides the price and who should sit there.",
    {
        "STANDARD": "An ordinary seat, at the showtime's `basePrice`.",
        "PREMIUM": "A better seat.",
        "VIP": "One of the best seats.",
        "WHEELCHAIR": "A space for a wheelchair.",
        "COMPANION": "A seat beside a wheelchair space, for whoever comes along.",
    },
)
