"""Reports: their days, the hours of a venue's clock, and figures that add up to the last cent."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from domain.sales import Figures, Line, Period, add_up, beginning_of, hour_of, period
from domain.wrong_calls import BadUserInput

pytestmark = pytest.mark.once

TODAY = date(2026, 11, 21)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (None, None, Period(TODAY, TODAY)),
        (back(2), None, Period(back(2), TODAY)),
        (None, back(2), Period(back(2), back(2))),
        (back(9), back(8), Period(back(9), back(8))),
        (back(91), TODAY, Period(back(91), TODAY)),
        (date.max, date.max, Period(date.max, date.max)),
    ],
)
def test_the_days_of_a_report(first: date | None, last: date | None, days: Period) -> None:
    assert period(first, last, TODAY) == days


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (back(92), TODAY, "at most 92 days, and these are 93"),
        (date.min, date.max, "these are 3,652,059"),
        (TODAY, back(1), "`from` is after `to`"),
        (TODAY + timedelta(days=1), None, "`from` is after `to`"),
    ],
)
def test_days_that_no_report_covers(first: date, last: date | None, words: str) -> None:
    with pytest.raises(BadUserInput, match=words):
        period(first, last, TODAY)


@pytest.mark.parametrize(("days", "hourly"), [(1, True), (3, True), (4, False), (92, False)])
def test_few_days_are_told_by_the_hour(days: int, hourly: bool) -> None:
    assert Period(back(days - 1), TODAY).is_hourly is hourly


@pytest.mark.parametrize(
    ("instant", "timezone", "hour"),
    [
        ("2026-11-21T10:59:59.999999", "UTC", "2026-11-21T10:00"),
        ("2026-11-21T10:45:00", "Asia/Kolkata", "2026-11-21T10:30"),  # 16:15 there
        ("2026-11-21T10:29:59", "Asia/Kolkata", "2026-11-21T09:30"),
        ("2026-11-21T10:20:00", "Asia/Kathmandu", "2026-11-21T10:15"),
        ("2026-11-01T05:30:00", "America/New_York", "2026-11-01T05:00"),  # half past one, for the first time
        ("2026-11-01T06:30:00", "America/New_York", "2026-11-01T06:00"),  # and for the second
        ("2026-04-04T15:15:00", "Australia/Lord_Howe", "2026-04-04T14:00"),  # 01:45 again: half an hour twice
        ("2026-10-03T15:40:00", "Australia/Lord_Howe", "2026-10-03T15:30"),  # 02:40, after half an hour was left out
    ],
)
def test_the_hour_that_the_clocks_show(instant: str, timezone: str, hour: str) -> None:
    found = hour_of(datetime.fromisoformat(instant).replace(tzinfo=UTC), timezone)
    assert found == datetime.fromisoformat(hour).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_day_begins_at_the_venue_s_midnight() -> None:
    assert beginning_of(TODAY, "Asia/Kolkata") == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert beginning_of(date(2026, 11, 1), "America/New_York") == datetime(2026, 11, 1, 4, tzinfo=UTC)


FIGURES = st.builds(Figures, *[st.integers(0, 10**12)] * 4)
LINES = st.lists(
    st.builds(
        Line,
        st.integers(0, 5).map(lambda hours: MIDNIGHT + timedelta(hours=hours)),
        st.integers(1, 4).map(lambda number: UUID(int=number)),
        FIGURES,
    )
)


@given(LINES)
def test_points_and_movies_add_up_to_the_total(lines: list[Line]) -> None:
    report = add_up(lines)
    assert report.total == sum((line.figures for line in lines), Figures())
    assert report.total == sum((figures for _, figures in report.by_time), Figures())
    assert report.total == sum((figures for _, figures in report.by_movie), Figures())
    moments = [at for at, _ in report.by_time]
    assert moments == sorted({line.at for line in lines})
    revenues = [figures.revenue for _, figures in report.by_movie]
    assert revenues == sorted(revenues, reverse=True)
    assert {movie for movie, _ in report.by_movie} == {line.movie_id for line in lines}


def test_of_equal_revenue_more_tickets_are_better_and_then_it_is_always_the_same() -> None:
    lines = [Line(MIDNIGHT, UUID(int=number), Figures(1, tickets, 100)) for number, tickets in ((3, 1), (2, 1), (1, 2))]
    order = [movie.int for movie, _ in add_up(lines).by_movie]
    assert order == [movie.int for movie, _ in add_up(reversed(lines)).by_movie] == [1, 2, 3]
