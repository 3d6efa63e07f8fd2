"""Codes that prove somebody reads an e-mail address or a phone: each is derived from its row, and so stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise import fields

from domain.codes import A_DAY, BY_ANYBODY, CodePurpose, CodeTerms
from models.base import Row, SqlValue, as_instant, as_uuid, sql
from models.users import User


@dataclass(frozen=True)
class TriedCode:
    """A code of which one more try has been counted."""

    id: UUID
    user_id: UUID | None


class Code(Row):
    """One code on its way: to `target`, an e-mail address or a phone in its compared form, for one purpose.

    `user_id` is whose account it is about; None where the target belongs to nobody yet. A newer one of the same purpose
    and target, for the same person, ends it.
    """

    purpose = fields.CharEnumField(CodePurpose, max_length=20)
    target = fields.CharField(max_length=320)
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", on_delete=fields.CASCADE, null=True
    )
    user_id: UUID | None
    attempts = fields.IntField(default=0)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "codes"
        indexes = (("purpose", "target", "created_at"), ("created_at",))

    def is_good(self, terms: CodeTerms, now: datetime) -> bool:
        """Whether somebody who has it could still use it."""
        return self.used_at is None and self.expires_at > now and self.attempts < terms.attempts

    @classmethod
    async def sent(cls, purpose: CodePurpose, target: str, now: datetime, most: int) -> Sequence[datetime]:
        """When the newest codes of the last day were made for a target, whoever asked for them, the newest first."""
        rows = await sql(
            "SELECT created_at FROM codes WHERE purpose = $1 AND target = $2 AND created_at > $3"
            " ORDER BY created_at DESC LIMIT $4",
            purpose.value,
            target,
            now - A_DAY,
            most,
        )
        return [as_instant(row["created_at"]) for row in rows]

    @classmethod
    async def newest(cls, purpose: CodePurpose, user_id: UUID) -> "Code | None":
        """The last code a person was sent for a purpose, wherever to."""
        return await cls.filter(purpose=purpose, user_id=user_id).order_by("-created_at").first()

    async def supersede(self) -> None:
        """End the older codes of the same purpose and target; of the same person, where they ask for themselves."""
        older = Code.filter(purpose=self.purpose, target=self.target, used_at=None, expires_at__gt=self.created_at)
        if self.purpose not in BY_ANYBODY:
            older = older.filter(user_id=self.user_id)
        await older.exclude(id=self.id).update(expires_at=self.created_at)

    @classmethod
    async def count_attempt(
        cls, purpose: CodePurpose, target: str, user_id: UUID | None, *, attempts: int, now: datetime
    ) -> TriedCode | None:
        """Count one try of a target's code; None if there is none that could be tried.

        One statement, and its own transaction: of tries at once, in any number of processes, exactly `attempts` get on.
        """
        known: list[SqlValue] = [purpose.value, target, now, attempts]
        if purpose in BY_ANYBODY:
            rows = await sql(_COUNT_ANYBODYS, *known)
        else:
            rows = await sql(_COUNT_ONES_OWN, *known, user_id)
        if not rows:
            return None
        owner = rows[0]["user_id"]
        return TriedCode(as_uuid(rows[0]["id"]), as_uuid(owner) if owner is not None else None)

    @classmethod
    async def give_back(cls, code_id: UUID) -> None:
        """Take back the count of a try that was right, but did not use the code."""
        await sql(
            "UPDATE codes SET attempts = attempts - 1 WHERE id = $1 AND used_at IS NULL AND attempts > 0", code_id
        )

    @classmethod
    async def use(cls, code_id: UUID, now: datetime) -> bool:
        """Use a code up, in the current transaction: of any number of callers at once, one succeeds."""
        used = await sql(
            "UPDATE codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2 RETURNING id",
            code_id,
            now,
        )
        return bool(used)

    @classmethod
    async def forget_before(cls, moment: datetime) -> int:
        """Drop codes that count for no limit any more; how many."""
        return await cls.filter(created_at__lt=moment).delete()


_COUNT_ANYBODYS = """
UPDATE codes SET attempts = attempts + 1 WHERE id =
 (SELECT id FROM codes WHERE purpose = $1 AND target = $2 AND used_at IS NULL AND expires_at > $3
  ORDER BY created_at DESC LIMIT 1)
 AND used_at IS NULL AND expires_at > $3 AND attempts < $4 RETURNING id, user_id"""
_COUNT_ONES_OWN = _COUNT_ANYBODYS.replace("target = $2", "target = $2 AND user_id = $5")
