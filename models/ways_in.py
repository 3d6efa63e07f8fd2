"""Other ways in than a password, and the second step after any of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance, OneToOneFieldInstance

from domain.accounts import IdentityProvider
from domain.google import GoogleAccount
from domain.second_factors import TRIES, TRIES_WITHIN
from models.base import Row, sql
from models.users import User


class Identity(Row):
    """Somebody's account with an identity provider: `subject` is what the provider calls them, for ever."""

    user: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.CASCADE)
    user_id: UUID
    provider = fields.CharField(max_length=20)
    subject = fields.CharField(max_length=255)
    email = fields.CharField(max_length=320, null=True)

    class Meta:
        table = "identities"
        unique_together = (("provider", "subject"), ("user", "provider"))

    @classmethod
    async def of_google(cls, subject: str) -> "Identity | None":
        """Whose Google account this is, with the person."""
        known = cls.filter(provider=IdentityProvider.GOOGLE, subject=subject)
        return await known.select_related("user").first()

    @classmethod
    async def link_google(cls, user_id: UUID, account: GoogleAccount, now: datetime) -> bool:
        """Let a Google account be a way in; False if it is somebody's already, or if the person has another."""
        linked = await sql(
            "INSERT INTO identities (id, created_at, user_id, provider, subject, email)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id",
            uuid4(),
            now,
            user_id,
            IdentityProvider.GOOGLE.value,
            account.subject,
            account.email,
        )
        return bool(linked)

    @classmethod
    async def unlink_google(cls, user_id: UUID) -> bool:
        """Let Google be no way in any more; False if there is no other, or if it was none."""
        unlinked = await sql(
            "DELETE FROM identities WHERE user_id = $1 AND provider = $2 AND EXISTS"
            " (SELECT 1 FROM users WHERE id = $1 AND (password_hash IS NOT NULL OR phone IS NOT NULL)) RETURNING id",
            user_id,
            IdentityProvider.GOOGLE.value,
        )
        return bool(unlinked)


class SecondFactor(Row):
    """An authenticator app of a person: its secret is sealed, its recovery codes are hashed.

    It counts from `confirmed_at` on. `last_step` is the newest time step whose code was used, so that none is used twice.
    `tries` are the codes that were wrong since `tries_since`.
    """

    user: OneToOneFieldInstance[User] = fields.OneToOneField("models.User", on_delete=fields.CASCADE)
    user_id: UUID
    sealed_secret = fields.CharField(max_length=300)
    confirmed_at = fields.DatetimeField(null=True)
    last_step = fields.BigIntField(default=0)
    recovery_hashes: fields.Field[list[str]] = fields.JSONField(default=list)
    tries = fields.IntField(default=0)
    tries_since = fields.DatetimeField(null=True)

    class Meta:
        table = "second_factors"

    @classmethod
    async def start(cls, user_id: UUID, sealed_secret: str, now: datetime) -> bool:
        """Keep the secret of an app that is being set up, in the place of one that never was; False if one is."""
        started = await sql(
            "INSERT INTO second_factors (id, created_at, user_id, sealed_secret, last_step, recovery_hashes, tries)"
            " VALUES ($1, $2, $3, $4, 0, '[]', 0) ON CONFLICT (user_id) DO UPDATE"
            " SET sealed_secret = $4, created_at = $2 WHERE second_factors.confirmed_at IS NULL RETURNING id",
            uuid4(),
            now,
            user_id,
            sealed_secret,
        )
        return bool(started)

    @classmethod
    async def confirmed(cls, user_ids: Sequence[UUID]) -> "dict[UUID, SecondFactor]":
        """The second factors that count, by whose they are."""
        return {row.user_id: row for row in await cls.filter(user_id__in=user_ids, confirmed_at__isnull=False)}

    async def take_try(self, now: datetime) -> bool:
        """Count a code as wrong before it is looked at, and let nobody else try until the transaction ends; False: no more.

        Whoever tries at once waits here, and finds this one counted.
        """
        rows = await sql(
            "UPDATE second_factors SET tries = CASE WHEN tries_since > $2 THEN tries + 1 ELSE 1 END,"
            " tries_since = CASE WHEN tries_since > $2 THEN tries_since ELSE $3 END"
            " WHERE id = $1 AND (tries_since IS NULL OR tries_since <= $2 OR tries < $4) RETURNING id",
            self.id,
            now - TRIES_WITHIN,
            now,
            TRIES,
        )
        if rows:
            await self.refresh_from_db()
        return bool(rows)

    async def use_step(self, step: int) -> bool:
        """Use up the code of a time step; False if it, or a later one, was used before."""
        later = type(self).filter(id=self.id, last_step__lt=step)
        return await later.update(last_step=step) > 0

    async def give_try_back(self) -> None:
        """Let the last try not count: it was right."""
        self.tries -= 1
        await self.save(update_fields=["tries"])

    async def keep_recovery_codes(self, hashes: list[str]) -> None:
        """Keep the hashes of the recovery codes that count from now on."""
        self.recovery_hashes = hashes
        await self.save(update_fields=["recovery_hashes"])

    @classmethod
    async def sealed_with_others(cls, key_id: str) -> "list[SecondFactor]":
        """Those whose secret was not sealed with this key."""
        return await cls.exclude(sealed_secret__startswith=f"{key_id}.").order_by("id")

    async def seal_again(self, sealed_secret: str) -> None:
        """Keep the same secret in another seal, unless it has been changed in between."""
        await type(self).filter(id=self.id, sealed_secret=self.sealed_secret).update(sealed_secret=sealed_secret)
