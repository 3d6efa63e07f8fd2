"""The durable queue: what must be done later, taken by one worker at a time."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tortoise import fields

from domain.tasks import Task, from_body, to_body
from models.base import Row, as_texts, as_uuid, on_sqlite, sql


class QueuedTask(Row):
    """A task waiting for its time, being worked on until locked_until, done, or given up with an error."""

    kind = fields.CharField(max_length=60)
    body: fields.Field[dict[str, str]] = fields.JSONField()
    run_at = fields.DatetimeField()
    attempts = fields.IntField(default=0)
    finished_at = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)

    class Meta:
        table = "tasks"
        indexes = (("finished_at", "run_at"),)


_TAKE_SQLITE = """
UPDATE tasks SET run_at = $2, attempts = attempts + 1 WHERE id =
 (SELECT id FROM tasks WHERE finished_at IS NULL AND run_at <= $1 ORDER BY run_at LIMIT 1)
RETURNING id, kind, body, attempts"""

_TAKE_POSTGRES = """
UPDATE tasks SET run_at = $2, attempts = attempts + 1 WHERE id =
 (SELECT id FROM tasks WHERE finished_at IS NULL AND run_at <= $1 ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, body, attempts"""


@dataclass(frozen=True)
class TakenTask:
    """A task this worker has taken; `attempts` counts this one."""

    id: UUID
    kind: str
    body: dict[str, str]
    attempts: int

    @property
    def task(self) -> Task:
        """What is to be done; ValueError for a kind that this release does not know."""
        return from_body(self.kind, self.body)


async def enqueue(task: Task, run_at: datetime, now: datetime) -> None:
    """Write a task in the current transaction."""
    await sql(
        "INSERT INTO tasks (id, created_at, kind, body, run_at, attempts) VALUES ($1, $2, $3, $4, $5, 0)",
        uuid4(),
        now,
        task.kind,
        json.dumps(to_body(task)),
        run_at,
    )


async def take(now: datetime, lease: timedelta) -> TakenTask | None:
    """Take the next due task; if its worker dies, it is due again when the lease is over."""
    rows = await sql(_TAKE_SQLITE if on_sqlite() else _TAKE_POSTGRES, now, now + lease)
    if not rows:
        return None
    row = rows[0]
    return TakenTask(as_uuid(row["id"]), str(row["kind"]), as_texts(row["body"]), int(str(row["attempts"])))


async def finish(task_id: UUID, now: datetime) -> None:
    """Mark a task done."""
    await QueuedTask.filter(id=task_id).update(finished_at=now, last_error=None)


async def retry(task_id: UUID, run_at: datetime, error: str) -> None:
    """Put a failed task back for later."""
    await QueuedTask.filter(id=task_id).update(run_at=run_at, last_error=error[:2000])


async def forget_finished_before(moment: datetime) -> int:
    """Drop tasks done before `moment`; how many."""
    return await QueuedTask.filter(finished_at__lt=moment).delete()
