"""When a showtime runs, whether it is on sale, and whether two of them collide."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.problems import NotOnSale


class ShowtimeStatus(StrEnum):
    """Where a showtime stands in time."""

    SCHEDULED = "SCHEDULED"
    ONGOING = "ONGOING"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class MovieStatus(StrEnum):
    """Whether a movie is yet to come, showing, or over."""

    COMING_SOON = "COMING_SOON"
    NOW_SHOWING = "NOW_SHOWING"
    ENDED = "ENDED"


@dataclass(frozen=True)
class Window:
    """The times of one showtime; all instants are UTC."""

    starts_at: datetime
    ends_at: datetime
    sales_open_at: datetime | None = None
    cancelled: bool = False


def status_at(window: Window, now: datetime) -> ShowtimeStatus:
    """The showtime's status at a moment."""
    if window.cancelled:
        return ShowtimeStatus.CANCELLED
    if now < window.starts_at:
        return ShowtimeStatus.SCHEDULED
    return ShowtimeStatus.ONGOING if now < window.ends_at else ShowtimeStatus.COMPLETED


def on_sale(window: Window, now: datetime) -> bool:
    """Seats are sold from the opening of sales until the showtime starts."""
    opened = window.sales_open_at is None or window.sales_open_at <= now
    return opened and status_at(window, now) is ShowtimeStatus.SCHEDULED


def next_turn(window: Window, now: datetime) -> datetime | None:
    """When the status, or whether it is on sale, can be another one than now; None: never."""
    if window.cancelled:
        return None
    return min(
        (turn for turn in (window.sales_open_at, window.starts_at, window.ends_at) if turn and turn > now), default=None
    )


def check_on_sale(window: Window, now: datetime) -> None:
    """Raise NotOnSale, saying why, unless seats are being sold."""
    if on_sale(window, now):
        return
    if window.cancelled:
        raise NotOnSale("This showtime has been cancelled.")
    if now >= window.starts_at:
        raise NotOnSale("This showtime has already started.")
    raise NotOnSale("Sales for this showtime have not opened yet.")


def overlaps(one: Window, other: Window, turnaround: timedelta = timedelta(0)) -> bool:
    """Whether two showtimes would need the same screen at once, cleaning time included."""
    return one.starts_at < other.ends_at + turnaround and other.starts_at < one.ends_at + turnaround


def local_time(instant: datetime, timezone: str) -> datetime:
    """The instant as the clocks at the venue show it."""
    return instant.astimezone(ZoneInfo(timezone))


def local_date(instant: datetime, timezone: str) -> date:
    """The day of an instant on the venue's calendar."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def movie_status(opens_on: date | None, closes_on: date | None, today: date) -> MovieStatus:
    """A movie is showing from its first day to its last, both included; without a first day it is coming."""
    if opens_on is None or today < opens_on:
        return MovieStatus.COMING_SOON
    return MovieStatus.ENDED if closes_on is not None and today > closes_on else MovieStatus.NOW_SHOWING
