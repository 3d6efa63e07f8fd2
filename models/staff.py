"""Who works where, who has been asked to, and the rules of the house for them."""

import json
from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from models.base import Row, sql
from models.users import User
from models.venues import Venue


class Posting(Row):
    """A member of staff at a venue."""

    user: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.CASCADE)
    user_id: UUID
    venue: ForeignKeyFieldInstance[Venue] = fields.ForeignKeyField("models.Venue", on_delete=fields.CASCADE)
    venue_id: UUID

    class Meta:
        table = "postings"
        unique_together = (("user", "venue"),)


class Invitation(Row):
    """Somebody asked by e-mail to join the staff, with the roles and the venues they will have."""

    email = fields.CharField(max_length=320, db_index=True)
    role_names: fields.Field[list[str]] = fields.JSONField()
    venue_ids: fields.Field[list[str]] = fields.JSONField()
    invited_by: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.RESTRICT)
    invited_by_id: UUID
    expires_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "invitations"


class HouseRule(Model):
    """A rule of the house that administrators change while it runs. Each name has one row."""

    name = fields.CharField(max_length=60, primary_key=True)
    value: fields.Field[list[str]] = fields.JSONField()
    changed_at: datetime = fields.DatetimeField()

    class Meta:
        table = "house_rules"

    @classmethod
    async def value_of(cls, name: str) -> list[str]:
        """What a rule says; nothing where nobody has made it."""
        rule = await cls.get_or_none(name=name)
        return rule.value if rule else []

    @classmethod
    async def put(cls, name: str, value: list[str], now: datetime) -> list[str]:
        """Make or change a rule; what it said before. Whoever does the same at once waits."""
        kept = await sql(
            "INSERT INTO house_rules (name, value, changed_at) VALUES ($1, '[]', $2)"
            " ON CONFLICT (name) DO UPDATE SET changed_at = $2 RETURNING value",
            name,
            now,
        )
        await cls.filter(name=name).update(value=value)
        return [str(each) for each in json.loads(str(kept[0]["value"]))]
