"""People and the sessions they are logged in with."""

import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from domain.access import Actor, Role
from domain.accounts import Registration, may_see_anybody
from models.base import Row, as_uuid, sql

ASKED_AT_ONCE = 1_000  # ids in one statement


class User(Row):
    """A person with an account: email is kept in its compared form (lower case)."""

    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=320, null=True, unique=True)
    phone = fields.CharField(max_length=20, null=True, unique=True)
    password_hash = fields.CharField(max_length=100, null=True)
    role_names: fields.Field[list[str]] = fields.JSONField()

    class Meta:
        table = "users"

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person has."""
        return frozenset(Role(name) for name in self.role_names)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["User"]:
        """The people this actor may look up: themselves, or everybody for an administrator."""
        return cls.all() if may_see_anybody(actor) else cls.filter(id=actor.user_id)

    @classmethod
    async def open(cls, person: Registration, password_hash: str, role: Role, now: datetime) -> "User | None":
        """A new account, or None if the address has one; a concurrent twin waits until the first has ended."""
        opened = await sql(
            "INSERT INTO users (id, created_at, name, email, password_hash, role_names)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING RETURNING id",
            uuid4(),
            now,
            person.name,
            person.email,
            password_hash,
            json.dumps([role.value]),
        )
        return await cls.get(id=as_uuid(opened[0]["id"])) if opened else None


class Session(Row):
    """One log-in on one device: its refresh token's generation grows with every use."""

    user: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.CASCADE)
    user_id: UUID
    generation = fields.IntField(default=0)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    device = fields.CharField(max_length=300, default="")
    address = fields.CharField(max_length=64, default="")

    class Meta:
        table = "sessions"
        indexes = (("user_id", "ended_at"),)

    @classmethod
    async def alive(cls, session_id: UUID, now: datetime) -> "Session | None":
        """A session that has not ended, with its user."""
        living = cls.filter(id=session_id, ended_at=None, expires_at__gt=now)
        return await living.select_related("user").first()

    @classmethod
    async def owner(cls, session_id: UUID, now: datetime) -> Actor | None:
        """Whose session this is, with the roles they have now; None if it has ended. Asked for at almost every call."""
        rows = await sql(
            "SELECT s.user_id, u.role_names FROM sessions s JOIN users u ON u.id = s.user_id"
            " WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2",
            session_id,
            now,
        )
        if not rows:
            return None
        roles = frozenset(Role(name) for name in json.loads(str(rows[0]["role_names"])))
        return Actor(as_uuid(rows[0]["user_id"]), roles, session_id)

    @classmethod
    async def next_generation(cls, session_id: UUID, generation: int, now: datetime, until: datetime) -> bool:
        """Use up a generation's refresh token: of any number of callers at once, one succeeds."""
        used = await sql(
            "UPDATE sessions SET generation = generation + 1, used_at = $3, expires_at = $4"
            " WHERE id = $1 AND generation = $2 AND ended_at IS NULL AND expires_at > $3 RETURNING id",
            session_id,
            generation,
            now,
            until,
        )
        return bool(used)

    @classmethod
    async def end(cls, session_id: UUID, now: datetime) -> bool:
        """End a session; False if it had ended before."""
        return await cls.filter(id=session_id, ended_at=None).update(ended_at=now) > 0

    @classmethod
    async def end_all(cls, user_id: UUID, now: datetime) -> list[UUID]:
        """End everything a person is logged in with; the sessions that have ended by this."""
        ended = await sql(
            "UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL RETURNING id",
            user_id,
            now,
        )
        return [as_uuid(row["id"]) for row in ended]

    @classmethod
    async def ended_among(cls, session_ids: Collection[UUID]) -> set[UUID]:
        """Those of the sessions that have ended, or are no longer there."""
        asked = list(session_ids)
        alive: set[UUID] = set()
        for start in range(0, len(asked), ASKED_AT_ONCE):
            some = cls.filter(id__in=asked[start : start + ASKED_AT_ONCE], ended_at=None)
            alive.update(row.id for row in await some.only("id"))
        return set(asked) - alive
