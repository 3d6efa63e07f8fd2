"""The kinds of seats and where they are, in words for clients: what seat maps, prices and preferences speak of."""

from domain.best_seats import SeatPosition
from domain.layouts import SeatKind
from schema.enums import publish

__all__ = ["SeatKind", "SeatPosition"]

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

publish(
    SeatPosition,
    "How near the screen somebody likes to sit.",
    {
        "FRONT": "In the rows at the front.",
        "MIDDLE": "Half way between the screen and the last row.",
        "BACK": "In the rows at the back.",
    },
)
