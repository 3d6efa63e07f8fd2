"""However long the audit log grows, no way of reading it walks through all of it. Read from SQLite's plans."""

from datetime import timedelta
from uuid import UUID

import pytest

import clock
from domain.access import Actor, Role
from models import audit_log
from models.audit_log import AuditEntry
from models.base import SqlRow, SqlValue
from models.pages import _behind, _cursor
from resolvers.audit_log import Sought
from tests.models.test_plans import SOMEBODY, plan

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("database")]

COLUMNS = ["-number", "id"]
MANAGER = Actor(SOMEBODY, frozenset({Role.MANAGER}), venues=frozenset({UUID(int=2)}))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Sought(user_id=SOMEBODY), "(user_id=?)"),
        (Sought(served_id=SOMEBODY), "(served_id=?)"),
        (Sought(action="LOG_IN"), "(action=?)"),
        (Sought(subject_kind="Movie", subject_id=SOMEBODY), "(subject_id=?)"),
        (Sought(venue_id=SOMEBODY), "(venue_id=?)"),
        (Sought(address="192.0.2.9"), "(address=?)"),
    ],
)
async def test_each_way_to_find_an_entry_has_its_index(wanted: Sought, index: str) -> None:
    query = AuditEntry.filter(**wanted.same).order_by(*COLUMNS).limit(21)
    (step,) = await plan(query.sql(params_inline=True))
    assert step.startswith("SEARCH audit_entries USING INDEX")
    assert step.endswith(index)


async def test_a_manager_s_entries_are_those_of_their_venues() -> None:
    (step,) = await plan(AuditEntry.visible_to(MANAGER).order_by(*COLUMNS).limit(21).sql(params_inline=True))
    assert step.endswith("(venue_id=?)")


async def test_a_page_begins_where_the_one_before_ended() -> None:
    cursor = _cursor(AuditEntry, COLUMNS, [41, SOMEBODY])
    query = AuditEntry.filter(_behind(AuditEntry.all(), COLUMNS, cursor)).order_by(*COLUMNS).limit(21)
    (step,) = await plan(query.sql(params_inline=True))
    assert step.endswith("USING INTEGER PRIMARY KEY (rowid<?)")


async def test_the_feed_reads_what_is_new_and_nothing_else() -> None:
    (step,) = await plan(AuditEntry.filter(number__gt=41).order_by("number").limit(9).sql(params_inline=True))
    assert step.endswith("USING INTEGER PRIMARY KEY (rowid>?)")
    (step,) = await plan(AuditEntry.filter(number__in=[41, 42]).order_by("number").sql(params_inline=True))
    assert step.endswith("USING INTEGER PRIMARY KEY (rowid=?)")


@pytest.mark.parametrize("reach", [None, frozenset({SOMEBODY}), frozenset()])
@pytest.mark.parametrize("whose", [None, SOMEBODY])
async def test_activity_is_added_up_from_its_days_or_its_person(
    reach: frozenset[UUID] | None, whose: UUID | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, tuple[SqlValue, ...]]] = []

    async def noting(statement: str, *values: SqlValue) -> list[SqlRow]:
        asked.append((statement, values))
        return []

    monkeypatch.setattr(audit_log, "sql", noting)
    now = clock.now()
    await audit_log.tallies(now - timedelta(days=7), now, reach, whose)
    [(statement, values)] = asked
    steps = await plan(statement, *values)
    assert [step for step in steps if step.startswith("SCAN")] == []
    assert any(step.startswith("SEARCH e USING INDEX") for step in steps)
