"""Who works where, who has been asked to, and the rules of the house for them."""

import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.access import Actor, Permission, Role
from models.base import Row, as_uuid, sql
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

    @classmethod
    async def of(cls, user_id: UUID) -> frozenset[UUID]:
        """The venues a person is posted to."""
        return frozenset([posting.venue_id for posting in await cls.filter(user_id=user_id)])

    @classmethod
    async def people_at(cls, venue_id: UUID) -> list[UUID]:
        """Who is posted to a venue."""
        return [posting.user_id for posting in await cls.filter(venue_id=venue_id)]

    @classmethod
    async def add(cls, user_id: UUID, venues: Collection[UUID], now: datetime) -> None:
        """Post somebody to venues they are not posted to yet."""
        await cls.bulk_create([cls(created_at=now, user_id=user_id, venue_id=venue_id) for venue_id in venues])


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
        indexes = (("created_at",),)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that whoever accepts will have."""
        return frozenset(Role(name) for name in self.role_names)

    @property
    def venues(self) -> frozenset[UUID]:
        """Where whoever accepts will work."""
        return frozenset(UUID(id) for id in self.venue_ids)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Invitation"]:
        """The invitations this actor may see: all for those who run the house, none for others."""
        return cls.all() if actor.may(Permission.USER_WRITE) else cls.filter(id__in=[])

    @classmethod
    def open_at(cls, invitations: QuerySet["Invitation"], now: datetime) -> QuerySet["Invitation"]:
        """Those of the invitations that can still be accepted at a moment."""
        return invitations.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


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


async def holding(role: Role) -> list[UUID]:
    """The members of staff who have this role."""
    rows = await sql("SELECT id FROM users WHERE is_staff AND CAST(role_names AS TEXT) LIKE $1", f'%"{role.value}"%')
    return [as_uuid(row["id"]) for row in rows]


async def with_role(role: Role) -> Q:
    """The people who have this role; customers are too many to be named."""
    named = Q(id__in=await holding(role))
    return named | Q(is_staff=False) if role is Role.CUSTOMER else named
