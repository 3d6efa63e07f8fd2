"""The audit log: who did what, as whom and from where. Rows are written once; the database itself refuses to change them."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.access import Actor, Permission, Reach, Role
from domain.traces import Facts, Trace
from models.base import SqlValue, as_instant, as_uuid, sql


class AuditEntry(Model):
    """One trace. `user_id` is who did it, `served_id` the customer for whom, if it was done for one.

    No foreign keys: an entry outlives whatever it tells of.
    """

    number = fields.BigIntField(primary_key=True, generated=True)
    id = fields.UUIDField(unique=True)
    created_at = fields.DatetimeField()
    user_id = fields.UUIDField(null=True)
    served_id = fields.UUIDField(null=True)
    session_id = fields.UUIDField(null=True)
    address = fields.CharField(max_length=64, default="")
    action = fields.CharField(max_length=60)
    subject_kind = fields.CharField(max_length=40)
    subject_id = fields.UUIDField(null=True)
    venue_id = fields.UUIDField(null=True)
    before: fields.Field[Facts] = fields.JSONField()
    after: fields.Field[Facts] = fields.JSONField()

    class Meta:
        table = "audit_entries"
        indexes = (
            ("user_id", "number"),
            ("served_id", "number"),
            ("subject_id", "number"),
            ("action", "number"),
            ("venue_id", "number"),
            ("address", "number"),
            ("created_at",),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["AuditEntry"]:
        """The entries this actor may read: all, or those of the venues they are posted to."""
        reach = actor.reach(Permission.AUDIT_LOG_READ)
        return cls.all() if reach is None else cls.filter(venue_id__in=list(reach))

    @classmethod
    async def newest(cls, count: int) -> list[int]:
        """The highest numbers there are, in order."""
        rows = await sql("SELECT number FROM audit_entries ORDER BY number DESC LIMIT $1", count)
        return sorted(int(str(row["number"])) for row in rows)

    @classmethod
    async def beyond(cls, number: int, at_most: int) -> list["AuditEntry"]:
        """What follows a number, in order."""
        return await cls.filter(number__gt=number).order_by("number").limit(at_most)

    @classmethod
    async def numbered(cls, numbers: Collection[int]) -> list["AuditEntry"]:
        """Those of these numbers that are there, in order."""
        return await cls.filter(number__in=list(numbers)).order_by("number") if numbers else []


async def write(actor: Actor, trace: Trace, now: datetime) -> None:
    """Write a trace in the current transaction: whoever acts for a customer is the one who did it."""
    await sql(
        "INSERT INTO audit_entries (id, created_at, user_id, served_id, session_id, address, action, subject_kind,"
        " subject_id, venue_id, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        uuid4(),
        now,
        actor.served_by or actor.user_id,
        actor.user_id if actor.served_by else None,
        actor.session_id,
        actor.address,
        trace.action,
        trace.kind,
        trace.id,
        trace.venue_id,
        json.dumps(trace.before),
        json.dumps(trace.after),
    )


@dataclass(frozen=True)
class Tally:
    """How often somebody has done one thing, and when first and last."""

    user_id: UUID
    action: str
    count: int
    first_at: datetime
    last_at: datetime


_TALLY = """
SELECT e.user_id, e.action, COUNT(*) AS number, MIN(e.created_at) AS first_at, MAX(e.created_at) AS last_at
FROM audit_entries e JOIN users u ON u.id = e.user_id
WHERE e.created_at >= $1 AND e.created_at < $2 AND {whose}{where}
GROUP BY e.user_id, e.action ORDER BY last_at DESC, e.action"""

_CUSTOMERS = json.dumps([Role.CUSTOMER.value])


async def tallies(since: datetime, until: datetime, reach: Reach, user_id: UUID | None = None) -> list[Tally]:
    """What everybody who is more than a customer, or this person, has done at the venues in reach, the latest first."""
    whose = f"CAST(u.role_names AS TEXT) <> '{_CUSTOMERS}'" if user_id is None else "e.user_id = $3"
    values: list[SqlValue] = [since, until] if user_id is None else [since, until, user_id]
    where = ""
    if reach is not None:
        places = ", ".join(f"${len(values) + place}" for place in range(1, len(reach) + 1))
        where = f" AND e.venue_id IN ({places or 'NULL'})"
        values += sorted(reach)
    return [
        Tally(
            as_uuid(row["user_id"]),
            str(row["action"]),
            int(str(row["number"])),
            as_instant(row["first_at"]),
            as_instant(row["last_at"]),
        )
        for row in await sql(_TALLY.format(whose=whose, where=where), *values)
    ]
