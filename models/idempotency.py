"""Answers kept for repeated calls: key, fingerprint of the input, and the entity it made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from models.base import as_uuid, sql
from models.users import User


class IdempotencyAnswer(Model):
    """What a key of a person and mutation stands for."""

    id = fields.BigIntField(primary_key=True, generated=True)
    user: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.CASCADE)
    user_id: UUID
    mutation = fields.CharField(max_length=60)
    key = fields.CharField(max_length=255)
    fingerprint = fields.CharField(max_length=64)
    entity_id = fields.UUIDField()
    created_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "idempotency_answers"
        unique_together = (("user", "mutation", "key"),)


@dataclass(frozen=True)
class KeptAnswer:
    """The answer that stands for a key; `is_new` if this very transaction wrote it."""

    entity_id: UUID
    fingerprint: str
    is_new: bool


async def keep(user_id: UUID, mutation: str, key: str, fingerprint: str, entity_id: UUID, now: datetime) -> KeptAnswer:
    """Write the answer unless there is one; a concurrent twin waits here until the first has ended.

    ON CONFLICT DO NOTHING waits for the other transaction on PostgreSQL and gives way if that one rolls back.
    """
    written = await sql(
        "INSERT INTO idempotency_answers (user_id, mutation, key, fingerprint, entity_id, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, mutation, key) DO NOTHING RETURNING entity_id",
        user_id,
        mutation,
        key,
        fingerprint,
        entity_id,
        now,
    )
    if written:
        return KeptAnswer(entity_id, fingerprint, is_new=True)
    kept = await IdempotencyAnswer.get(user_id=user_id, mutation=mutation, key=key)
    return KeptAnswer(as_uuid(kept.entity_id), kept.fingerprint, is_new=False)


async def correct(user_id: UUID, mutation: str, key: str, entity_id: UUID) -> None:
    """Have an answer that this transaction wrote stand for another entity."""
    await IdempotencyAnswer.filter(user_id=user_id, mutation=mutation, key=key).update(entity_id=entity_id)


async def latest(user_id: UUID, key: str, mutation: str | None) -> IdempotencyAnswer | None:
    """What a person's key stands for: of this mutation, or (None) of whichever used it last."""
    kept = IdempotencyAnswer.filter(user_id=user_id, key=key)
    if mutation is not None:
        kept = kept.filter(mutation=mutation)
    return await kept.order_by("-created_at", "-id").first()


async def forget_before(moment: datetime) -> int:
    """Drop answers older than `moment`; how many."""
    return await IdempotencyAnswer.filter(created_at__lt=moment).delete()
