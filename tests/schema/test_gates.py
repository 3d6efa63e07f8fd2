"""Who may use which root field: every field against every role, by really calling it."""

import asyncio
from uuid import uuid4

import pytest
from strawberry.types.base import get_object_definition

import schema
from domain.access import PERMISSIONS, Actor, Role
from schema.gate import Gate, Requires
from tests.databases import Database
from tests.factories.users import make_staff
from tests.schema.asking import Asker, asker, codes
from tests.schema.calling import document, root_fields

pytestmark = pytest.mark.once

ANONYMOUS = "anonymous"
QUIET_SECONDS = 1.0
LOGGED_IN = frozenset(Role)
EVERYBODY = LOGGED_IN | {ANONYMOUS}
ADMINS = frozenset({Role.ADMIN, Role.SUPER_ADMIN})
SERVING = ADMINS | {Role.STAFF, Role.CONCIERGE, Role.MANAGER}
EDITORS = ADMINS | {Role.EDITOR, Role.MANAGER}
MONEY = ADMINS | {Role.MANAGER}

# A new root field must be put here, by somebody who has thought about who may use it.
OPEN_TO = {
    "Query.node": EVERYBODY,
    "Query.serverTime": EVERYBODY,
    "Query.bestSeats": EVERYBODY,
    "Query.me": EVERYBODY,
    "Query.sessions": LOGGED_IN,
    "Query.secondFactorRule": ADMINS,
    "Query.users": ADMINS | {Role.CONCIERGE},
    "Query.user": ADMINS | {Role.CONCIERGE},
    "Query.invitations": ADMINS,
    "Query.movies": EVERYBODY,
    "Query.movie": EVERYBODY,
    "Query.venues": EVERYBODY,
    "Query.venue": EVERYBODY,
    "Query.showtimes": EVERYBODY,
    "Query.showtime": EVERYBODY,
    "Query.exportMyData": LOGGED_IN,
    "Query.booking": LOGGED_IN,
    "Query.bookings": SERVING,
    "Query.refundQuote": LOGGED_IN,
    "Query.mutationOutcome": LOGGED_IN,
    "Query.sales": ADMINS | {Role.MANAGER},
    "Query.auditReport": ADMINS,
    "Query.auditLog": MONEY,
    "Query.staffActivity": MONEY,
    "Query.payments": MONEY,
    "Query.payment": MONEY,
    "Query.paymentMessages": MONEY,
    "Mutation.register": EVERYBODY,
    "Mutation.login": EVERYBODY,
    "Mutation.refreshSession": EVERYBODY,
    "Mutation.logout": LOGGED_IN,
    "Mutation.updateProfile": LOGGED_IN,
    "Mutation.deleteAccount": LOGGED_IN,
    "Mutation.correctDateOfBirth": ADMINS,
    "Mutation.requestPasswordReset": EVERYBODY,
    "Mutation.resetPassword": EVERYBODY,
    "Mutation.changePassword": LOGGED_IN,
    "Mutation.requestEmailCode": LOGGED_IN,
    "Mutation.verifyEmail": LOGGED_IN,
    "Mutation.requestEmailChange": LOGGED_IN,
    "Mutation.changeEmail": LOGGED_IN,
    "Mutation.requestPhoneCode": EVERYBODY,
    "Mutation.logInWithPhone": EVERYBODY,
    "Mutation.requestPhoneLink": LOGGED_IN,
    "Mutation.linkPhone": LOGGED_IN,
    "Mutation.signInWithGoogle": EVERYBODY,
    "Mutation.linkGoogle": LOGGED_IN,
    "Mutation.unlinkGoogle": LOGGED_IN,
    "Mutation.endSession": LOGGED_IN,
    "Mutation.endOtherSessions": LOGGED_IN,
    "Mutation.startSecondFactor": LOGGED_IN,
    "Mutation.confirmSecondFactor": LOGGED_IN,
    "Mutation.endSecondFactor": LOGGED_IN,
    "Mutation.renewRecoveryCodes": LOGGED_IN,
    "Mutation.requireSecondFactor": ADMINS,
    "Mutation.createCustomer": ADMINS | {Role.CONCIERGE},
    "Mutation.setRoles": ADMINS,
    "Mutation.postStaff": ADMINS,
    "Mutation.lockUser": ADMINS,
    "Mutation.unlockUser": ADMINS,
    "Mutation.inviteStaff": ADMINS,
    "Mutation.withdrawInvitation": ADMINS,
    "Mutation.acceptInvitation": EVERYBODY,
    "Mutation.holdSeats": LOGGED_IN,
    "Mutation.holdBestSeats": LOGGED_IN,
    "Mutation.extendHold": LOGGED_IN,
    "Mutation.releaseHold": LOGGED_IN,
    "Mutation.createBooking": LOGGED_IN,
    "Mutation.startPayment": LOGGED_IN,
    "Mutation.confirmPayment": LOGGED_IN,
    "Mutation.cancelPayment": LOGGED_IN,
    "Mutation.cancelBooking": LOGGED_IN,
    "Mutation.refundTickets": LOGGED_IN,
    "Mutation.acceptOffer": LOGGED_IN,
    "Mutation.declineOffer": LOGGED_IN,
    "Mutation.refundPayment": MONEY,
    "Mutation.retryRefund": MONEY,
    "Mutation.replayMessage": MONEY,
    "Mutation.dismissMessage": MONEY,
    "Mutation.settleCounterPayment": SERVING,
    "Mutation.settleCounterRefund": SERVING,
    "Mutation.createMovie": EDITORS,
    "Mutation.updateMovie": EDITORS,
    "Mutation.deleteMovie": EDITORS,
    "Mutation.createVenue": ADMINS,
    "Mutation.updateVenue": ADMINS,
    "Mutation.setPriceTerms": ADMINS,
    "Mutation.setRefundPolicy": ADMINS,
    "Mutation.setPaymentMethods": ADMINS,
    "Mutation.createScreen": ADMINS,
    "Mutation.updateScreen": ADMINS,
    "Mutation.createShowtime": ADMINS | {Role.MANAGER},
    "Mutation.cancelShowtime": ADMINS | {Role.MANAGER},
    "Subscription.seatMap": EVERYBODY,
    "Subscription.booking": LOGGED_IN,
    "Subscription.houseNow": ADMINS | {Role.MANAGER},
    "Subscription.auditFeed": MONEY,
}
ROOTS = (schema.Query, schema.Mutation, schema.Subscription)


async def caller(role: Role) -> Actor:
    """Somebody of this role, logged in."""
    user = await make_staff(role)
    return Actor(user.id, frozenset({role}), uuid4())


async def codes_of(ask: Asker, document: str, actor: Actor) -> list[str]:
    if not document.startswith("subscription"):
        return codes(await ask(document, actor))
    events = ask.watch(document, actor)
    try:
        first = await asyncio.wait_for(anext(events), QUIET_SECONDS)
    except TimeoutError:
        return []  # whoever is refused is told at once: this one waits for something to happen
    if "errors" in first:
        assert [event async for event in events] == []
    await events.aclose()  # what may be watched without an id goes on for ever
    return codes(first)


def test_every_root_field_has_a_row() -> None:
    assert sorted(root_fields()) == sorted(OPEN_TO)


@pytest.mark.parametrize("field", OPEN_TO)
async def test_who_may_call(field: str, database: Database) -> None:
    ask, called = asker(database.settings), document(field)
    actors = {ANONYMOUS: Actor.anonymous()} | {role: await caller(role) for role in Role}
    found = {who: await codes_of(ask, called, actor) for who, actor in actors.items()}
    passed = {who for who, refusals in found.items() if set(refusals) <= {"NOT_FOUND", "BAD_USER_INPUT"}}
    assert passed == OPEN_TO[field], found
    refused = {who: refusals for who, refusals in found.items() if who not in passed}
    assert refused == {who: ["UNAUTHENTICATED" if who == ANONYMOUS else "FORBIDDEN"] for who in refused}


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.__name__)
def test_every_root_field_has_one_gate_and_shows_it(root: type) -> None:
    for field in get_object_definition(root, strict=True).fields:
        gates = [each for each in field.extensions if isinstance(each, Gate)]
        assert len(gates) == 1, field.name
        shown = [each.permission for each in field.directives if isinstance(each, Requires)]
        assert shown == [gates[0].permission.value] if gates[0].permission else shown == []


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.__name__)
def test_no_two_words_have_a_root_field_of_the_same_name(root: type) -> None:
    parts = [get_object_definition(part, strict=True).fields for part in root.__bases__]
    names = [field.name for fields in parts for field in fields]
    assert sorted(names) == sorted(set(names))
    assert len(names) == len(get_object_definition(root, strict=True).fields)


def test_what_a_gate_asks_for_is_what_the_roles_hold() -> None:
    """The table above and the permissions agree, role by role."""
    for root in ROOTS:
        for field in get_object_definition(root, strict=True).fields:
            name = f"{root.__name__}.{field.python_name}"
            permission = next(each.permission for each in field.extensions if isinstance(each, Gate))
            holders = {role for role in Role if permission is None or permission in PERMISSIONS[role]}
            row = next(who for key, who in OPEN_TO.items() if key.lower() == name.replace("_", "").lower())
            assert row - {ANONYMOUS} == holders
