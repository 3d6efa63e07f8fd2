"""Reports of what was sold: which days they cover, and how their figures are added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.wrong_calls import BadUserInput

DAYS_AT_MOST: Final = 92  # a quarter of a year
DAYS_BY_THE_HOUR: Final = 3


@dataclass(frozen=True)
class Period:
    """Days on a venue's calendar, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1

    @property
    def is_hourly(self) -> bool:
        """Whether its sales are told hour by hour; those of a longer one day by day."""
        return self.days <= DAYS_BY_THE_HOUR


@dataclass(frozen=True)
class Figures:
    """How much was sold; money in minor units, of which `refunded` has gone back or is on its way."""

    bookings: int = 0
    tickets: int = 0
    revenue: int = 0
    refunded: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.bookings + other.bookings,
            self.tickets + other.tickets,
            self.revenue + other.revenue,
            self.refunded + other.refunded,
        )


@dataclass(frozen=True)
class Line:
    """What was sold of one movie in one hour or on one day."""

    at: datetime
    movie_id: UUID
    figures: Figures


@dataclass(frozen=True)
class Report:
    """All that was sold, the same by time, and the same by movie, the best first."""

    total: Figures
    by_time: list[tuple[datetime, Figures]]
    by_movie: list[tuple[UUID, Figures]]


def period(first: date | None, last: date | None, today: date) -> Period:
    """The days a report is to cover: until today if no end is given, that one day if no beginning is.

    BadUserInput for days in the wrong order, and for too many of them.
    """
    end = last or today
    wanted = Period(first or end, end)
    if wanted.days < 1:
        raise BadUserInput("`from` is after `to`.")
    if wanted.days > DAYS_AT_MOST:
        raise BadUserInput(f"A report covers at most {DAYS_AT_MOST} days, and these are {wanted.days:,}.")
    return wanted


def hour_of(instant: datetime, timezone: str) -> datetime:
    """When the hour began that the clocks at the venue show; one that they show twice is two hours."""
    local = instant.astimezone(ZoneInfo(timezone))
    return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def beginning_of(day: date, timezone: str) -> datetime:
    """When a day begins at the venue."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def add_up(lines: Iterable[Line]) -> Report:
    """The report of these lines: every line counts once in the total, once by time and once by movie."""
    total = Figures()
    by_time: dict[datetime, Figures] = {}
    by_movie: dict[UUID, Figures] = {}
    for line in lines:
        total += line.figures
        by_time[line.at] = by_time.get(line.at, Figures()) + line.figures
        by_movie[line.movie_id] = by_movie.get(line.movie_id, Figures()) + line.figures
    return Report(total, sorted(by_time.items(), key=lambda point: point[0]), sorted(by_movie.items(), key=_best_first))


def _best_first(movie: tuple[UUID, Figures]) -> tuple[int, int, UUID]:
    movie_id, sold = movie
    return -sold.revenue, -sold.tickets, movie_id
