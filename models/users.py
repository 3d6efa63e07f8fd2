"""People and the sessions they are logged in with."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from domain.access import Actor, Role, works_here
from domain.accounts import Registration, SessionEnding, WayIn, may_see_anybody, may_see_customers
from domain.preferences import Stored
from domain.search import LONGEST, folded
from domain.second_factors import SECOND_FACTOR_ROLES
from models.base import Row, as_uuid, sql

ASKED_AT_ONCE = 1_000  # ids in one statement

NO_SESSION = UUID(int=0)


class User(Row):
    """A person with an account: email is kept in its compared form (lower case), phone in E.164, proved by a code.

    Who has deleted their account stays as a row without a name or a way in, because bookings point to it.
    `is_staff` says whether somebody works here: few do, and are found among many who do not.
    """

    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=320, null=True, unique=True)
    email_verified_at = fields.DatetimeField(null=True)
    phone = fields.CharField(max_length=20, null=True, unique=True)
    password_hash = fields.CharField(max_length=100, null=True)
    role_names: fields.Field[list[str]] = fields.JSONField()
    date_of_birth = fields.DateField(null=True)
    preferences: fields.Field[Stored] = fields.JSONField(default=dict, db_default="{}")
    locked_at = fields.DatetimeField(null=True)
    locked_because = fields.CharField(max_length=300, null=True)
    deleted_at = fields.DatetimeField(null=True)
    search_folded = fields.CharField(max_length=LONGEST, default="", db_default="")
    is_staff = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "users"
        indexes = (("is_staff", "created_at"), ("created_at",))

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person has."""
        return frozenset(Role(name) for name in self.role_names)

    @property
    def language(self) -> str:
        """The language of what is written to them."""
        return str(self.preferences.get("language") or "en")

    async def save(self, *args: Any, **options: Any) -> None:
        """Write the row, its name, address and phone also in the form that searches compare."""
        self.search_folded = _searched(self.name, self.email, self.phone)
        self.is_staff = works_here(self.roles)
        if options.get("update_fields"):
            options["update_fields"] = [*options["update_fields"], "search_folded", "is_staff"]
        await super().save(*args, **options)

    async def save_unless_taken(self, *changed: str) -> bool:
        """Write what has `changed`; False if another account has this address or number: the transaction is lost then."""
        try:
            await self.save(update_fields=changed)
        except IntegrityError:
            return False
        return True

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["User"]:
        """The people this actor may look up: themselves; customers too who serve them; administrators everybody."""
        if may_see_anybody(actor):
            return cls.all()
        own = Q(id=actor.user_id)
        return cls.filter(own | Q(is_staff=False, deleted_at=None) if may_see_customers(actor) else own)

    @classmethod
    async def open(
        cls,
        person: Registration,
        password_hash: str | None,
        role: Role,
        now: datetime,
        *,
        verified_at: datetime | None = None,
    ) -> "User | None":
        """A new account, or None if the address has one; a concurrent twin waits until the first has ended."""
        new = cls(id=uuid4(), created_at=now, name=person.name, email=person.email, role_names=[role.value])
        new.password_hash, new.email_verified_at, new.date_of_birth = password_hash, verified_at, person.date_of_birth
        return await new._insert()

    @classmethod
    async def open_for(cls, id: UUID, name: str, email: str | None, phone: str | None, now: datetime) -> "User | None":
        """A new customer's account without a password; None if another has the address or the number by now."""
        customer = [Role.CUSTOMER.value]
        return await cls(id=id, created_at=now, name=name, email=email, phone=phone, role_names=customer)._insert()

    @classmethod
    async def take_password(cls, user_id: UUID, known: str | None, new: str) -> bool:
        """Put a new password in the place of the `known` one; False if that has been changed meanwhile."""
        same = cls.filter(id=user_id, password_hash=known) if known else cls.filter(id=user_id, password_hash=None)
        return await same.update(password_hash=new) > 0

    async def _insert(self) -> "User | None":
        """Write a new row; None if its address or number is taken. A concurrent twin waits until the first has ended."""
        written = await sql(
            "INSERT INTO users (id, created_at, name, email, email_verified_at, phone, password_hash, date_of_birth,"
            " role_names, is_staff, search_folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            " ON CONFLICT DO NOTHING RETURNING id",
            *(self.id, self.created_at, self.name, self.email, self.email_verified_at, self.phone, self.password_hash),
            *(
                self.date_of_birth,
                json.dumps(self.role_names),
                works_here(self.roles),
                _searched(self.name, self.email, self.phone),
            ),
        )
        return await User.get(id=self.id) if written else None


class Session(Row):
    """One log-in on one device: its refresh token's generation grows with every use.

    `way_in` says how it began, `ended_because` how it ended.
    """

    user: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.CASCADE)
    user_id: UUID
    generation = fields.IntField(default=0)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    device = fields.CharField(max_length=300, default="")
    address = fields.CharField(max_length=64, default="")
    way_in = fields.CharEnumField(WayIn, max_length=20, default=WayIn.PASSWORD, db_default=WayIn.PASSWORD.value)
    ended_because = fields.CharEnumField(SessionEnding, max_length=20, null=True)

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
        """Whose session this is, with the roles and the postings they have now; None if it has ended or they are locked out.

        Asked for at almost every call.
        """
        rows = await sql(_OWNER, session_id, now, SECOND_FACTOR_ROLES)
        if not rows:
            return None
        venues = frozenset(as_uuid(row["venue_id"]) for row in rows if row["venue_id"] is not None)
        actor = Actor(as_uuid(rows[0]["user_id"]), _roles(rows[0]["role_names"]), session_id, venues=venues)
        owing = rows[0]["roles_that_owe"]
        return actor if owing is None else actor.without(_roles(owing))

    @classmethod
    async def next_generation(cls, session_id: UUID, generation: int, now: datetime, until: datetime) -> bool:
        """Use up a generation's refresh token: of any number of callers at once, one succeeds; who is locked out does not."""
        used = await sql(
            "UPDATE sessions SET generation = generation + 1, used_at = $3, expires_at = $4"
            " WHERE id = $1 AND generation = $2 AND ended_at IS NULL AND expires_at > $3"
            " AND user_id IN (SELECT u.id FROM users u WHERE u.id = sessions.user_id AND u.locked_at IS NULL) RETURNING id",
            session_id,
            generation,
            now,
            until,
        )
        return bool(used)

    @classmethod
    async def end(cls, session_id: UUID, now: datetime, because: SessionEnding) -> bool:
        """End a session; False if it had ended before."""
        living = cls.filter(id=session_id, ended_at=None)
        return await living.update(ended_at=now, ended_because=because) > 0

    @classmethod
    async def end_all(
        cls, user_id: UUID, now: datetime, because: SessionEnding, besides: UUID | None = None
    ) -> list[UUID]:
        """End everything a person is logged in with, `besides` one session; the sessions that have ended by this."""
        ended = await sql(
            "UPDATE sessions SET ended_at = $2, ended_because = $3"
            " WHERE user_id = $1 AND ended_at IS NULL AND id <> $4 RETURNING id",
            user_id,
            now,
            because.value,
            besides or NO_SESSION,
        )
        return [as_uuid(row["id"]) for row in ended]

    @classmethod
    async def of_person(cls, user_id: UUID, now: datetime) -> "list[Session]":
        """What a person is logged in with now, the last used first."""
        return await cls.filter(user_id=user_id, ended_at=None, expires_at__gt=now).order_by("-used_at", "id")

    @classmethod
    async def forget_before(cls, moment: datetime) -> int:
        """Drop sessions that were over before `moment`; how many."""
        return await cls.filter(Q(ended_at__lt=moment) | Q(expires_at__lt=moment)).delete()

    @classmethod
    async def ended_among(cls, session_ids: Collection[UUID]) -> set[UUID]:
        """Those of the sessions that have ended, or are no longer there."""
        asked = list(session_ids)
        alive: set[UUID] = set()
        for start in range(0, len(asked), ASKED_AT_ONCE):
            some = cls.filter(id__in=asked[start : start + ASKED_AT_ONCE], ended_at=None)
            alive.update(row.id for row in await some.only("id"))
        return set(asked) - alive


# `roles_that_owe` a second factor are those of the house's rule, for a person who has none; without a rule it costs a look
# at an index.
_OWNER = """
SELECT s.user_id, u.role_names, p.venue_id,
 (SELECT r.value FROM house_rules r WHERE r.name = $3 AND NOT EXISTS
  (SELECT 1 FROM second_factors f WHERE f.user_id = s.user_id AND f.confirmed_at IS NOT NULL)) AS roles_that_owe
FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN postings p ON p.user_id = u.id
WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2
 AND u.locked_at IS NULL AND u.deleted_at IS NULL"""


def _roles(names: object) -> frozenset[Role]:
    return frozenset(Role(name) for name in json.loads(str(names)))


def _searched(*texts: str | None) -> str:
    return folded("\n".join(text for text in texts if text))[:LONGEST]
