"""What seats cost: a quote, seat by seat, fixed when the hold is made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.layouts import LayoutSeat, SeatKind
from domain.money import Money

# A seat's price as a share of the showtime's base price, in percent.
KIND_PERCENT: Mapping[SeatKind, int] = {
    SeatKind.STANDARD: 100,
    SeatKind.PREMIUM: 125,
    SeatKind.VIP: 160,
    SeatKind.WHEELCHAIR: 100,
    SeatKind.COMPANION: 100,
}


@dataclass(frozen=True)
class QuoteLine:
    """What one seat costs."""

    label: str
    kind: SeatKind
    minor: int


@dataclass(frozen=True)
class Quote:
    """What a selection costs, seat by seat; the parts sum to the total."""

    currency: str
    lines: tuple[QuoteLine, ...]

    @property
    def total(self) -> Money:
        """The sum of all lines."""
        return Money(sum(line.minor for line in self.lines), self.currency)

    @property
    def labels(self) -> list[str]:
        """The seats, in the order of the quote."""
        return [line.label for line in self.lines]

    def shares(self) -> dict[str, int]:
        """What each seat is worth, in minor units; they sum to the total."""
        return {line.label: line.minor for line in self.lines}

    def moved_to(self, seats: Sequence[LayoutSeat]) -> "Quote":
        """The same price for other seats of the same kinds; KeyError where the kinds differ."""
        free = {kind: [seat.label for seat in seats if seat.kind is kind] for kind in SeatKind}
        lines = tuple(replace(line, label=free[line.kind].pop(0)) for line in self.lines)
        return replace(self, lines=lines)


def seat_price(base: Money, kind: SeatKind) -> Money:
    """The price of one seat of this kind, rounded half up to the minor unit."""
    return Money((base.minor * KIND_PERCENT[kind] + 50) // 100, base.currency)


def quote(base: Money, seats: Iterable[LayoutSeat]) -> Quote:
    """What these seats cost now."""
    lines = tuple(QuoteLine(seat.label, seat.kind, seat_price(base, seat.kind).minor) for seat in seats)
    return Quote(base.currency, lines)
