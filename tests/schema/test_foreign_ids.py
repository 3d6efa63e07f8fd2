"""Ids of what belongs to others are worth no more than ids of nothing: tried at every place of the schema that takes one."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Final, TypeAlias
from uuid import uuid4

import orjson
import pytest

from domain.access import Actor, Role
from schema.ids import global_id
from schema.node import _READERS
from tests.databases import Database
from tests.resolvers.refusals import everything
from tests.schema.asking import Asker, Payload, asker, codes
from tests.schema.belongings import Belongings, belongings
from tests.schema.calling import document, id_places
from tests.schema.test_gates import OPEN_TO

pytestmark = pytest.mark.once

Companions: TypeAlias = Mapping[str, Mapping[str, str]]

# What the ids are of that belong to somebody: a customer, or the staff of a venue.
PRIVATE: Final[Mapping[str, str]] = {
    "Query.user(id)": "Colleague",
    "Query.booking(id)": "Booking",
    "Query.bookings(filter.showtimeId)": "Showtime",
    "Query.refundQuote(bookingId)": "Booking",
    "Query.refundQuote(tickets)": "Ticket",
    "Query.payments(filter.showtimeId)": "Showtime",
    "Query.payment(id)": "Payment",
    "Query.sales(venueId)": "Venue",
    "Query.auditLog(filter.userId)": "User",
    "Query.auditLog(filter.servedId)": "User",
    "Query.auditLog(filter.subjectId)": "Booking",
    "Query.auditLog(filter.venueId)": "Venue",
    "Query.staffActivity(filter.userId)": "User",
    "Query.staffActivity(filter.venueId)": "Venue",
    "Mutation.endSession(input.sessionId)": "ActiveSession",
    "Mutation.extendHold(input.holdId)": "Hold",
    "Mutation.releaseHold(input.holdId)": "Hold",
    "Mutation.createBooking(input.holdId)": "Hold",
    "Mutation.cancelBooking(input.bookingId)": "Booking",
    "Mutation.refundTickets(input.bookingId)": "Booking",
    "Mutation.refundTickets(input.tickets)": "Ticket",
    "Mutation.acceptOffer(input.bookingId)": "Booking",
    "Mutation.declineOffer(input.bookingId)": "Booking",
    "Mutation.startPayment(input.bookingId)": "Booking",
    "Mutation.confirmPayment(input.paymentId)": "Payment",
    "Mutation.cancelPayment(input.paymentId)": "Payment",
    "Mutation.refundPayment(input.paymentId)": "Payment",
    "Mutation.retryRefund(input.refundId)": "Refund",
    "Mutation.settleCounterPayment(input.paymentId)": "Payment",
    "Mutation.settleCounterRefund(input.refundId)": "Refund",
    "Mutation.replayMessage(input.messageId)": "PaymentMessage",
    "Mutation.dismissMessage(input.messageId)": "PaymentMessage",
    "Mutation.createShowtime(input.screenId)": "Screen",
    "Mutation.cancelShowtime(input.showtimeId)": "Showtime",
    "Subscription.booking(id)": "Booking",
    "Subscription.houseNow(venueId)": "Venue",
}
# Places whose ids are nobody's, or all of whose callers may use any.
EVERYBODYS: Final = {
    "Query.node(id)": "tried below with every kind",
    "Query.users(filter.venueId)": "whoever may not see staff finds nobody at any venue: tests/resolvers/test_service.py",
    "Query.movie(id)": "the programme is public",
    "Query.venue(id)": "the programme is public",
    "Query.showtimes(filter.movieId)": "the programme is public",
    "Query.showtimes(filter.venueId)": "the programme is public",
    "Query.showtime(id)": "the programme is public",
    "Query.bestSeats(showtimeId)": "the programme is public",
    "Subscription.seatMap(showtimeId)": "the programme is public",
    "Mutation.holdSeats(input.showtimeId)": "everybody may buy anywhere",
    "Mutation.holdBestSeats(input.showtimeId)": "everybody may buy anywhere",
    "Mutation.createShowtime(input.movieId)": "movies are the whole house's",
    "Mutation.updateMovie(input.movieId)": "movies are the whole house's",
    "Mutation.deleteMovie(input.movieId)": "movies are the whole house's",
    "Mutation.updateVenue(input.venueId)": "administrators run every venue",
    "Mutation.setPriceTerms(input.venueId)": "administrators run every venue",
    "Mutation.setRefundPolicy(input.venueId)": "administrators run every venue",
    "Mutation.setPaymentMethods(input.venueId)": "administrators run every venue",
    "Mutation.createScreen(input.venueId)": "administrators run every venue",
    "Mutation.updateScreen(input.screenId)": "administrators run every venue",
    "Mutation.postStaff(input.venueIds)": "administrators run every venue",
    "Mutation.inviteStaff(input.venueIds)": "administrators run every venue",
    "Mutation.setRoles(input.userId)": "administrators decide over people by rank: tests/resolvers/test_staffing.py",
    "Mutation.postStaff(input.userId)": "administrators decide over people by rank: tests/resolvers/test_staffing.py",
    "Mutation.lockUser(input.userId)": "administrators decide over people by rank: tests/resolvers/test_staffing.py",
    "Mutation.unlockUser(input.userId)": "administrators decide over people by rank: tests/resolvers/test_staffing.py",
    "Mutation.withdrawInvitation(input.invitationId)": "administrators decide by rank: tests/resolvers/test_invitations.py",
    "Mutation.correctDateOfBirth(input.userId)": "administrators correct anybody's",
    "Subscription.auditFeed(filter.userId)": "nothing is told of other venues: tests/schema/test_audit_log.py",
    "Subscription.auditFeed(filter.servedId)": "nothing is told of other venues: tests/schema/test_audit_log.py",
    "Subscription.auditFeed(filter.subjectId)": "nothing is told of other venues: tests/schema/test_audit_log.py",
    "Subscription.auditFeed(filter.venueId)": "nothing is told of other venues: tests/schema/test_audit_log.py",
}
NODES_OF_SOMEBODY: Final = (
    "User",
    "Colleague",
    "ActiveSession",
    "Hold",
    "Booking",
    "Ticket",
    "Payment",
    "Refund",
    "PaymentMessage",
    "Invitation",
    "AuditEntry",
)
NODES_OF_EVERYBODY: Final = ("Movie", "Venue", "Screen", "Showtime")
STRANGERS: Final = (Role.CUSTOMER, Role.EDITOR, Role.STAFF, Role.MANAGER)
LISTS: Final = {"Query.bookings", "Query.payments", "Query.auditLog"}
OWN: Final = {"Hold", "ActiveSession"}  # seen by nobody but whose they are, not by administrators either


def quoted(id: str) -> str:
    return f'"{id}"'


def field_of(place: str) -> tuple[str, str]:
    field, _, path = place.partition("(")
    return field, path.rstrip(")")


async def answer(ask: Asker, actor: Actor, place: str, id: str, companions: Companions) -> Payload:
    """What the call says; of a subscription, what it says first."""
    field, path = field_of(place)
    shown = "totalCount nodes { __typename }" if field in LISTS else "__typename"
    text = document(field, {path: quoted(id), **companions.get(place, {})}, shown)
    if not text.startswith("subscription"):
        return await ask(text, actor)
    async with aclosing(ask.watch(text, actor)) as events:
        return await asyncio.wait_for(anext(events), 5)


def told(payload: Payload, *ids: str) -> str:
    """A payload as text, without the ids that were asked for."""
    text = orjson.dumps(payload).decode()
    for id in ids:
        text = text.replace(id, "…")
    return text


def is_nothing(payload: Payload, place: str) -> bool:
    """Whether it says that there is no such thing."""
    if field_of(place)[0] in LISTS:
        ((_, found),) = payload["data"].items()
        return bool(found == {"totalCount": 0, "nodes": []})
    data = payload.get("data")
    value = next(iter(data.values())) if data else None
    return (value is None or value == []) and codes(payload) in ([], ["NOT_FOUND"], ["BAD_USER_INPUT"])


async def companions(at: Belongings, actor: Actor) -> Companions:
    """What must be real beside the id, so that it is the id that is looked at: a movie, and a booking of their own."""
    booking = quoted(global_id("Booking", (await at.bought_by(actor)).id))
    return {
        "Mutation.createShowtime(input.screenId)": {"input.movieId": quoted(at.id("Movie"))},
        "Mutation.refundTickets(input.tickets)": {"input.bookingId": booking},
        "Query.refundQuote(tickets)": {"bookingId": booking},
    }


def unknown(kind: str) -> str:
    """The id of nothing."""
    return global_id("User" if kind == "Colleague" else kind, uuid4())


def test_every_place_that_takes_an_id_has_a_row() -> None:
    assert sorted([*PRIVATE, *EVERYBODYS]) == sorted(id_places())


@pytest.mark.parametrize("role", [*STRANGERS, Role.CONCIERGE])
async def test_what_belongs_to_others_is_like_what_is_not_there(role: Role, database: Database) -> None:
    there, here = await belongings(database.settings), await belongings(database.settings)
    ask, stranger = asker(database.settings), await there.stranger(role, here.ids["Venue"])
    own = await companions(here, stranger)
    before = await everything()
    # A concierge serves the whole house: only colleagues are none of their business.
    places = [each for each in PRIVATE if (PRIVATE[each] == "Colleague") == (role is Role.CONCIERGE)]
    tried = [place for place in places if role in OPEN_TO[field_of(place)[0]]]
    assert len(tried) >= (1 if role is Role.CONCIERGE else 16)
    for place in tried:
        foreign, missing = there.id(PRIVATE[place]), unknown(PRIVATE[place])
        said = await answer(ask, stranger, place, foreign, own)
        assert is_nothing(said, place), (place, said)
        assert told(said, foreign) == told(await answer(ask, stranger, place, missing, own), missing), place
        assert await everything() == before, place


async def test_for_whom_it_is_theirs_it_is_there(database: Database) -> None:
    """The control: the very calls that find nothing for others. Those of mutations are tests/schema/test_idempotency.py."""
    at, ask = await belongings(database.settings), asker(database.settings)
    own = {"Query.refundQuote(tickets)": {"bookingId": quoted(at.id("Booking"))}}
    staff = {role: await at.stranger(role, at.ids["Venue"]) for role in (Role.STAFF, Role.MANAGER)}
    for place, kind in PRIVATE.items():
        if place.startswith("Mutation"):
            continue
        theirs = [actor for role, actor in staff.items() if role in OPEN_TO[field_of(place)[0]]]
        for actor in (at.ada, *theirs):
            said = await answer(ask, actor, place, at.id(kind), own)
            assert not is_nothing(said, place), (place, said)


def test_every_kind_of_node_has_a_row() -> None:
    assert sorted({*NODES_OF_SOMEBODY, *NODES_OF_EVERYBODY} - {"Colleague"}) == sorted(_READERS)


async def test_a_node_of_somebody_is_nobody_else_s(database: Database) -> None:
    there, here = await belongings(database.settings), await belongings(database.settings)
    ask = asker(database.settings)
    strangers = [await there.stranger(role, here.ids["Venue"]) for role in STRANGERS]
    for kind in NODES_OF_SOMEBODY:
        for actor in (*strangers, Actor.anonymous()):
            assert await node(ask, actor, there.id(kind)) is None, kind
        owner = there.ana if kind in OWN else there.ada
        assert await node(ask, owner, there.id(kind)) is not None, kind
    for kind in NODES_OF_EVERYBODY:
        assert await node(ask, Actor.anonymous(), there.id(kind)) == {"__typename": kind, "id": there.id(kind)}


async def node(ask: Asker, actor: Actor, id: str) -> Any:
    found: Any = await ask("query ($id: ID!) { node(id: $id) { __typename id } }", actor, id=id)
    return found["data"]["node"]
