"""When a showtime runs, when it is on sale, and when two of them collide."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from domain.problems import NotOnSale
from domain.showtimes import (
    MovieStatus,
    ShowtimeStatus,
    Window,
    check_on_sale,
    local_date,
    local_time,
    movie_status,
    on_sale,
    overlaps,
    status_at,
)

START = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
SECOND = timedelta(seconds=1)
RUNNING = Window(START, END)
CANCELLED = Window(START, END, cancelled=True)
LATER = Window(START, END, sales_open_at=START - timedelta(days=1))


@pytest.mark.parametrize(
    ("window", "now", "status", "sold"),
    [
        (RUNNING, START - SECOND, ShowtimeStatus.SCHEDULED, True),
        (RUNNING, START, ShowtimeStatus.ONGOING, False),
        (RUNNING, END - SECOND, ShowtimeStatus.ONGOING, False),
        (RUNNING, END, ShowtimeStatus.COMPLETED, False),
        (CANCELLED, START - SECOND, ShowtimeStatus.CANCELLED, False),
        (CANCELLED, END, ShowtimeStatus.CANCELLED, False),
        (LATER, START - timedelta(days=1, seconds=1), ShowtimeStatus.SCHEDULED, False),
        (LATER, START - timedelta(days=1), ShowtimeStatus.SCHEDULED, True),
        (LATER, START, ShowtimeStatus.ONGOING, False),
    ],
)
def test_status_and_sale_at_a_moment(window: Window, now: datetime, status: ShowtimeStatus, sold: bool) -> None:
    assert (status_at(window, now), on_sale(window, now)) == (status, sold)


@pytest.mark.parametrize(
    ("window", "now", "message"),
    [
        (CANCELLED, START - SECOND, "This showtime has been cancelled."),
        (CANCELLED, END, "This showtime has been cancelled."),
        (RUNNING, START, "This showtime has already started."),
        (LATER, START - timedelta(days=2), "Sales for this showtime have not opened yet."),
    ],
)
def test_what_is_not_on_sale_says_why(window: Window, now: datetime, message: str) -> None:
    with pytest.raises(NotOnSale) as refusal:
        check_on_sale(window, now)
    assert refusal.value.message == message


def test_what_is_on_sale_is_not_refused() -> None:
    check_on_sale(RUNNING, START - SECOND)


WINDOWS = st.builds(
    lambda start, minutes: Window(START + timedelta(minutes=start), START + timedelta(minutes=start + minutes)),
    st.integers(-300, 300),
    st.integers(1, 300),
)
TURNAROUNDS = st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes))


@given(WINDOWS, WINDOWS, TURNAROUNDS)
def test_an_overlap_is_mutual_and_is_a_minute_both_need(one: Window, other: Window, turnaround: timedelta) -> None:
    minutes = [START + timedelta(minutes=minute) for minute in range(-300, 700)]
    both = [
        minute
        for minute in minutes
        if one.starts_at <= minute < one.ends_at + turnaround and other.starts_at <= minute < other.ends_at + turnaround
    ]
    assert overlaps(one, other, turnaround) is overlaps(other, one, turnaround) is bool(both)


def test_back_to_back_is_no_overlap() -> None:
    assert not overlaps(RUNNING, Window(END, END + timedelta(hours=1)))
    assert overlaps(RUNNING, Window(END, END + timedelta(hours=1)), timedelta(minutes=1))


@pytest.mark.parametrize(
    ("instant", "zone", "day", "told"),
    [
        (datetime(2026, 11, 21, 18, 29, 59, tzinfo=UTC), "Asia/Kolkata", date(2026, 11, 21), "23:59:59+05:30"),
        (datetime(2026, 11, 21, 18, 30, tzinfo=UTC), "Asia/Kolkata", date(2026, 11, 22), "00:00:00+05:30"),
        (datetime(2026, 11, 21, 10, 0, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 11, 22), "00:00:00+14:00"),
        (datetime(2026, 11, 22, 11, 59, tzinfo=UTC), "Etc/GMT+12", date(2026, 11, 21), "23:59:00-12:00"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York", date(2026, 11, 1), "01:30:00-04:00"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York", date(2026, 11, 1), "01:30:00-05:00"),
    ],
)
def test_the_venues_clock_and_calendar(instant: datetime, zone: str, day: date, told: str) -> None:
    assert local_date(instant, zone) == day
    assert local_time(instant, zone).isoformat() == f"{day.isoformat()}T{told}"


DAY = date(2026, 11, 21)
DAYS = st.one_of(st.none(), st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days)))


@given(DAYS, DAYS)
def test_a_movie_is_in_exactly_one_status(opens_on: date | None, closes_on: date | None) -> None:
    status = movie_status(opens_on, closes_on, DAY)
    coming = opens_on is None or opens_on > DAY
    over = not coming and closes_on is not None and closes_on < DAY
    assert (status is MovieStatus.COMING_SOON, status is MovieStatus.ENDED) == (coming, over)
