"""`houseNow`: what a manager watches."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access import Actor, Role
from resolvers import nested
from schema.audience import Audience
from schema.ids import global_id
from settings import Settings
from subscriptions import house
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.factories.users import actor_of, make_staff
from tests.schema.asking import Asker, asker, codes
from tests.schema.test_audience import Person

WATCH = """subscription ($venue: ID) {
  houseNow(venueId: $venue) {
    at viewers holds heldSeats
    showtimes { viewers heldSeats bookedSeats showtime { id movie { title } screen { name venue { name } } } }
  }
}"""
MAP = "subscription ($id: ID!) { seatMap(showtimeId: $id) { __typename ... on SeatMap { version } } }"
QUICK = 0.05


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"house_now_seconds": QUICK})


@pytest.fixture
async def sale(database: Database) -> Sale:
    return await open_sale(database.settings, starts_in=timedelta(days=2))


@pytest.fixture
def ask(database: Database, sale: Sale) -> Asker:
    return asker(database.settings)


@pytest.fixture
async def max_(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER, "Max"), sale.showtime.venue_id)


async def next_of(events: AsyncIterator[Any]) -> Any:
    event = await asyncio.wait_for(anext(events), 5)
    assert "errors" not in event
    return event["data"]["houseNow"]


async def until(events: AsyncIterator[Any], **wanted: int) -> Any:
    """The first event with these numbers."""
    for _ in range(100):
        now = await next_of(events)
        if {name: now[name] for name in wanted} == wanted:
            return now
    raise AssertionError(f"{now} never became {wanted}")


async def test_the_house_is_told_again_and_again(ask: Asker, sale: Sale, max_: Actor) -> None:
    events = ask.watch(WATCH, max_)
    first = await next_of(events)
    assert {name: first[name] for name in ("viewers", "holds", "heldSeats", "showtimes")} == {
        "viewers": 0,
        "holds": 0,
        "heldSeats": 0,
        "showtimes": [],
    }
    await sale.buy("B1", "B2", "B3")
    await sale.hold("A1", "A2")
    now = await until(events, holds=1, heldSeats=2)
    screen = await sale.showtime.screen
    assert now["showtimes"] == [
        {
            "viewers": 0,
            "heldSeats": 2,
            "bookedSeats": 3,
            "showtime": {
                "id": global_id("Showtime", sale.showtime.id),
                "movie": {"title": (await sale.showtime.movie).title},
                "screen": {"name": screen.name, "venue": {"name": (await screen.venue).name}},
            },
        }
    ]
    assert now["at"] > first["at"]
    await events.aclose()
    assert house._lookouts == {}


async def test_viewers_of_shared_and_of_other_maps_are_counted_until_they_leave(
    ask: Asker, sale: Sale, max_: Actor
) -> None:
    id = global_id("Showtime", sale.showtime.id)
    people = [Person() for _ in range(3)]
    joined = [await ask.join(person, MAP, id=id) for person in people]
    alone = ask.watch(MAP, id=id)
    await anext(alone)
    events = ask.watch(WATCH, max_, venue=global_id("Venue", sale.showtime.venue_id))
    assert (await until(events, viewers=4))["showtimes"][0]["viewers"] == 4
    people[0].slow = True  # takes nothing, but is still there
    await sale.hold("A1")
    await until(events, viewers=4, holds=1)
    for audience, person in zip(joined, people, strict=True):
        assert isinstance(audience, Audience)
        audience.leave(person)
    await until(events, viewers=1)
    await alone.aclose()
    await until(events, viewers=0)
    await events.aclose()


async def test_what_belongs_to_a_moment_is_loaded_once_for_all_desks(
    ask: Asker, sale: Sale, max_: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sale.hold("A1")
    asked: list[list[UUID]] = []
    real = nested.movies

    async def movies(ids: list[UUID]) -> dict[UUID, Any]:
        asked.append(ids)
        return await real(ids)

    monkeypatch.setattr(nested, "movies", movies)
    slow = asker(ask.adapters.settings.model_copy(update={"house_now_seconds": 3600.0}))
    desks = [slow.watch(WATCH, max_) for _ in range(10)]
    seen = await asyncio.gather(*(next_of(desk) for desk in desks))
    assert [each["showtimes"][0]["showtime"]["movie"] for each in seen] == [
        seen[0]["showtimes"][0]["showtime"]["movie"]
    ] * 10
    assert asked == [[sale.showtime.movie_id]]
    for desk in desks:
        await desk.aclose()


@pytest.mark.once
@pytest.mark.parametrize("venue", ["garbage", "", global_id("Venue", UUID(int=1)), global_id("Movie", UUID(int=1))])
async def test_an_unknown_venue_is_an_error_and_the_end(ask: Asker, max_: Actor, venue: str) -> None:
    events = [event async for event in ask.watch(WATCH, max_, venue=venue)]
    assert [codes(event) for event in events] == [["NOT_FOUND"]]


@pytest.mark.once
async def test_it_is_not_for_those_who_only_serve(ask: Asker, sale: Sale) -> None:
    sam = actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)
    events = [event async for event in ask.watch(WATCH, sam)]
    assert [codes(event) for event in events] == [["FORBIDDEN"]]
