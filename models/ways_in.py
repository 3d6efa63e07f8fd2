"""Other ways in than a password, and the second step after any of them."""

from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance, OneToOneFieldInstance

from models.base import Row
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


class SecondFactor(Row):
    """An authenticator app of a person: its secret is sealed, its recovery codes are hashed.

    It counts from `confirmed_at` on. `last_step` is the newest time step whose code was used, so that none is used twice.
    """

    user: OneToOneFieldInstance[User] = fields.OneToOneField("models.User", on_delete=fields.CASCADE)
    user_id: UUID
    sealed_secret = fields.CharField(max_length=300)
    confirmed_at = fields.DatetimeField(null=True)
    last_step = fields.BigIntField(default=0)
    recovery_hashes: fields.Field[list[str]] = fields.JSONField(default=list)

    class Meta:
        table = "second_factors"
