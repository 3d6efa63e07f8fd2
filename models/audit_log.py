"""The audit log: who did what, as whom and from where. Rows are written once; the database itself refuses to change them."""

import json
from datetime import datetime
from uuid import uuid4

from tortoise import fields
from tortoise.models import Model

from domain.access import Actor
from domain.traces import Facts, Trace
from models.base import sql


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
        indexes = (("user_id", "number"), ("subject_id", "number"), ("action", "number"), ("venue_id", "number"))


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
