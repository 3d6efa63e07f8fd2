"""Putting movies on: never two on one screen at once, whoever asks and however many ask at the same moment."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

import clock
from domain.access import Actor, Role
from domain.problems import ShowtimeOverlaps
from domain.scheduling import ShowtimeDetails
from domain.showtimes import overlaps
from models.idempotency import IdempotencyAnswer
from models.movies import Movie
from models.showtimes import Showtime
from models.users import User
from models.venues import Screen
from resolvers import movies, showtimes, venues
from resolvers.unit_of_work import Work
from schema.ids import global_id
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_staff
from tests.factories.venues import make_venue
from tests.schema.asking import Asker, asker, codes

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CREATE = """
mutation ($input: CreateShowtimeInput!) {
  createShowtime(input: $input) {
    __typename
    ... on Showtime {
      id startsAt endsAt salesOpenAt language format onSale status basePrice { amount currency }
      movie { title } screen { id venue { id } } seatMap { version capacity available }
    }
    ... on InvalidInput { fields { path message } }
    ... on ShowtimeOverlaps { message showtime { id startsAt } }
    ... on IdempotencyConflict { message }
  }
}"""
Answer = dict[str, Any]


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


class Manager:
    """A manager with a movie of 120 minutes and a screen in Mumbai."""

    def __init__(self, ask: Asker, user: User, movie: Movie, screen: Screen) -> None:
        self.ask, self.user, self.movie, self.screen = ask, user, movie, screen

    @property
    def actor(self) -> Actor:
        """Posted to wherever the screen is."""
        return actor_of(self.user, self.screen.venue_id)

    async def raw(self, **given: object) -> Answer:
        usual = {
            "movieId": global_id("Movie", self.movie.id),
            "screenId": global_id("Screen", self.screen.id),
            "startsAt": "2026-11-22T20:00:00+05:30",
            "basePrice": "250.00",
        }
        return await self.ask(CREATE, self.actor, input=usual | given)

    async def schedule(self, **given: object) -> Answer:
        answer = await self.raw(**given)
        assert "errors" not in answer, answer
        return dict(answer["data"]["createShowtime"])


@pytest.fixture
async def manager(database: Database) -> Manager:
    screen = await make_screen(await make_venue(timezone="Asia/Kolkata", currency="INR"))
    user = await make_staff(Role.MANAGER)
    return Manager(asker(database.settings), user, await make_movie("Static", runtime_minutes=120), screen)


async def test_a_showtime_lasts_as_long_as_its_movie_and_is_on_sale_at_once(manager: Manager) -> None:
    made = await manager.schedule(language="Hindi", format=" IMAX ")
    assert made == {
        "__typename": "Showtime",
        "id": made["id"],
        "startsAt": "2026-11-22T20:00:00+05:30",
        "endsAt": "2026-11-22T22:00:00+05:30",
        "salesOpenAt": None,
        "language": "Hindi",
        "format": "IMAX",
        "onSale": True,
        "status": "SCHEDULED",
        "basePrice": {"amount": "250.00", "currency": "INR"},
        "movie": {"title": "Static"},
        "screen": made["screen"],
        "seatMap": {"version": 0, "capacity": 100, "available": 100},
    }


async def test_its_day_is_the_venues_whatever_the_offset_of_the_input(manager: Manager) -> None:
    made = await manager.schedule(startsAt="2026-11-22T18:45:00Z", endsAt="2026-11-22T22:00:00+01:00")
    assert (made["startsAt"], made["endsAt"]) == ("2026-11-23T00:15:00+05:30", "2026-11-23T02:30:00+05:30")
    assert (await Showtime.get()).local_date == date(2026, 11, 23)


async def test_sales_open_later(manager: Manager) -> None:
    made = await manager.schedule(salesOpenAt="2026-11-22T00:00:00Z")
    assert (made["onSale"], made["salesOpenAt"]) == (False, "2026-11-22T05:30:00+05:30")


@pytest.mark.parametrize(
    ("currency", "given", "amount"),
    [("INR", "250", "250.00"), ("INR", "0.5", "0.50"), ("VND", "85000", "85000"), ("KWD", "3.25", "3.250")],
)
async def test_a_price_is_in_the_venues_currency(currency: str, given: str, amount: str, manager: Manager) -> None:
    manager.screen = await make_screen(await make_venue(currency=currency))
    assert (await manager.schedule(basePrice=given))["basePrice"] == {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"startsAt": "2026-11-21T12:00:00Z"}, "startsAt"),
        ({"startsAt": "2020-01-01T00:00:00Z"}, "startsAt"),
        ({"startsAt": "0001-01-01T00:00:00+05:00"}, "startsAt"),
        ({"startsAt": "9999-12-31T23:59:59-05:00"}, "startsAt"),
        ({"endsAt": "2026-11-22T14:30:00Z"}, "endsAt"),
        ({"endsAt": "2026-11-22T14:00:00Z"}, "endsAt"),
        ({"endsAt": "2026-11-23T14:30:01Z"}, "endsAt"),
        ({"endsAt": "9999-12-31T23:59:59-05:00"}, "endsAt"),
        ({"salesOpenAt": "2026-11-22T14:30:00Z"}, "salesOpenAt"),
        ({"salesOpenAt": "0001-01-01T00:00:00+05:00"}, "salesOpenAt"),
        *[
            ({"basePrice": price}, "basePrice")
            for price in ("", "x", "0", "-1", "1.234", "1e3", "٣", "9" * 30, "9" * 5_000)
        ],
        ({"language": "x" * 41}, "language"),
        ({"format": "\0"}, "format"),
    ],
)
async def test_a_plan_that_makes_no_sense_changes_nothing(given: Answer, path: str, manager: Manager) -> None:
    refusal = await manager.schedule(**given, idempotencyKey="k")
    assert [field["path"] for field in refusal["fields"]] == [[path]]
    assert (await Showtime.all().count(), await IdempotencyAnswer.all().count()) == (0, 0)


async def test_all_that_is_wrong_is_named_at_once(manager: Manager) -> None:
    refusal = await manager.schedule(basePrice="free", startsAt="2020-01-01T00:00:00Z", language="x" * 41)
    assert [field["path"] for field in refusal["fields"]] == [["language"], ["basePrice"], ["startsAt"]]


async def test_a_movie_without_a_runtime_needs_an_end(manager: Manager) -> None:
    manager.movie = await make_movie(runtime_minutes=None)
    assert (await manager.schedule())["fields"][0]["path"] == ["endsAt"]
    assert (await manager.schedule(endsAt="2026-11-22T16:00:00Z"))["endsAt"] == "2026-11-22T21:30:00+05:30"


@pytest.mark.parametrize(
    ("starts_at", "made"),
    [
        ("2026-11-22T17:45:00+05:30", True),  # ends at 19:45: a quarter of an hour to clean
        ("2026-11-22T17:45:01+05:30", False),
        ("2026-11-22T20:00:00+05:30", False),
        ("2026-11-22T22:14:59+05:30", False),
        ("2026-11-22T22:15:00+05:30", True),
    ],
)
async def test_a_screen_is_cleaned_between_two_showtimes(starts_at: str, made: bool, manager: Manager) -> None:
    first = await manager.schedule()
    second = await manager.schedule(startsAt=starts_at, idempotencyKey="k")
    assert await Showtime.all().count() == 1 + made
    if made:
        assert second["__typename"] == "Showtime"
        return
    there = {"id": first["id"], "startsAt": first["startsAt"]}
    assert second == {"__typename": "ShowtimeOverlaps", "message": second["message"], "showtime": there}
    assert await IdempotencyAnswer.all().count() == 0


async def test_a_long_showtime_is_in_the_way_of_a_short_one_within_it(manager: Manager) -> None:
    await manager.schedule(endsAt="2026-11-23T20:00:00+05:30")
    late = await manager.schedule(startsAt="2026-11-23T19:00:00+05:30", endsAt="2026-11-23T19:10:00+05:30")
    assert late["__typename"] == "ShowtimeOverlaps"


async def test_only_the_same_screen_is_taken_and_only_by_what_takes_place(manager: Manager) -> None:
    starts_at = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
    await make_showtime(screen=manager.screen, starts_at=starts_at, cancelled_at=NOW)
    await make_showtime(screen=await make_screen(await manager.screen.venue), starts_at=starts_at)
    assert (await manager.schedule())["__typename"] == "Showtime"


@pytest.mark.parametrize("given", [{"movieId": "x"}, {"screenId": "x"}])
async def test_what_is_not_there_is_not_found(given: Answer, manager: Manager) -> None:
    assert codes(await manager.raw(**given)) == ["NOT_FOUND"]
    gone = {"movieId": global_id("Movie", manager.screen.id)}, {"screenId": global_id("Screen", manager.movie.id)}
    assert [codes(await manager.raw(**each)) for each in gone] == [["NOT_FOUND"]] * 2
    assert await Showtime.all().count() == 0


async def test_the_same_key_makes_one_showtime(manager: Manager) -> None:
    one = await manager.schedule(idempotencyKey="k")
    assert await manager.schedule(idempotencyKey="k") == one
    assert (await manager.schedule(idempotencyKey="k", basePrice="251"))["__typename"] == "IdempotencyConflict"
    assert await Showtime.all().count() == 1


# Races


async def outcomes(manager: Manager, rivals: int) -> Counter[str]:
    """Each rival wants the screen for two hours, a few minutes after the one before."""

    async def schedule(minutes: int) -> str:
        wanted = ShowtimeDetails(NOW + timedelta(hours=9, minutes=minutes), "250")
        try:
            await showtimes.schedule(manager.actor, manager.movie.id, manager.screen.id, wanted)
        except ShowtimeOverlaps:
            return "overlaps"
        return "made"

    return Counter(await asyncio.gather(*(schedule(7 * rival) for rival in range(rivals))))


async def collisions() -> int:
    """How many pairs of showtimes need one screen at once."""
    windows = [row.window for row in await Showtime.all().order_by("starts_at")]
    return sum(overlaps(one, other) for place, one in enumerate(windows) for other in windows[:place])


async def test_of_rivals_for_a_screen_one_wins(manager: Manager) -> None:
    assert await outcomes(manager, rivals=15) == {"made": 1, "overlaps": 14}
    assert await collisions() == 0


@asynccontextmanager
async def no_transaction() -> AsyncIterator[Work]:
    yield Work(clock.now())


async def test_without_the_lock_rivals_collide(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showtimes, "unit_of_work", no_transaction)
    for _ in range(20):  # a race need not be lost every time
        if (await outcomes(manager, rivals=15))["made"] > 1:
            break
        await Showtime.all().delete()
    assert await collisions() > 0


async def test_a_movie_is_scheduled_or_deleted_but_not_both(manager: Manager) -> None:
    for _ in range(5):
        manager.movie = await make_movie()
        manager.screen = await make_screen()
        both = await asyncio.gather(
            outcomes(manager, rivals=1), movies.delete(manager.actor, manager.movie.id), return_exceptions=True
        )
        there = await Movie.exists(id=manager.movie.id)
        problems = sorted(type(each).__name__ for each in both if isinstance(each, Exception))
        assert problems == (["MovieInUse"] if there else ["NotFound"])
        assert await Showtime.filter(movie_id=manager.movie.id).count() == there


async def test_a_venue_moves_or_is_scheduled_but_not_both(manager: Manager) -> None:
    for _ in range(5):
        venue = await make_venue(timezone="Asia/Kolkata")
        manager.screen = await make_screen(venue)
        moved, _ = await asyncio.gather(
            venues.edit(manager.actor, venue.id, {"timezone": "America/New_York"}),
            outcomes(manager, rivals=1),
            return_exceptions=True,
        )
        showtime = await Showtime.get(screen_id=manager.screen.id)
        zone = "Asia/Kolkata" if isinstance(moved, Exception) else "America/New_York"
        await venue.refresh_from_db()
        assert venue.timezone == zone
        assert showtime.local_date == date(2026, 11, 22 if zone == "Asia/Kolkata" else 21)
