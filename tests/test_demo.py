"""The demo cinema: the same everywhere, ahead of any day, and never where it does not belong."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from itertools import pairwise
from time import perf_counter

import pytest

from adapters.passwords import Passwords
from domain.access import Role
from domain.layouts import SeatKind
from domain.money import decimals_of
from domain.showtimes import MovieStatus
from models.movies import Movie
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.staff import Posting
from models.users import User
from models.venues import Screen, SeatLayout, Venue
from scripts import demo
from scripts.demo.welcome import HOLD, LOGIN, QUERY, SEATS
from settings import Settings
from tests.databases import Database
from tests.demo_cinema import NOW, assert_programme, at_noon, cinema, counts, developing, load
from tests.factories.movies import make_movie
from tests.factories.users import actor_of, make_customer
from tests.factories.venues import make_venue
from tests.schema.asking import asker

__all__ = ["at_noon", "cinema"]

ROLES = {
    "admin": Role.ADMIN,
    "staff": Role.STAFF,
    "ana": Role.CUSTOMER,
    "ben": Role.CUSTOMER,
    "manager": Role.MANAGER,
    "concierge": Role.CONCIERGE,
    "owner": Role.SUPER_ADMIN,
}


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
