"""What the demo cinema shows, on which screen, when: the same for the same day, two weeks ahead of any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.scheduling import TURNAROUND
from scripts.demo.houses import DemoScreen, DemoVenue

DAYS_AHEAD = 14
FIRST_START = time(10, 30)
LAST_START = time(22, 30)
EVENING = time(17, 0)
EVENING_PERCENT = 120


@dataclass(frozen=True)
class Slot:
    """One showing: which of the movies (by its place in the list), when, and for how much."""

    movie: int
    starts_at: datetime
    ends_at: datetime
    base_price_minor: int


def day_of(venue: DemoVenue, screen: DemoScreen, day: date, runtimes: Sequence[int]) -> Iterator[Slot]:
    """One screen's showings of one day, in order and with time to clean between them."""
    zone = ZoneInfo(venue.timezone)
    turn = day.toordinal() + sum(map(ord, screen.name))
    starts_at = datetime.combine(day, FIRST_START, zone) + timedelta(minutes=15 * (turn % 4))
    closing = datetime.combine(day, LAST_START, zone)
    while runtimes and starts_at <= closing:
        movie = turn % len(runtimes)
        ends_at = starts_at + timedelta(minutes=runtimes[movie])
        yield Slot(movie, starts_at.astimezone(UTC), ends_at.astimezone(UTC), _price(venue, screen, starts_at))
        starts_at = _next_quarter(ends_at + TURNAROUND)
        turn += 3


def _price(venue: DemoVenue, screen: DemoScreen, starts_at: datetime) -> int:
    evening = EVENING_PERCENT if starts_at.time() >= EVENING else 100
    exact = venue.base_price_minor * screen.price_percent * evening / 10_000
    return round(exact / venue.rounded_to) * venue.rounded_to


def _next_quarter(moment: datetime) -> datetime:
    return moment + timedelta(minutes=-moment.minute % 15)
