"""The demo cinema's three venues: each in a time zone and a currency of its own, with screens of 40 to 600 seats."""

from dataclasses import dataclass

from domain.price_terms import PriceTerms

LARGE = 10  # rows
SMALL = 6
_ROWS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O, as in real halls


@dataclass(frozen=True)
class DemoScreen:
    """A screen, drawn, and how it shows films."""

    name: str
    drawing: str
    format: str
    price_percent: int = 100


@dataclass(frozen=True)
class DemoVenue:
    """A venue and what a standard seat costs there in the afternoon, in minor units, without what its terms add."""

    name: str
    address: str
    city: str
    timezone: str
    currency: str
    base_price_minor: int
    rounded_to: int
    terms: PriceTerms
    language: str
    screens: tuple[DemoScreen, ...]


def hall(
    rows: int, block: int, *, middle: int = 0, premium: int = 0, vip: int = 0, wheelchairs: int = 0, love: int = 0
) -> str:
    """A house of `rows` rows: a block, an aisle, perhaps a middle block and another aisle, a block.

    The last rows are VIP, those before them premium; wheelchair places with their companions are in the front row. The
    first rows of all but the smallest houses are narrower than the rest. `love` of the last rows have love seats, in
    blocks whose seats come out even. A large house has stalls, a cross aisle and a circle.
    """
    lines = ["[Stalls]"] if rows > LARGE else []
    for index in range(rows):
        kind = "v" if index >= rows - vip else "p" if index >= rows - vip - premium else "s"
        inset = max(0, 2 - block % 2 - index) if rows > SMALL else 0
        bays = "wc" * wheelchairs if index == 0 else ""
        sides = [(bays + kind * block)[: block - inset], kind * middle, kind * (block - inset)]
        if index >= rows - love:
            sides = [side.upper() if len(side) % 2 == 0 else side for side in sides]
        lines.append(f"{_ROWS[index]} {'.' * inset}{'.'.join(filter(None, sides))}")
        if rows > LARGE and index == rows // 2 - 1:
            lines += ["", "[Circle]"]
    return "\n".join(lines)


VENUES = (
    DemoVenue(
        "Lotus Lantern Cinema",
        "27 Trang Tien",
        "Hanoi",
        "Asia/Ho_Chi_Minh",
        "VND",
        85_000,
        1_000,
        PriceTerms(round_to=1_000),
        "Vietnamese",
        (
            DemoScreen("Grand Lotus", hall(24, 6, middle=13, premium=6, vip=2, wheelchairs=2, love=1), "IMAX", 160),
            DemoScreen("Lantern", hall(14, 4, middle=10, premium=4, vip=1, wheelchairs=1, love=1), "3D", 120),
            DemoScreen("Firefly", hall(8, 4, premium=2, wheelchairs=1, love=1), "2D"),
        ),
    ),
    DemoVenue(
        "Marigold Talkies",
        "14 Colaba Causeway",
        "Mumbai",
        "Asia/Kolkata",
        "INR",
        25_000,
        1_000,
        PriceTerms(tax_name="GST", tax_rate=1_800, tax_included=True),
        "Hindi",
        (
            DemoScreen("Maharani", hall(20, 5, middle=12, premium=5, vip=2, wheelchairs=2, love=2), "IMAX", 160),
            DemoScreen("Bombay Room", hall(12, 4, middle=8, premium=3, wheelchairs=1, love=1), "2D"),
            DemoScreen("The Verandah", hall(4, 5, vip=4, wheelchairs=1), "2D", 140),
        ),
    ),
    DemoVenue(
        "Pearl Diver Pictures",
        "3 Gulf Street",
        "Kuwait City",
        "Asia/Kuwait",
        "KWD",
        3_500,
        250,
        PriceTerms(booking_fee=250),
        "English",
        (
            DemoScreen("Dhow", hall(16, 5, middle=8, premium=4, vip=2, wheelchairs=2, love=2), "3D", 120),
            DemoScreen("Lagoon", hall(9, 4, middle=8, premium=2, wheelchairs=1, love=1), "2D"),
            DemoScreen("Oyster", hall(5, 6, premium=1, wheelchairs=1, love=1), "2D"),
        ),
    ),
)
