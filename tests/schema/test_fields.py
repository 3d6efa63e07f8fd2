"""Who sees which field: every field of every type in the schema, for everybody who may meet it, by really asking."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import uuid4

import pytest
from graphql import GraphQLObjectType, get_named_type, is_composite_type

import clock
from domain.access import Actor, Role
from models.bookings import Booking
from models.refunds import Refund
from models.users import User
from models.ways_in import SecondFactor
from resolvers import payment_desk
from tests.databases import Database
from tests.factories.users import actor_of, make_staff, post
from tests.schema.asking import Asker, asker
from tests.schema.belongings import Belongings, belongings
from tests.schema.calling import ROOT_TYPES, SDL

pytestmark = pytest.mark.once

Viewers: TypeAlias = frozenset[str]

ADMINS: Final = frozenset({"ADMIN", "SUPER_ADMIN"})
MONEY: Final = ADMINS | {"MANAGER here"}
SERVING: Final = MONEY | {"STAFF here", "CONCIERGE"}
BUYER: Final = frozenset({"owner", "served owner"})
THEIRS: Final = SERVING | BUYER
NOBODY: Final[Viewers] = frozenset()  # in the state that is looked at there is nothing to see
STRANGERS: Final = frozenset({"anonymous", "CUSTOMER", "EDITOR", "STAFF there", "MANAGER there"})


def each(names: str, viewers: Viewers) -> dict[str, Viewers]:
    return dict.fromkeys(names.split(), viewers)


CONTACTS: Final = BUYER | ADMINS | {"CONCIERGE"}
# A new field of these must be put here, by somebody who has thought about who may see it.
GUARDED: Final[Mapping[str, Mapping[str, Viewers]]] = {
    "User": each("id name roles", CONTACTS | {"MANAGER here"})
    | each("email emailVerified phone createdAt lockedAt lockedBecause bookings holds", CONTACTS)
    | each("dateOfBirth preferences venues secondFactor waysIn", ADMINS | {"owner"}),
    "ActiveSession": each("id device address wayIn startedAt lastUsedAt expiresAt isCurrent", frozenset({"owner"})),
    "Hold": each("id seats status expiresAt total lines extendableUntil together showtime", BUYER),
    "Booking": each("id reference seats status total createdAt refundPolicy ageToCheck lines showtime tickets", THEIRS)
    | each("payments refunds refunded", THEIRS)
    | each("payableUntil paymentMethods offer", NOBODY),
    "Ticket": each("id seat code status ageToCheck qr", THEIRS) | each("usedAt", NOBODY),
    "Payment": each("id provider providerRef amount status checkoutUrl checkout createdAt booking captures", THEIRS)
    | each("refunds", THEIRS)
    | each("messages", MONEY),
    "Refund": each("id amount kept seats reason note status attempt createdAt settledAt", THEIRS),
    "PaymentMessage": each("id provider eventId kind state attempts receivedAt body payment", MONEY)
    | each("problem appliedAt", NOBODY),
    "Invitation": each("id email roles status createdAt expiresAt venues invitedBy", ADMINS),
    "AuditEntry": each("id at action subjectKind subjectId changes who subject venue", MONEY)
    | each("address servedCustomer", NOBODY),
}
# Seen by whoever sees what leads to it, and there is no other way.
PARTS: Final[Mapping[str, set[str]]] = {
    "Capture": {"Payment.captures"},
    "SandboxCheckout": {"Payment.checkout"},
    "StripeCheckout": {"Payment.checkout"},
    "RazorpayCheckout": {"Payment.checkout"},
    "VNPayCheckout": {"Payment.checkout"},
    "CounterCheckout": {"Payment.checkout"},
    "SeatOffer": {"Booking.offer"},
    "SecondFactorStatus": {"User.secondFactor"},
    "SecondFactorRule": {"Query.secondFactorRule", "Mutation.requireSecondFactor"},
    "Preferences": {"User.preferences"},
    "NotificationPreferences": {"Preferences.notifications"},
    "NotificationChannels": {
        "NotificationPreferences.booking",
        "NotificationPreferences.reminders",
        "NotificationPreferences.offers",
    },
    "SeatPreferences": {"Preferences.seats"},
    "FactChange": {"AuditEntry.changes"},
    "StaffActivity": {"Query.staffActivity"},
    "ActionCount": {"StaffActivity.actions"},
    "AuditReport": {"Query.auditReport"},
    "AuditCheck": {"AuditReport.checks"},
    "Violation": {"AuditCheck.violations"},
    "Sales": {"Query.sales"},
    "SalesPoint": {"Sales.byHour"},
    "MovieSales": {"Sales.byMovie"},
    "HouseNow": {"Subscription.houseNow"},
    "ShowtimeNow": {"HouseNow.showtimes"},
    "DataExport": {"Query.exportMyData"},
    "MutationOutcome": {"Query.mutationOutcome"},
    "RefundQuote": {"Query.refundQuote"},
}
# What anybody may see, what a caller is told of their own call, and pages of what is guarded itself.
OPEN: Final = {
    *("Movie", "Venue", "Screen", "Showtime", "SeatMap", "SeatMapChange", "Seat", "SeatChange", "BestSeats"),
    *("PriceTerms", "PriceLine", "RefundStep", "PaymentMethod", "Money", "PageInfo", "FieldProblem"),
    *("Session", "CodeSent", "PasswordReset", "NewSecondFactor", "RecoveryCodes", "DeletedMovie", "AccountDeleted"),
}


def object_types() -> dict[str, GraphQLObjectType]:
    roots = {root.name for root in ROOT_TYPES}
    return {
        name: kind
        for name, kind in SDL.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__") and name not in roots
    }


def is_open(kind: GraphQLObjectType) -> bool:
    is_problem = any(each.name == "Problem" for each in kind.interfaces)
    return kind.name in OPEN or is_problem or kind.name.endswith(("Connection", "Edge"))


def ways_to(name: str) -> set[str]:
    """Every field in the schema by which this type can be reached."""
    found = set()
    for owner in [*object_types().values(), *ROOT_TYPES]:
        for field, definition in owner.fields.items():
            kind = get_named_type(definition.type)
            members = {each.name for each in getattr(kind, "types", ())} | {kind.name}
            if name in members:
                found.add(f"{owner.name}.{field}")
    return found


def test_every_type_has_been_thought_about() -> None:
    named = {*GUARDED, *PARTS, *(name for name, kind in object_types().items() if is_open(kind))}
    assert named == set(object_types())
    assert not set(GUARDED) & set(PARTS)
    assert not {name for name in (*GUARDED, *PARTS) if is_open(object_types()[name])}


@pytest.mark.parametrize("name", GUARDED)
def test_every_guarded_field_has_a_row(name: str) -> None:
    assert sorted(GUARDED[name]) == sorted(object_types()[name].fields)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_reached_by_no_other_way(name: str) -> None:
    assert ways_to(name) == PARTS[name]


async def everybody(at: Belongings, elsewhere: Belongings) -> dict[str, Actor]:
    """Everybody who may meet what is Ana's."""
    here, there = at.ids["Venue"], elsewhere.ids["Venue"]
    cleo = await at.stranger(Role.CONCIERGE, there)
    return {
        "owner": replace(at.ana, session_id=at.ids["ActiveSession"]),
        "served owner": replace(at.ana, served_by=cleo.user_id, session_id=cleo.session_id),
        "anonymous": Actor.anonymous(),
        "CONCIERGE": cleo,
        "STAFF here": actor_of(await make_staff(Role.STAFF), here),
        "STAFF there": actor_of(await make_staff(Role.STAFF), there),
        "MANAGER here": actor_of(await make_staff(Role.MANAGER), here),
        "MANAGER there": actor_of(await make_staff(Role.MANAGER), there),
        **{role.value: await at.stranger(role, here) for role in Role if role.value in ADMINS | STRANGERS},
    }


async def with_secrets(at: Belongings) -> None:
    """Let there be something to see in every field that may be hidden."""
    ana = await User.get(id=at.ana.user_id)
    ana.phone, ana.date_of_birth = f"+8491{uuid4().int % 10**7:07}", date(1990, 5, 1)
    ana.locked_at, ana.locked_because = clock.now(), "Chargebacks"
    await ana.save()
    await post(ana.id, at.ids["Venue"])
    await SecondFactor.create(created_at=clock.now(), user_id=ana.id, sealed_secret="x", confirmed_at=clock.now())
    await Booking.all().update(age_at_the_door=16)
    await payment_desk.refund(at.ada, at.ids["Payment"], "1.00", "The heating failed")
    await Refund.all().update(settled_at=clock.now(), note="The heating failed")


def selection(name: str) -> str:
    """Every field of a type."""
    parts = []
    for field, definition in object_types()[name].fields.items():
        kind = get_named_type(definition.type)
        inner = "nodes { __typename }" if kind.name.endswith("Connection") else "__typename"
        parts.append(f"{field} {{ {inner} }}" if is_composite_type(kind) else field)
    return " ".join(parts)


async def shown(ask: Asker, actor: Actor, name: str, at: Belongings) -> dict[str, Any]:
    """The thing as this viewer gets it, by its id or, of people, by the log of what they did; nothing if not at all."""
    fields = selection(name)
    answer: Any = await ask(f'{{ node(id: "{at.id(name)}") {{ ... on {name} {{ {fields} }} }} }}', actor)
    found = answer["data"]["node"]
    if found is None and name == "User":
        log = f'{{ auditLog(filter: {{subjectId: "{at.id("Booking")}"}}) {{ nodes {{ who {{ {fields} }} }} }} }}'
        nodes = ((await ask(log, actor))["data"] or {}).get("auditLog", {}).get("nodes", [])
        found = next((each["who"] for each in nodes), None)
    return dict(found or {})


def is_there(value: object) -> bool:
    return value not in (None, [], {"nodes": []})


@pytest.mark.parametrize("name", GUARDED)
async def test_who_sees_which_field(name: str, database: Database) -> None:
    at, elsewhere = await belongings(database.settings), await belongings(database.settings)
    await with_secrets(at)
    ask = asker(database.settings)
    answers = {who: await shown(ask, actor, name, at) for who, actor in (await everybody(at, elsewhere)).items()}
    found = {field: {who for who, answer in answers.items() if is_there(answer.get(field))} for field in GUARDED[name]}
    assert found == {field: set(viewers) for field, viewers in GUARDED[name].items()}
