"""What the demo cinema shows: two weeks ahead of any day, whatever is there already."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from domain.scheduling import TURNAROUND
from domain.showtimes import MovieStatus
from models.movies import Movie
from models.showtimes import Showtime
from models.venues import Venue
from scripts import demo
from tests.databases import Database
from tests.demo_cinema import NOW, assert_programme, at_noon, cinema, counts, load

__all__ = ["at_noon", "cinema"]


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 17, 0, tzinfo=UTC),
        datetime(2026, 11, 20, 18, 30, tzinfo=UTC),
    ],
)
async def test_two_weeks_are_ahead_of_any_day(now: datetime, database: Database) -> None:
    with time_machine.travel(now, tick=False):
        assert await load(database, now)
    await assert_programme(now)


async def test_every_movie_that_is_showing_is_shown_every_day(cinema: Database) -> None:
    for days in range(15):
        day = NOW.date() + timedelta(days=days)
        shown = await Showtime.shown_on(Movie.all(), day)
        wanted = [movie for movie in await Movie.all() if movie.status_on(day) is MovieStatus.NOW_SHOWING]
        assert {movie.title for movie in shown} <= {movie.title for movie in wanted}
        assert len({movie.id for movie in shown}) >= 9


async def test_the_same_day_makes_the_same_cinema(database: Database) -> None:
    async def programme() -> list[tuple[object, ...]]:
        rows = await Showtime.all().select_related("movie", "screen").order_by("starts_at", "screen__name")
        return [(row.movie.title, row.screen.name, row.starts_at, row.ends_at, row.base_price_minor) for row in rows]

    await load(database)
    first = await programme()
    await Showtime.all().delete()
    await demo.extend_programme(NOW)
    assert await programme() == first
    assert len(first) > 700


async def test_a_second_start_adds_nothing(cinema: Database) -> None:
    before = await counts()
    assert await load(cinema)
    assert await demo.extend_programme(NOW) == 0
    assert await counts() == before


async def test_a_day_later_a_day_is_added_and_what_is_there_stays(cinema: Database) -> None:
    before = {row.id for row in await Showtime.all()}
    added = await demo.extend_programme(NOW + timedelta(days=1))
    rows = await Showtime.all()
    assert {row.id for row in rows} > before
    assert len(rows) == len(before) + added
    assert {row.local_date for row in rows if row.id not in before} == {date(2026, 12, 6)}
    await assert_programme(NOW + timedelta(days=1))


async def test_a_month_later_what_was_to_come_is_shown(cinema: Database) -> None:
    later = NOW + timedelta(days=30)
    await demo.extend_programme(later)
    await assert_programme(later)
    [coming] = [movie for movie in await Movie.all() if movie.status_on(NOW.date()) is MovieStatus.COMING_SOON]
    days = await Showtime.filter(movie_id=coming.id).values_list("local_date", flat=True)
    assert coming.opens_on is not None
    assert min(days) >= coming.opens_on


async def test_what_an_editor_has_put_on_is_not_in_the_way(cinema: Database) -> None:
    before = {row.id for row in await Showtime.all()}
    template = await Showtime.filter(local_date=NOW.date()).first()
    assert template is not None
    late = datetime(2026, 12, 6, 22, 0, tzinfo=UTC)
    theirs = await Showtime.create(
        **{name: getattr(template, name) for name in ("movie_id", "venue_id", "screen_id", "layout_id", "currency")},
        created_at=NOW,
        starts_at=late - timedelta(hours=9),
        ends_at=late,
        local_date=date(2026, 12, 5),
        base_price_minor=1,
    )
    await demo.extend_programme(NOW + timedelta(days=1))
    rows = await Showtime.filter(screen_id=theirs.screen_id).order_by("starts_at")
    assert all(later.starts_at - row.ends_at >= TURNAROUND for row, later in pairwise(rows) if later.id not in before)


async def test_a_movie_without_a_runtime_is_still_shown(cinema: Database) -> None:
    await Movie.all().update(runtime_minutes=None)
    assert await demo.extend_programme(NOW + timedelta(days=2)) > 0
    await assert_programme(NOW + timedelta(days=2))


async def test_without_movies_or_venues_nothing_is_shown(cinema: Database) -> None:
    await Showtime.all().delete()
    await Movie.all().update(closes_on=date(2026, 1, 1))
    assert await demo.extend_programme(NOW) == 0
    await Movie.all().update(closes_on=None)
    for venue in await Venue.all():
        await Venue.filter(id=venue.id).update(name=f"Once {venue.name}")
    assert await demo.extend_programme(NOW) == 0
