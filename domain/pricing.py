"""What seats cost: a quote, line by line, fixed when the hold is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import TypeAlias

from domain.layouts import LayoutSeat, SeatKind
from domain.money import Money
from domain.price_terms import NO_TERMS, PriceTerms

# A seat's price as a share of the showtime's base price, in percent.
KIND_PERCENT: Mapping[SeatKind, int] = {
    SeatKind.STANDARD: 100,
    SeatKind.PREMIUM: 125,
    SeatKind.VIP: 160,
    SeatKind.WHEELCHAIR: 100,
    SeatKind.COMPANION: 100,
}
KIND_NAMES: Mapping[SeatKind, str] = {
    SeatKind.STANDARD: "Standard seat",
    SeatKind.PREMIUM: "Premium seat",
    SeatKind.VIP: "VIP seat",
    SeatKind.WHEELCHAIR: "Wheelchair space",
    SeatKind.COMPANION: "Companion seat",
}
WHOLE_TAX_RATE = 10_000  # a tax is in hundredths of a percent


class PricePart(StrEnum):
    """What a line of a quote is for, in the order in which prices are made."""

    BASE = "BASE"
    SEAT_KIND = "SEAT_KIND"
    RULE = "RULE"
    COUPON = "COUPON"
    FEE = "FEE"
    TAX = "TAX"
    ROUNDING = "ROUNDING"


_Part: TypeAlias = tuple[PricePart, int, str]  # its amount in minor units, and its words


@dataclass(frozen=True)
class QuoteLine:
    """One part of a price in minor units, with words fit to show; without a label it is for the whole sale."""

    part: PricePart
    minor: int
    text: str
    label: str | None = None
    kind: SeatKind | None = None


@dataclass(frozen=True)
class Quote:
    """What a selection costs: seat by seat, each beginning with its BASE, then what is for the whole sale."""

    currency: str
    lines: tuple[QuoteLine, ...]

    @cached_property
    def total(self) -> Money:
        """The sum of all lines."""
        return Money(sum(line.minor for line in self.lines), self.currency)

    @cached_property
    def labels(self) -> list[str]:
        """The seats, in the order of the quote."""
        return list(self._of_seats())

    def shares(self) -> dict[str, int]:
        """What each seat's ticket is worth, in minor units; together exactly the total.

        What is for the whole sale is spread in proportion to what each seat costs by itself, by largest remainder.
        None is below zero if no seat costs less than nothing, and neither do all of them together.
        """
        own = self._of_seats()
        spread = _apportioned(self.total.minor - sum(own.values()), list(own.values()))
        return {label: minor + part for (label, minor), part in zip(own.items(), spread, strict=True)}

    def _of_seats(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for line in self.lines:
            if line.label is not None:
                sums[line.label] = sums.get(line.label, 0) + line.minor
        return sums

    def moved_to(self, seats: Iterable[LayoutSeat]) -> "Quote":
        """The same price, to the cent, for other seats of the same kinds; IndexError where the kinds differ."""
        free = {kind: [seat.label for seat in seats_of] for kind, seats_of in _by_kind(seats).items()}
        kinds = {line.label: line.kind for line in self.lines if line.label is not None}
        new = {label: free.get(kind or SeatKind.STANDARD, []).pop(0) for label, kind in kinds.items()}
        return Quote(self.currency, tuple(line if line.label is None else _moved(line, new) for line in self.lines))


def _by_kind(seats: Iterable[LayoutSeat]) -> dict[SeatKind, list[LayoutSeat]]:
    found: dict[SeatKind, list[LayoutSeat]] = {}
    for seat in seats:
        found.setdefault(seat.kind, []).append(seat)
    return found


def _moved(line: QuoteLine, new: Mapping[str, str]) -> QuoteLine:
    label = new[line.label or ""]
    if line.part is PricePart.BASE and line.kind is not None:
        return base_line(label, line.kind, line.minor)
    return replace(line, label=label)


def quote(base: Money, seats: Iterable[LayoutSeat], terms: PriceTerms = NO_TERMS) -> Quote:
    """What these seats cost now, where a standard seat costs `base` and the venue has these terms."""
    lines: list[QuoteLine] = []
    for seat in seats:
        (_, minor, _), *others = _parts(base.minor, seat.kind, terms)
        lines.append(base_line(seat.label, seat.kind, minor))
        lines += [QuoteLine(part, minor, text, seat.label, seat.kind) for part, minor, text in others]
    return Quote(base.currency, (*lines, *_rounding(lines, base.currency, terms.round_to)))


def base_line(label: str, kind: SeatKind, minor: int) -> QuoteLine:
    """The line that every seat begins with."""
    return QuoteLine(PricePart.BASE, minor, f"Seat {label}", label, kind)


def seat_price(base: Money, kind: SeatKind, terms: PriceTerms = NO_TERMS) -> Money:
    """What one seat of this kind adds to a total, fees and taxes included."""
    return Money(sum(minor for _, minor, _ in _parts(base.minor, kind, terms)), base.currency)


def rounded(minor: int, step: int) -> int:
    """The multiple of a step nearest to an amount, half up; what would be rounded to nothing stays as it is."""
    return (2 * minor + step) // (2 * step) * step or minor


@lru_cache(maxsize=4_096)
def _parts(base_minor: int, kind: SeatKind, terms: PriceTerms) -> tuple[_Part, ...]:
    """What a seat of this kind is charged; the base comes first, and of the rest what is not nothing."""
    percent = KIND_PERCENT[kind]
    priced = _half_up(base_minor * percent, 100)
    base, *others = _taxed(
        [
            (PricePart.BASE, base_minor, ""),
            (PricePart.SEAT_KIND, priced - base_minor, f"{KIND_NAMES[kind]}, {percent - 100:+} %"),
            (PricePart.FEE, terms.booking_fee, "Booking fee"),
        ],
        terms,
    )
    return (base, *(part for part in others if part[1]))


def _taxed(parts: list[_Part], terms: PriceTerms) -> list[_Part]:
    """The parts and the tax on their sum: added, or, if it is included, taken out of them."""
    if not terms.tax_rate:
        return parts
    name, gross = f"{terms.tax_name} {terms.tax_percent} %", sum(minor for _, minor, _ in parts)
    if not terms.tax_included:
        return [*parts, (PricePart.TAX, _half_up(gross * terms.tax_rate, WHOLE_TAX_RATE), name)]
    # The net of each sum so far, not of each part: so that the parts' nets sum to the net of the whole.
    sums = accumulate(minor for _, minor, _ in parts)
    nets = [0, *(_half_up(each * WHOLE_TAX_RATE, WHOLE_TAX_RATE + terms.tax_rate) for each in sums)]
    split = [
        (part, after - before, text) for (part, _, text), (before, after) in zip(parts, pairwise(nets), strict=True)
    ]
    return [*split, (PricePart.TAX, gross - nets[-1], f"{name} (included)")]


def _rounding(lines: Iterable[QuoteLine], currency: str, step: int) -> list[QuoteLine]:
    """The line that makes the total a multiple of the step, if one is needed."""
    exact = sum(line.minor for line in lines)
    moved = rounded(exact, step) - exact
    return [QuoteLine(PricePart.ROUNDING, moved, f"Rounded to {Money(step, currency).amount}")] if moved else []


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _apportioned(amount: int, weights: list[int]) -> list[int]:
    """An amount in whole units in proportion to weights, by largest remainder, the first of equals first."""
    if min(weights, default=0) < 0 or not sum(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % whole))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts
