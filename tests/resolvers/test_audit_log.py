"""The audit log is found by whatever is known of an entry, and by nobody who should not read it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

import clock
from domain.access import Actor, Role
from domain.traces import Trace
from domain.wrong_calls import BadUserInput
from models import audit_log as rows
from models.audit_log import AuditEntry
from models.base import sql
from resolvers import audit_log
from resolvers.audit_log import Sought
from tests.databases import Database
from tests.factories.users import actor_of, make_staff, make_user

HERE, THERE = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADMIN = Actor(UUID(int=9), frozenset({Role.ADMIN}))


async def entry(
    actor: Actor,
    action: str = "UPDATE_MOVIE",
    *,
    at: datetime = NOON,
    id: UUID | None = None,
    venue_id: UUID | None = None,
) -> None:
    """One trace at a moment."""
    await rows.write(actor, Trace(action, "Movie", id or uuid4(), venue_id), at)


async def found(sought: Sought, actor: Actor = ADMIN) -> list[str]:
    """The actions of the entries, the newest first."""
    return [each.action for each in (await audit_log.find(actor, sought, 100, None)).rows]


async def test_an_entry_is_found_by_each_thing_that_is_known_of_it(database: Database) -> None:
    ana, concierge, movie = UUID(int=3), UUID(int=4), UUID(int=5)
    await entry(Actor(ana), "A", id=movie)
    await entry(Actor(ana, served_by=concierge), "B", venue_id=HERE)
    await entry(Actor(concierge, address="192.0.2.7"), "C", venue_id=THERE, at=NOON + timedelta(hours=1))
    assert await found(Sought()) == ["C", "B", "A"]
    assert await found(Sought(user_id=concierge)) == ["C", "B"]
    assert await found(Sought(served_id=ana)) == ["B"]
    assert await found(Sought(action="A")) == ["A"]
    assert await found(Sought(subject_kind="Movie", subject_id=movie)) == ["A"]
    assert await found(Sought(subject_kind="Venue", subject_id=movie)) == []
    assert await found(Sought(venue_id=HERE)) == ["B"]
    assert await found(Sought(address="192.0.2.7")) == ["C"]
    assert await found(Sought(since=NOON + timedelta(seconds=1))) == ["C"]
    assert await found(Sought(until=NOON + timedelta(hours=1))) == ["B", "A"]
    assert await found(Sought(user_id=concierge, until=NOON)) == []
    everything = await AuditEntry.all()
    for sought in (Sought(venue_id=HERE), Sought(until=NOON), Sought(since=NOON), Sought(user_id=ana, action="A")):
        assert sorted(each.action for each in everything if sought.matches(each)) == sorted(await found(sought))


async def test_pages_follow_each_other_while_entries_come(database: Database) -> None:
    for number in range(7):
        await entry(ADMIN, str(number))
    first = await audit_log.find(ADMIN, Sought(), 3, None)
    await entry(ADMIN, "7")
    second = await audit_log.find(ADMIN, Sought(), 3, first.cursors[-1])
    third = await audit_log.find(ADMIN, Sought(), 3, second.cursors[-1])
    assert [[each.action for each in page.rows] for page in (first, second, third)] == [
        ["6", "5", "4"],
        ["3", "2", "1"],
        ["0"],
    ]
    assert (third.has_next, await third.count()) == (False, 8)


async def test_managers_read_of_their_venues_and_others_of_none(database: Database) -> None:
    await entry(ADMIN, "HERE", venue_id=HERE)
    await entry(ADMIN, "THERE", venue_id=THERE)
    await entry(ADMIN, "NOWHERE")
    manager = Actor(uuid4(), frozenset({Role.MANAGER}), venues=frozenset({HERE}))
    readers = {
        manager: ["HERE"],
        Actor(uuid4(), frozenset({Role.MANAGER})): [],
        Actor(uuid4(), frozenset({Role.STAFF}), venues=frozenset({HERE})): [],
        Actor(uuid4(), frozenset({Role.MANAGER, Role.EDITOR}), venues=frozenset({HERE, THERE})): ["THERE", "HERE"],
        Actor(uuid4(), frozenset({Role.SUPER_ADMIN})): ["NOWHERE", "THERE", "HERE"],
        Actor.anonymous(): [],
    }
    entries = await AuditEntry.all().order_by("-number")
    for actor, wanted in readers.items():
        assert await found(Sought(), actor) == wanted
        assert [each.action for each in entries if audit_log.may_read(actor, each)] == wanted
        assert [each.action for each in entries if await audit_log.one(actor, each.id)] == wanted
    assert await found(Sought(venue_id=THERE), manager) == []


async def test_the_database_itself_refuses_to_change_an_entry(database: Database) -> None:
    await entry(ADMIN, "DONE")
    before = await AuditEntry.all().values()
    for statement in ("UPDATE audit_entries SET action = 'UNDONE'", "DELETE FROM audit_entries"):
        with pytest.raises(Exception, match="only written to"):  # each driver has its own
            await sql(statement)
    assert await AuditEntry.all().values() == before


@pytest.mark.parametrize("hours", [0, 14, -12])
async def test_there_is_no_activity_before_there_was_time(database: Database, hours: int) -> None:
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=hours)))
    for until in (first, first + timedelta(days=3)):
        with suppress(BadUserInput):  # of so short a time there is nothing to tell, or it is none
            assert await audit_log.activity(ADMIN, Sought(until=until)) == []


async def test_activity_is_counted_by_person_and_action(database: Database) -> None:
    sam, mia = await make_staff(name="Sam"), await make_staff(Role.MANAGER, name="Mia")
    ana = await make_user(Role.CUSTOMER)
    for minutes, person, action, venue in [
        (0, sam, "SETTLE", HERE),
        (1, sam, "CANCEL", HERE),
        (2, sam, "SETTLE", THERE),
        (3, mia, "CANCEL", THERE),
        (4, ana, "BOOK", HERE),
    ]:
        await entry(actor_of(person), action, at=NOON + timedelta(minutes=minutes), venue_id=venue)
    span = Sought(since=NOON, until=NOON + timedelta(hours=1))

    people = await audit_log.activity(ADMIN, span)
    assert [(each.user_id, each.count) for each in people] == [(mia.id, 1), (sam.id, 3)]
    assert [(each.action, each.count) for each in people[1].tallies] == [("SETTLE", 2), ("CANCEL", 1)]
    assert (people[1].first_at, people[1].last_at) == (NOON, NOON + timedelta(minutes=2))

    here = Actor(uuid4(), frozenset({Role.MANAGER}), venues=frozenset({HERE}))
    for reader, venue in ((here, None), (ADMIN, HERE), (here, HERE)):
        [theirs] = await audit_log.activity(reader, Sought(venue_id=venue, since=NOON, until=span.until))
        assert (theirs.user_id, theirs.count) == (sam.id, 2)
    assert await audit_log.activity(here, Sought(venue_id=THERE, since=NOON, until=span.until)) == []
    assert await audit_log.activity(Actor.anonymous(), span) == []

    [hers] = await audit_log.activity(ADMIN, Sought(user_id=ana.id, since=NOON, until=span.until))
    assert [(each.action, each.count) for each in hers.tallies] == [("BOOK", 1)]
    [last] = await audit_log.activity(ADMIN, Sought(since=NOON + timedelta(minutes=3), until=span.until))
    assert last.user_id == mia.id


async def test_activity_is_that_of_a_week_and_of_a_quarter_at_most(database: Database) -> None:
    sam, now = await make_staff(name="Sam"), clock.now()
    await entry(actor_of(sam), "OLD", at=now - timedelta(days=8))
    await entry(actor_of(sam), "NEW", at=now - timedelta(days=6))
    [theirs] = await audit_log.activity(ADMIN, Sought())
    assert [each.action for each in theirs.tallies] == ["NEW"]
    for since, until in [(now, now), (now, now - timedelta(days=1)), (now - timedelta(days=93), now)]:
        with pytest.raises(BadUserInput):
            await audit_log.activity(ADMIN, Sought(since=since, until=until))
