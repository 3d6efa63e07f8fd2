"""The demo cinema: the same everywhere, ahead of any day, and never where it does not belong."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter

import pytest
import time_machine

from adapters.passwords import Passwords
from domain.access import Role
from domain.layouts import SeatKind
from domain.money import decimals_of
from domain.scheduling import TURNAROUND
from domain.showtimes import MovieStatus, local_date, local_time
from models.movies import Movie
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.staff import Posting
from models.users import User
from models.venues import Screen, SeatLayout, Venue
from scripts import demo
from scripts.demo.welcome import HOLD, LOGIN, QUERY, SEATS
from settings import Settings
from tests.databases import Database, settings_for
from tests.factories.movies import make_movie
from tests.factories.users import actor_of, make_customer
from tests.factories.venues import make_venue
from tests.schema.asking import asker

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROLES = {
    "admin": Role.ADMIN,
    "staff": Role.STAFF,
    "ana": Role.CUSTOMER,
    "ben": Role.CUSTOMER,
    "manager": Role.MANAGER,
    "concierge": Role.CONCIERGE,
    "owner": Role.SUPER_ADMIN,
}
TABLES = (User, Venue, Screen, SeatLayout, Movie, Showtime)


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def developing(database: Database) -> Settings:
    return settings_for(database.url).model_copy(update={"demo": True, "demo_crowd": False})


async def load(database: Database, now: datetime = NOW) -> bool:
    return await demo.load(developing(database), Passwords(4), now)


async def counts() -> list[int]:
    return [await table.all().count() for table in TABLES]


@pytest.fixture
async def cinema(database: Database) -> Database:
    assert await load(database)
    return database


async def test_three_venues_in_three_zones_and_currencies_with_0_2_and_3_decimals(cinema: Database) -> None:
    venues = await Venue.all()
    assert len({venue.timezone for venue in venues}) == len({venue.currency for venue in venues}) == 3
    assert sorted(decimals_of(venue.currency) for venue in venues) == [0, 2, 3]


async def test_nine_screens_from_40_to_594_seats_with_every_kind_and_aisles(cinema: Database) -> None:
    layouts = [(screen, await screen.layout) for screen in await Screen.all()]
    capacities = sorted(layout.capacity for _, layout in layouts)
    assert (len(capacities), capacities[0], capacities[-1]) == (9, 40, 594)
    for _, layout in layouts:
        seats = layout.layout.seats
        assert layout.capacity == len(seats)
        assert {SeatKind.WHEELCHAIR, SeatKind.COMPANION} < {seat.kind for seat in seats}
        assert any(later.x - seat.x > 1 for seat, later in pairwise(seats) if later.row == seat.row)
    assert {seat.kind for _, layout in layouts for seat in layout.layout.seats} == set(SeatKind)
    assert {seat.section for _, layout in layouts for seat in layout.layout.seats} == {None, "Stalls", "Circle"}


async def test_a_companion_sits_beside_every_wheelchair_place(cinema: Database) -> None:
    for layout in await SeatLayout.all():
        for seat, next_seat in pairwise(layout.layout.seats):
            if seat.kind is SeatKind.WHEELCHAIR:
                assert (next_seat.kind, next_seat.row, next_seat.x) == (SeatKind.COMPANION, seat.row, seat.x + 1)


async def test_twelve_movies_one_to_come_and_one_over(cinema: Database) -> None:
    statuses = [movie.status_on(NOW.date()) for movie in await Movie.all()]
    assert {status: statuses.count(status) for status in MovieStatus} == {
        MovieStatus.COMING_SOON: 1,
        MovieStatus.NOW_SHOWING: 10,
        MovieStatus.ENDED: 1,
    }
    for movie in await Movie.all():
        assert movie.description
        assert movie.runtime_minutes


async def test_every_movie_has_its_poster_and_an_older_demo_gets_what_it_lacks(cinema: Database) -> None:
    titles = {movie.title: movie.poster_url for movie in await Movie.all()}
    assert titles["Paper Tigers of Hàng Mã"] == "/posters/paper-tigers-of-hang-ma.svg"
    assert len(set(titles.values())) == 12
    await Movie.filter(title="Static").update(poster_url=None)
    await Movie.filter(title="Salt Road").update(poster_url="/posters/mine.svg")
    await demo.extend_programme(NOW)
    now = {movie.title: movie.poster_url for movie in await Movie.all()}
    assert now == {**titles, "Salt Road": "/posters/mine.svg"}


async def assert_programme(now: datetime) -> None:
    """Two weeks ahead on every screen, in opening hours, with time to clean."""
    screens = {screen.id: await screen.venue for screen in await Screen.all()}
    rows = await Showtime.all().order_by("screen_id", "starts_at")
    for screen_id, venue in screens.items():
        mine = [row for row in rows if row.screen_id == screen_id]
        today = local_date(now, venue.timezone)
        ahead = {today + timedelta(days=days) for days in range(15)}
        assert ahead <= {row.local_date for row in mine}
        assert all(later.starts_at - row.ends_at >= TURNAROUND for row, later in pairwise(mine))
        for row in mine:
            assert row.local_date == local_date(row.starts_at, venue.timezone)
            local = local_time(row.starts_at, venue.timezone)
            assert 10 <= local.hour <= 22
            assert local.minute % 15 == 0
            assert row.currency == venue.currency
            assert row.base_price_minor > 0
            assert row.price_terms == venue.price_terms != {}


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


@pytest.mark.parametrize("changed", [{"environment": "production"}, {"demo": False}])
async def test_it_is_not_loaded_where_it_does_not_belong(changed: dict[str, object], database: Database) -> None:
    settings = developing(database).model_copy(update=changed)
    assert not await demo.load(settings, Passwords(4), NOW)
    assert await counts() == [0] * 6


async def test_only_a_demo_database_is_topped_up(cinema: Database) -> None:
    await User.filter(email="ben@marquee.test").delete()
    await Showtime.all().delete()
    assert await demo.extend_programme(NOW) == 0
    assert not await load(cinema)
    assert await Showtime.all().count() == 0


@pytest.mark.parametrize("make", [make_customer, make_venue, make_movie])
async def test_it_is_not_loaded_where_anything_is(make: Callable[[], Awaitable[object]], database: Database) -> None:
    await make()
    before = await counts()
    assert not await load(database)
    assert await counts() == before
    assert sum(before) == 1


async def test_many_that_start_at_once_make_one_cinema(database: Database) -> None:
    assert await asyncio.gather(*(load(database) for _ in range(4))) == [True] * 4
    users, venues, screens, layouts, movies, showtimes = await counts()
    assert (users, venues, screens, layouts, movies) == (7, 3, 9, 9, 12)
    await assert_programme(NOW)
    assert await demo.extend_programme(NOW) == 0
    assert showtimes == await Showtime.all().count()


async def test_staff_are_posted_to_where_they_work_in_an_older_demo_too(cinema: Database) -> None:
    async def postings() -> set[tuple[str | None, str]]:
        return {(each.user.email, each.venue.name) for each in await Posting.all().select_related("user", "venue")}

    wanted = {
        ("staff@marquee.test", "Marigold Talkies"),
        ("manager@marquee.test", "Marigold Talkies"),
        ("manager@marquee.test", "Lotus Lantern Cinema"),
    }
    assert await postings() == wanted
    await Posting.all().delete()
    await User.filter(email__in=["manager@marquee.test", "owner@marquee.test"]).delete()
    before = await User.all().count()
    assert await load(cinema)
    assert (await postings(), await User.all().count()) == (wanted, before + 2)


async def test_everybody_can_log_in_and_has_one_role(cinema: Database) -> None:
    people = {user.email: user for user in await User.all()}
    for name, role in ROLES.items():
        user = people.pop(f"{name}@marquee.test")
        assert user.roles == {role}
        assert await Passwords(4).matches(f"popcorn-{name}", user.password_hash)
    assert people == {}


async def test_what_the_welcome_says_works(cinema: Database) -> None:
    ask = asker(cinema.settings)
    nodes = (await ask(QUERY))["data"]["showtimes"]["nodes"]
    assert len(nodes) == 5
    assert "accessToken" in (await ask(LOGIN))["data"]["login"]
    ana = await User.get(email="ana@marquee.test")
    held = await ask(HOLD.replace("an id from above", nodes[0]["id"]), actor_of(ana))
    assert set(held["data"]["holdSeats"]) == {"id", "expiresAt", "total"}
    assert await SeatClaim.all().count() == 2


async def test_the_seats_of_the_welcome_are_side_by_side_on_every_screen(cinema: Database) -> None:
    for layout in await SeatLayout.all():
        left, right = (layout.layout.by_label[label] for label in SEATS)
        assert (left.y, left.x + 1) == (right.y, right.x)


def test_the_welcome_names_the_address_and_every_log_in() -> None:
    said = demo.welcome(Settings(_env_file=None, port=9000))
    assert "http://127.0.0.1:9000/graphql" in said
    assert len(re.findall(r"\S+@marquee\.test +popcorn-\S+", said)) == 7


async def test_it_is_there_in_less_than_3_seconds(database: Database, backend: str) -> None:
    began = perf_counter()
    await demo.load(developing(database), Passwords(12), NOW)
    assert perf_counter() - began < 15
