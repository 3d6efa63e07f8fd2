"""A showtime is cancelled in GraphQL: what staff are answered, and what those who watch are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from domain.access import Actor, Role
from domain.payments import PaymentStatus
from models.payments import Payment
from models.refunds import Refund
from schema.ids import global_id
from tests.factories.sale import Sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.sale_fixtures import Later, later
from tests.schema.asking import Asker, Payload, codes
from tests.schema.desks import ask, sale

__all__ = ["ask", "later", "sale"]

CANCEL = """mutation ($id: ID!, $key: String) { cancelShowtime(input: {showtimeId: $id, idempotencyKey: $key}) {
  __typename ... on Showtime { id status onSale seatMap { available } } ... on Problem { message }
} }"""
WATCH = """subscription ($id: ID!) { seatMap(showtimeId: $id) {
  __typename
  ... on SeatMap { version available seats { label state } }
  ... on SeatMapChange { since version available seats { label state } }
} }"""
FRESH = "query ($id: ID!) { showtime(id: $id) { seatMap { version available seats { label state } } } }"
MINE = """subscription ($id: ID!) { booking(id: $id) {
  status paymentMethods { provider } refunds { reason amount { amount } status }
} }"""


@pytest.fixture
async def boss(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER), sale.showtime.venue_id)


async def cancel(ask: Asker, boss: Actor, sale: Sale) -> dict[str, Any]:
    answer = await ask(CANCEL, boss, id=global_id("Showtime", sale.showtime.id))
    return dict(answer["data"]["cancelShowtime"])


async def told(events: AsyncIterator[Payload], root: str) -> dict[str, Any]:
    payload = await asyncio.wait_for(anext(events), 5)
    return dict(payload["data"][root])


async def test_staff_are_answered_with_the_showtime_as_it_is_now(ask: Asker, boss: Actor, sale: Sale) -> None:
    await sale.buy("A1")
    expected = {
        "__typename": "Showtime",
        "id": global_id("Showtime", sale.showtime.id),
        "status": "CANCELLED",
        "onSale": False,
        "seatMap": {"available": 100},
    }
    assert await cancel(ask, boss, sale) == expected
    assert await cancel(ask, boss, sale) == expected
    assert await Refund.all().count() == 1


async def test_what_is_over_stays_as_it_was(ask: Asker, boss: Actor, sale: Sale, later: Later) -> None:
    later(hours=27)
    refusal = await cancel(ask, boss, sale)
    assert refusal == {"__typename": "ShowtimeNotCancellable", "message": "This showtime is over."}
    assert codes(await ask(CANCEL, boss, id=global_id("Movie", sale.showtime.movie_id))) == ["NOT_FOUND"]


async def test_an_old_map_and_what_was_told_since_are_the_map_as_it_is(ask: Asker, boss: Actor, sale: Sale) -> None:
    """Whoever watches while people buy, hold and pay, and the showtime is cancelled, has the right map in the end."""
    people = await others(6)
    await sale.buy("A1", "A2")
    id = global_id("Showtime", sale.showtime.id)
    async with aclosing(ask.watch(WATCH, id=id)) as events:
        first = await told(events, "seatMap")
        seats = {seat["label"]: seat["state"] for seat in first["seats"]}
        booked = [await sale.book(f"C{number}", actor=each) for number, each in enumerate(people, start=1)]
        paying = [await sale.start(booking, actor=each) for booking, each in zip(booked, people, strict=True)]
        await asyncio.gather(
            *(sale.tell(payment, PaymentStatus.SUCCEEDED) for payment in paying),
            cancel(ask, boss, sale),
            *(sale.hold("F1", "F2", actor=each) for each in people[:3]),
            return_exceptions=True,
        )
        fresh = (await ask(FRESH, id=id))["data"]["showtime"]["seatMap"]
        version = first["version"]
        while version < fresh["version"]:
            change = await told(events, "seatMap")
            assert (change["__typename"], change["since"]) == ("SeatMapChange", version)
            seats |= {seat["label"]: seat["state"] for seat in change["seats"]}
            version = change["version"]
    assert (version, change["available"], fresh["available"]) == (fresh["version"], 100, 100)
    assert seats == {seat["label"]: seat["state"] for seat in fresh["seats"]}
    assert set(seats.values()) == {"AVAILABLE"}
    came = await Payment.filter(status__in=[PaymentStatus.SUCCEEDED]).count()
    assert (came, await Refund.filter(amount_minor__gt=0).count()) == (7, 7), "no money without its refund"


async def test_a_buyer_who_watches_their_booking_sees_it_end_and_the_money_turn(
    ask: Asker, boss: Actor, sale: Sale
) -> None:
    booking, _ = await sale.buy("A1")
    async with aclosing(ask.watch(MINE, sale.ana, id=global_id("Booking", booking.id))) as events:
        assert await told(events, "booking") == {"status": "CONFIRMED", "paymentMethods": [], "refunds": []}
        await cancel(ask, boss, sale)
        assert await told(events, "booking") == {
            "status": "CANCELLED",
            "paymentMethods": [],
            "refunds": [{"reason": "SHOWTIME_CANCELLED", "amount": {"amount": "250.00"}, "status": "PENDING"}],
        }


async def test_ways_to_pay_are_shown_to_everybody_at_the_venue_and_to_the_payer_while_it_counts(
    ask: Asker, sale: Sale
) -> None:
    venue = global_id("Venue", sale.showtime.venue_id)
    open_to_all = await ask("query ($id: ID!) { venue(id: $id) { paymentMethods { provider embeddable } } }", id=venue)
    offered = [{"provider": provider.value, "embeddable": False} for provider in ask.adapters.gateways]
    assert open_to_all["data"]["venue"]["paymentMethods"] == offered
    booking = await sale.book("A1")
    query = "query ($id: ID!) { booking(id: $id) { paymentMethods { provider embeddable } } }"
    mine = await ask(query, sale.ana, id=global_id("Booking", booking.id))
    assert mine["data"]["booking"]["paymentMethods"] == offered
    assert len(offered) >= 1
