"""Every critical operation leaves one trace, written with what it did; what is refused or repeated leaves none."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.access import Actor
from models.audit_log import AuditEntry
from resolvers import unit_of_work as module
from schema.ids import read_id
from settings import Settings
from tests.databases import Database
from tests.resolvers.sale_fixtures import Later, later
from tests.schema.repetitions import Repeated, World, new_world
from tests.schema.test_idempotency import CALLS, MUTATIONS, send
from tests.schema.traces import EVENTS, TRACED, WITHOUT_A_TRACE, Left

__all__ = ["later"]

ROOT = Path(__file__).resolve().parents[2]


def written() -> set[str]:
    """The actions that the resolvers record, as their source says."""
    files = (ROOT / "resolvers").glob("**/*.py")
    texts = [text for text in map(Path.read_text, files) if "Trace(" in text]
    return {found for text in texts for found in re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', text)}


@pytest.mark.once
def test_every_mutation_leaves_a_trace_or_says_why_not() -> None:
    assert set(TRACED) | set(WITHOUT_A_TRACE) == set(MUTATIONS)
    assert set(TRACED) & set(WITHOUT_A_TRACE) == set()


@pytest.mark.once
@pytest.mark.parametrize("mutation", TRACED)
def test_an_action_is_called_as_its_mutation(mutation: str) -> None:
    row = TRACED[mutation]
    if row.action not in EVENTS:
        assert row.action == re.sub(r"(?<=[a-z])(?=[A-Z])", "_", mutation).upper()
    assert row.action in written()


@pytest.mark.once
def test_what_cannot_be_repeated_here_is_tried_elsewhere() -> None:
    for mutation in TRACED.keys() - CALLS.keys():
        row = TRACED[mutation]
        assert row.tried_in, f"say which test calls {mutation} and reads its trace"
        assert f'"{row.action}"' in (ROOT / row.tried_in).read_text()


@pytest.mark.parametrize("mutation", sorted(set(TRACED) & set(CALLS)))
async def test_what_was_done_is_written_once(
    mutation: str, settings: Settings, database: Database, later: Later
) -> None:
    world, row = await new_world(settings, later), TRACED[mutation]
    call = await CALLS[mutation](world)
    before = set(await numbers())
    given = at_the_desk(call)
    answer = await send(world, mutation, given)
    assert "message" not in answer["data"][mutation], answer
    [entry] = [each for each in await AuditEntry.all() if each.number not in before]
    check(entry, row, given.actor, answer["data"][mutation], await venue_of(world, row))

    assert await send(world, mutation, given) == answer
    await send(world, mutation, given, given.other)  # the same key with another input
    assert len(await numbers()) == len(before) + 1


def at_the_desk(call: Repeated) -> Repeated:
    """The same call from a session and an address that are known."""
    return Repeated(Actor(call.actor.user_id, call.actor.roles, address="192.0.2.44"), call.given, call.other)


async def numbers() -> list[Any]:
    return await AuditEntry.all().values_list("number", flat=True)


async def venue_of(world: World, row: Left) -> object:
    return world.sale.showtime.venue_id if row.at_a_venue and row.action != "CREATE_VENUE" else None


def check(entry: AuditEntry, row: Left, actor: Actor, answer: dict[str, Any], venue_id: object) -> None:
    """Who, from where, what, to what, where, and which facts."""
    assert (entry.action, entry.subject_kind) == (row.action, row.kind)
    assert (entry.user_id, entry.served_id, entry.address) == (actor.user_id, None, "192.0.2.44")
    assert {*entry.before, *entry.after} == set(row.told)
    if row.action == "CREATE_VENUE":
        assert entry.venue_id == entry.subject_id
    else:
        assert entry.venue_id == venue_id
    subject = answer.get("id") or answer["movieId"]
    if row.action != "RETRY_REFUND":  # which answers with the refund that follows the subject
        assert read_id(subject) == (row.kind, entry.subject_id)


@pytest.mark.once
@pytest.mark.parametrize("mutation", sorted(set(WITHOUT_A_TRACE) & set(CALLS)))
async def test_what_needs_no_trace_leaves_none(
    mutation: str, settings: Settings, database: Database, later: Later
) -> None:
    world = await new_world(settings, later)
    call = await CALLS[mutation](world)
    before = len(await numbers())
    answer = await send(world, mutation, call)
    assert "message" not in answer["data"][mutation], answer
    assert len(await numbers()) == before


@pytest.mark.parametrize("mutation", ["cancelShowtime", "refundPayment", "createBooking", "updateVenue"])
async def test_what_is_rolled_back_has_not_been_done(
    mutation: str, settings: Settings, database: Database, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await new_world(settings, later)
    call = await CALLS[mutation](world)
    before, real = len(await numbers()), module.audit_log.write
    seen = []

    async def failing(*given: Any) -> None:
        await real(*given)
        seen.append(len(await numbers()))
        raise ConnectionError("the database went away")

    monkeypatch.setattr(module.audit_log, "write", failing)
    answer = await send(world, mutation, call)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert (seen, len(await numbers())) == ([before + 1], before)


async def test_what_a_concierge_does_names_both(database: Database, later: Later) -> None:
    world = await new_world(database.settings, later)
    call = await CALLS["createBooking"](world)
    concierge = world.admin.user_id
    actor = Actor(call.actor.user_id, call.actor.roles, served_by=concierge, address="192.0.2.44")
    answer = await send(world, "createBooking", Repeated(actor, call.given, call.other))
    assert "message" not in answer["data"]["createBooking"], answer
    entry = await AuditEntry.get()
    assert (entry.user_id, entry.served_id, entry.address) == (concierge, call.actor.user_id, "192.0.2.44")
