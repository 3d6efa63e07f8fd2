"""`node` gives anything again, and to those who may not see it nothing."""

from uuid import UUID

import pytest

from domain.access import Actor, Role
from domain.payments import GatewayEvent, News, PaymentProvider
from models.payments import Payment
from resolvers import holds, settlement
from resolvers.settlement import House
from schema.ids import global_id
from tests.databases import Database
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer, make_staff
from tests.schema.asking import Asker, asker

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
BUY = {
    "holdSeats": """mutation ($id: ID!) {
      holdSeats(input: {showtimeId: $id, seats: ["A1", "A2"]}) { ... on Hold { id } } }""",
    "createBooking": "mutation ($id: ID!) { createBooking(input: {holdId: $id}) { ... on Booking { id } } }",
    "startPayment": """mutation ($id: ID!) {
      startPayment(input: {bookingId: $id, provider: SANDBOX}) { ... on Payment { id } } }""",
}
BOOKING = "query ($id: ID!) { booking(id: $id) { status tickets { id seat status } payments { status } } }"


@pytest.fixture
async def ask(database: Database) -> Asker:
    return asker(database.settings)


async def buy(ask: Asker, actor: Actor) -> dict[str, str]:
    """Two seats, paid for: the ids of everything that has come of it."""
    id = global_id("Showtime", (await make_showtime()).id)
    ids = {"Showtime": id}
    for (mutation, document), kind in zip(BUY.items(), ("Hold", "Booking", "Payment"), strict=True):
        id = (await ask(document, actor, id=ids["Booking"] if kind == "Payment" else id))["data"][mutation]["id"]
        ids[kind] = id
    payment = await Payment.get()
    news = GatewayEvent(PaymentProvider.SANDBOX, "1", News.CAPTURED, payment.amount, provider_ref=payment.provider_ref)
    await settlement.settle(news, House(ask.adapters.ticket_codes, holds.terms(ask.adapters.settings)))
    booking = (await ask(BOOKING, actor, id=ids["Booking"]))["data"]["booking"]
    assert (booking["status"], [ticket["seat"] for ticket in booking["tickets"]]) == ("CONFIRMED", ["A1", "A2"])
    return ids | {"Ticket": booking["tickets"][0]["id"]}


async def seen(ask: Asker, actor: Actor, ids: dict[str, str]) -> set[str]:
    """The kinds of those that the actor gets."""
    found = set()
    for kind, id in ids.items():
        answer = await ask(NODE, actor, id=id)
        assert answer in ({"data": {"node": None}}, {"data": {"node": {"__typename": kind, "id": id}}})
        if answer["data"]["node"]:
            found.add(kind)
    return found


async def test_everything_comes_again_to_those_who_may_see_it(ask: Asker) -> None:
    ana, ben, admin = await make_customer(), await make_customer("Ben"), await make_staff(Role.ADMIN)
    ids = await buy(ask, actor_of(ana)) | {"User": global_id("User", ana.id)}
    public = "{ showtimes { nodes { movie { id } screen { id venue { id } } } } }"
    showtime = (await ask(public))["data"]["showtimes"]["nodes"][0]
    ids |= {
        "Movie": showtime["movie"]["id"],
        "Screen": showtime["screen"]["id"],
        "Venue": showtime["screen"]["venue"]["id"],
    }
    on_show = {"Showtime", "Movie", "Screen", "Venue"}
    assert await seen(ask, actor_of(ana), ids) == set(ids)
    assert await seen(ask, actor_of(ben), ids) == on_show
    assert await seen(ask, Actor.anonymous(), ids) == on_show
    assert await seen(ask, actor_of(admin), ids) == set(ids) - {"Hold"}


@pytest.mark.parametrize("id", ["", "x", "Movie:1", global_id("Movie", UUID(int=1)), global_id("Session", UUID(int=1))])
async def test_nothing_has_these_ids(ask: Asker, id: str) -> None:
    assert await ask(NODE, id=id) == {"data": {"node": None}}
