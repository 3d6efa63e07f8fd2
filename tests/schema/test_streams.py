"""Subscriptions in GraphQL: what is told first, what after a change, and what to those who may not watch."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from domain.access import Actor
from resolvers import bookings, cancellations, holds
from schema.ids import global_id
from subscriptions import live
from subscriptions.bookings import BookingSource
from subscriptions.live import Live
from subscriptions.seat_maps import SeatMapSource
from tests.databases import Database
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer
from tests.schema.asking import Asker, asker, codes

WATCH = """subscription ($id: ID!, $after: Int) {
  seatMap(showtimeId: $id, afterVersion: $after) {
    __typename
    ... on SeatMap { version available capacity seats { label state price { amount } } }
    ... on SeatMapChange { since version available seats { label state } }
  }
}"""
MINE = """subscription ($id: ID!) {
  booking(id: $id) { status seats showtime { seatMap { version available } } }
}"""
Payload = dict[str, Any]


@pytest.fixture
async def ask(database: Database) -> AsyncIterator[Asker]:
    wire = Live("memory://", {"seat-map": SeatMapSource(), "booking": BookingSource()}, reconcile_seconds=0.2)
    await wire.start()
    replaced = live.current()
    live.use(wire)
    yield asker(database.settings)
    await wire.stop()
    live.use(replaced)


async def told(events: AsyncIterator[Payload]) -> Payload:
    return await asyncio.wait_for(anext(events), 5)


async def test_a_map_then_every_change(ask: Asker) -> None:
    ana, showtime = actor_of(await make_customer()), await make_showtime(rows=2)
    terms = holds.terms(ask.adapters.settings)
    events = ask.watch(WATCH, id=global_id("Showtime", showtime.id))
    first = (await told(events))["data"]["seatMap"]
    assert (first["__typename"], first["version"], first["available"], first["capacity"]) == ("SeatMap", 0, 20, 20)
    assert first["seats"][0] == {"label": "A1", "state": "AVAILABLE", "price": {"amount": "250.00"}}
    assert [seat["label"] for seat in first["seats"]] == [f"{row}{number}" for row in "AB" for number in range(1, 11)]

    hold = await holds.place(ana, showtime.id, ["A1", "A2"], terms)
    changed = [{"label": "A1", "state": "HELD"}, {"label": "A2", "state": "HELD"}]
    change = {"__typename": "SeatMapChange", "since": 0, "version": 1, "available": 18, "seats": changed}
    assert await told(events) == {"data": {"seatMap": change}}
    await holds.release(ana, hold.id)
    assert (await told(events))["data"]["seatMap"]["seats"] == [
        {"label": "A1", "state": "AVAILABLE"},
        {"label": "A2", "state": "AVAILABLE"},
    ]
    await events.aclose()
    assert live.current().health()["watchers"] == 0


async def test_whoever_comes_back_is_told_what_was_missed(ask: Asker) -> None:
    ana, showtime = actor_of(await make_customer()), await make_showtime(rows=2)
    terms = holds.terms(ask.adapters.settings)
    hold = await holds.place(ana, showtime.id, ["A1"], terms)
    await holds.release(ana, hold.id)
    id = global_id("Showtime", showtime.id)
    kinds = {}
    for after in (0, 1, 7, -1):
        events = ask.watch(WATCH, id=id, after=after)
        kinds[after] = (await told(events))["data"]["seatMap"]["__typename"]
        await events.aclose()
    assert kinds == {0: "SeatMapChange", 1: "SeatMapChange", 7: "SeatMap", -1: "SeatMap"}
    events = ask.watch(WATCH, id=id, after=2)
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await holds.place(ana, showtime.id, ["B1"], terms)
    assert (await asyncio.wait_for(waiting, 5))["data"]["seatMap"]["since"] == 2
    await events.aclose()


async def test_whoever_leaves_while_nothing_happens_leaves_nothing_behind(ask: Asker) -> None:
    showtime = await make_showtime(rows=1)
    events = ask.watch(WATCH, id=global_id("Showtime", showtime.id))
    await told(events)
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0.05)
    assert live.current().health()["watchers"] == 1
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert live.current().health()["watchers"] == 0


async def test_the_owner_sees_the_booking_and_its_surroundings_as_they_are_then(ask: Asker) -> None:
    ana, showtime = actor_of(await make_customer()), await make_showtime(rows=2)
    hold = await holds.place(ana, showtime.id, ["A1"], holds.terms(ask.adapters.settings))
    booking = await bookings.book(ana, hold.id, ask.adapters.ticket_codes)
    events = ask.watch(MINE, ana, id=global_id("Booking", booking.id))
    assert (await told(events))["data"]["booking"] == {
        "status": "PENDING",
        "seats": ["A1"],
        "showtime": {"seatMap": {"version": 1, "available": 19}},
    }
    await cancellations.cancel(ana, booking.id)
    after = (await told(events))["data"]["booking"]
    assert (after["status"], after["showtime"]["seatMap"]) == ("CANCELLED", {"version": 2, "available": 20})
    await events.aclose()


@pytest.mark.parametrize("id", ["garbage", "", global_id("Showtime", UUID(int=1))])
async def test_an_unknown_showtime_is_an_error_and_the_end(ask: Asker, id: str) -> None:
    events = [event async for event in ask.watch(WATCH, id=id)]
    assert [codes(event) for event in events] == [["NOT_FOUND"]]


async def test_nobody_watches_the_booking_of_another(ask: Asker) -> None:
    ana, ben = actor_of(await make_customer()), actor_of(await make_customer("Ben"))
    hold = await holds.place(ana, (await make_showtime()).id, ["A1"], holds.terms(ask.adapters.settings))
    id = global_id("Booking", (await bookings.book(ana, hold.id, ask.adapters.ticket_codes)).id)
    refused = {"Ben": ben, "nobody": Actor.anonymous()}
    found = {who: [codes(event) async for event in ask.watch(MINE, actor, id=id)] for who, actor in refused.items()}
    assert found == {"Ben": [["NOT_FOUND"]], "nobody": [["UNAUTHENTICATED"]]}
