"""Whatever has an effect may be sent again: with the same key it is done once, and answered alike."""

import ast
import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLUnionType, build_schema, get_named_type

import resolvers
from domain.access import Actor
from models.bookings import Booking
from models.catalogue import CatalogueVersion
from models.movies import Movie
from models.showtimes import Showtime
from models.venues import Screen, SeatLayout, Venue
from schema.node import _READERS
from schema.outcomes import MADE
from scripts.export_schema import sdl
from settings import Settings
from tests.databases import Database
from tests.resolvers.refusals import everything
from tests.resolvers.sale_fixtures import Later, later
from tests.schema.asking import Payload, codes
from tests.schema.repetitions import BY_BUYERS, Repeated, World, new_world
from tests.schema.repetitions_of_people import BY_ADMINISTRATORS
from tests.schema.repetitions_of_staff import BY_STAFF

__all__ = ["later"]

ROOT = Path(__file__).resolve().parents[2]
SDL = build_schema(sdl())
MUTATIONS = SDL.mutation_type.fields if SDL.mutation_type else {}
CALLS = {**BY_BUYERS, **BY_ADMINISTRATORS, **BY_STAFF}
# Whoever adds to these has thought about what a client does that never got the answer.
WITHOUT_A_KEY = {
    "deleteAccount": "what is gone stays so, and its sessions with it",
    "register": "the address is taken then: log in",
    "login": "begins one more session, and ends none",
    "refreshSession": "a refresh token is spent by its use: log in again",
    "logout": "what has ended stays so, and its tokens with it",
    "requestEmailCode": "a second code within a minute is TooSoon: the first is on its way",
    "requestPasswordReset": "a second code within a minute is TooSoon: the first is on its way",
    "requestEmailChange": "a second code within a minute is TooSoon: the first is on its way",
    "requestPhoneCode": "a second code within a minute is TooSoon: the first is on its way",
    "requestPhoneLink": "a second code within a minute is TooSoon: the first is on its way",
    "verifyEmail": "a code is spent by its use: look whether the address is verified",
    "resetPassword": "a code is spent by its use: log in with the new password",
    "changePassword": "the password is the new one by then: log in with it",
    "changeEmail": "a code is spent by its use: look which address there is",
    "logInWithPhone": "a code is spent by its use: ask for another",
    "linkPhone": "a code is spent by its use: look which phone there is",
    "signInWithGoogle": "begins one more session; makes and links an account once",
    "linkGoogle": "what is linked stays so",
    "unlinkGoogle": "what is unlinked stays so",
    "endSession": "what has ended stays so",
    "endOtherSessions": "what has ended stays so",
    "startSecondFactor": "nothing counts until it is confirmed; the newest secret is the one",
    "confirmSecondFactor": "confirms once; the recovery codes can be renewed",
    "endSecondFactor": "what has ended stays so",
    "renewRecoveryCodes": "no code works twice, and the newest recovery codes are the ones",
    "acceptInvitation": "works once: log in",
    "requireSecondFactor": "says all roles there are to be: once or twice is the same",
}
# Their unions are older than their keys, and may not grow.
WRONG_CALLS = {"extendHold", "releaseHold"}
SHOWN = {
    "Hold": "id status seats expiresAt",
    "Booking": "id status seats refunded { amount } tickets { id status } payments { id status }",
    "Payment": "id status checkoutUrl",
    "Refund": "id status attempt",
    "PaymentMessage": "id state",
    "Movie": "id title ageRestriction",
    "Venue": "id name city refundPolicy { hours percent } paymentMethods { provider }",
    "Screen": "id name capacity",
    "Showtime": "id status startsAt",
    "User": "id name roles lockedAt venues { id } dateOfBirth preferences { language }",
    "Invitation": "id email status",
}
OUTCOME = """query ($named: String!, $mutation: String) {
  mutationOutcome(idempotencyKey: $named, mutation: $mutation) { mutation at node { __typename id } }
}"""


def keyed() -> set[str]:
    """The mutations whose input has a key that may be left out."""
    found = set()
    for name, field in MUTATIONS.items():
        for argument in field.args.values():
            kind = get_named_type(argument.type)
            if isinstance(kind, GraphQLInputObjectType) and "idempotencyKey" in kind.fields:
                assert not isinstance(kind.fields["idempotencyKey"].type, GraphQLNonNull)
                found.add(name)
    return found


def remembered() -> set[str]:
    """The names under which the resolvers remember keys, as their source says."""
    names = set()
    for file in Path(resolvers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
                "once",
                "_is_repetition",
            ):
                names |= {each.value for each in node.args if isinstance(each, ast.Constant)}
    return {str(name) for name in names}


def test_every_mutation_takes_a_key_or_says_why_not() -> None:
    assert keyed() | set(WITHOUT_A_KEY) == set(MUTATIONS)
    assert keyed() & set(WITHOUT_A_KEY) == set()


def test_the_table_for_clients_has_every_mutation_once() -> None:
    lines = (ROOT / "docs" / "idempotency.md").read_text().splitlines()
    rows = [line.split("|")[1] for line in lines if line.startswith("| `")]
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted(MUTATIONS)


def test_every_mutation_that_takes_a_key_is_tried_here() -> None:
    assert set(CALLS) == keyed()


def test_every_key_that_is_remembered_can_be_asked_about() -> None:
    assert len(remembered()) > 20
    assert remembered() == set(MADE)
    assert keyed() <= set(MADE)


@pytest.mark.parametrize("mutation", CALLS)
def test_what_a_key_has_made_is_what_its_mutation_answers(mutation: str) -> None:
    union = get_named_type(MUTATIONS[mutation].type)
    assert isinstance(union, GraphQLUnionType)
    assert MADE[mutation] in _READERS
    assert union.types[0].name == {"deleteMovie": "DeletedMovie"}.get(mutation, MADE[mutation])


def document(mutation: str) -> str:
    kind = MUTATIONS[mutation].args["input"].type
    shown = "... on DeletedMovie { movieId }"
    if mutation != "deleteMovie":
        shown = f"... on {MADE[mutation]} {{ {SHOWN[MADE[mutation]]} }}"
    return f"mutation ($input: {kind}) {{ {mutation}(input: $input) {{ __typename {shown} ... on Problem {{ message }} }} }}"


async def send(world: World, mutation: str, call: Repeated, given: Any = None) -> Payload:
    return await world.ask(document(mutation), call.actor, input={**(given or call.given), "idempotencyKey": "k"})


async def rows() -> dict[str, Any]:
    """All that mutations write."""
    catalogue = {kind.__name__: await kind.all().order_by("id").values() for kind in (Movie, Venue, Screen, SeatLayout)}
    versions = await CatalogueVersion.all().order_by("part").values()
    return {**await everything(), **catalogue, "CatalogueVersion": versions}


async def extent() -> dict[str, int]:
    """How many rows there are, and how many changes of what counts its changes."""
    counts = {kind: len(found) for kind, found in (await rows()).items() if kind != "CatalogueVersion"}
    counts["changes of bookings"] = sum(await Booking.all().values_list("version", flat=True))
    counts["changes of seat maps"] = sum(await Showtime.all().values_list("seat_version", flat=True))
    counts["changes of the catalogue"] = sum(await CatalogueVersion.all().values_list("version", flat=True))
    return counts


@pytest.mark.parametrize("mutation", CALLS)
async def test_a_repetition_is_answered_alike_and_changes_nothing(
    mutation: str, database: Database, later: Later
) -> None:
    world = await new_world(database.settings, later)
    call = await CALLS[mutation](world)
    untouched = await rows()
    first = await send(world, mutation, call)
    assert "message" not in first["data"][mutation], first
    before = await rows()
    assert before | {"IdempotencyAnswer": []} != untouched
    assert await send(world, mutation, call) == first
    assert await rows() == before

    other = await send(world, mutation, call, call.other)
    if mutation in WRONG_CALLS:
        assert codes(other) == ["BAD_USER_INPUT"]
    else:
        assert other["data"][mutation]["__typename"] == "IdempotencyConflict"
    assert await rows() == before

    outcome = (await world.ask(OUTCOME, call.actor, named="k", mutation=mutation))["data"]["mutationOutcome"]
    assert outcome["mutation"] == mutation
    id = first["data"][mutation].get("id")
    assert outcome["node"] == (None if mutation == "deleteMovie" else {"__typename": MADE[mutation], "id": id})


@pytest.mark.parametrize("mutation", CALLS)
async def test_twenty_at_once_have_the_effect_of_one_and_one_answer(
    mutation: str, settings: Settings, database: Database, later: Later
) -> None:
    alone = await effect(mutation, await new_world(settings, later), times=1)
    assert await effect(mutation, await new_world(settings, later), times=20) == alone
    assert alone["IdempotencyAnswer"] == 1


async def effect(mutation: str, world: World, times: int) -> dict[str, int]:
    """What so many simultaneous calls, all answered alike, have added."""
    call = await CALLS[mutation](world)
    before = await extent()
    answers = await asyncio.gather(*(send(world, mutation, call) for _ in range(times)))
    assert "message" not in answers[0]["data"][mutation], answers[0]
    assert all(answer == answers[0] for answer in answers)
    after = await extent()
    return {kind: after[kind] - before[kind] for kind in after}


async def test_an_outcome_is_asked_for_by_those_who_have_keys(database: Database, later: Later) -> None:
    world = await new_world(database.settings, later)
    ask = world.ask
    assert (await ask(OUTCOME, world.admin, named="k"))["data"] == {"mutationOutcome": None}
    assert codes(await ask(OUTCOME, world.admin, named="k", mutation="login")) == ["BAD_USER_INPUT"]
    assert codes(await ask(OUTCOME, world.admin, named="")) == ["BAD_USER_INPUT"]
    assert codes(await ask(OUTCOME, Actor.anonymous(), named="k")) == ["UNAUTHENTICATED"]
