"""When a showtime may be put on: in time, with an end and a price, on a screen that is free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

from domain.checks import Checks
from domain.money import Money
from domain.showtimes import Window, overlaps

TURNAROUND: Final = timedelta(minutes=15)  # to let people out, clean, and let people in
LONGEST_SHOW: Final = timedelta(hours=24)
FARTHEST_AHEAD: Final = timedelta(days=2 * 365)
LONGEST_WORD: Final = 40
HIGHEST_PRICE: Final = 10**12


@dataclass(frozen=True)
class ShowtimeDetails:
    """A showtime as its manager plans it; without an end it lasts as long as the movie."""

    starts_at: datetime
    base_price: str
    ends_at: datetime | None = None
    sales_open_at: datetime | None = None
    language: str | None = None
    format: str | None = None


@dataclass(frozen=True)
class PlannedShowtime:
    """A plan that makes sense."""

    window: Window
    base_price: Money
    language: str | None
    format: str | None


def plan(wanted: ShowtimeDetails, runtime_minutes: int | None, currency: str, now: datetime) -> PlannedShowtime:
    """The plan with its values as they are kept; InvalidInput names every one that is wrong."""
    checks = Checks()
    language = checks.optional(wanted.language, LONGEST_WORD, "language")
    format = checks.optional(wanted.format, LONGEST_WORD, "format")
    price = _price(checks, wanted.base_price, currency)
    window = _window(checks, wanted, runtime_minutes, now)
    checks.done()
    return PlannedShowtime(window, price, language, format)


class Scheduled(Protocol):
    """Something that needs its screen for a while."""

    @property
    def window(self) -> Window:
        """From when to when."""


ScheduledT = TypeVar("ScheduledT", bound=Scheduled)


def in_the_way(window: Window, others: Iterable[ScheduledT]) -> ScheduledT | None:
    """The first of the others that needs the screen at the same time, cleaning time included."""
    return next((other for other in others if overlaps(window, other.window, TURNAROUND)), None)


def _price(checks: Checks, amount: str, currency: str) -> Money:
    try:
        price = Money.parse(amount, currency)
    except ValueError:
        price = Money(0, currency)
    if not 0 < price.minor <= HIGHEST_PRICE:
        example = Money(125_000, currency).amount
        checks.refuse(f'This must be an amount of {currency} above 0, such as "{example}".', "basePrice")
    return price


def _window(checks: Checks, wanted: ShowtimeDetails, runtime_minutes: int | None, now: datetime) -> Window:
    if not now < wanted.starts_at <= now + FARTHEST_AHEAD:
        checks.refuse(f"A showtime starts in the next {FARTHEST_AHEAD.days} days.", "startsAt")
        return Window(now, now)
    starts_at = wanted.starts_at.astimezone(UTC)
    if wanted.ends_at is None and runtime_minutes is None:
        checks.refuse("This movie has no runtime; say when the showtime ends.", "endsAt")
    ends_at = wanted.ends_at or starts_at + timedelta(minutes=runtime_minutes or 1)
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SHOW:
        checks.refuse("A showtime ends after it starts, within 24 hours.", "endsAt")
        return Window(starts_at, starts_at)
    if wanted.sales_open_at is not None and not now - FARTHEST_AHEAD <= wanted.sales_open_at < starts_at:
        checks.refuse("Sales open before the showtime starts.", "salesOpenAt")
        return Window(starts_at, starts_at)
    opening = wanted.sales_open_at and wanted.sales_open_at.astimezone(UTC)
    return Window(starts_at, ends_at.astimezone(UTC), opening)
