"""Codes that prove somebody reads an e-mail address or a phone: each is derived from its row, and so stored nowhere."""

from datetime import datetime
from uuid import UUID

from tortoise import fields

from domain.codes import CodePurpose
from models.base import Row
from models.users import User


class Code(Row):
    """One code on its way: to `target`, an e-mail address or a phone in its compared form, for one purpose.

    `user_id` is whose account it is about; None where the target belongs to nobody yet. A newer one of the same purpose
    and target stands in its place.
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

    @classmethod
    async def forget_before(cls, moment: datetime) -> int:
        """Drop codes made before `moment`; how many."""
        return await cls.filter(created_at__lt=moment).delete()
