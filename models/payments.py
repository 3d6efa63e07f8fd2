"""Payments and the news that providers send about them."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.access import Actor
from domain.bookings import may_see_anybodys
from domain.money import Money
from domain.payments import GatewayEvent, PaymentProvider, PaymentStatus
from models.base import Row, sql
from models.bookings import Booking


class Payment(Row):
    """One attempt to pay for a booking: refund_due until captured money that bought nothing is given back."""

    booking: ForeignKeyFieldInstance[Booking] = fields.ForeignKeyField("models.Booking", on_delete=fields.RESTRICT)
    booking_id: UUID
    provider = fields.CharEnumField(PaymentProvider, max_length=16)
    provider_ref = fields.CharField(max_length=255, null=True)
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    status = fields.CharEnumField(PaymentStatus, max_length=24)
    checkout_url = fields.CharField(max_length=2000, null=True)
    refund_due = fields.BooleanField(default=False)

    class Meta:
        table = "payments"
        unique_together = (("provider", "provider_ref"),)
        indexes = (("booking_id",),)

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(self.amount_minor, self.currency)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Payment"]:
        """The payments of the bookings this actor may see."""
        return cls.all() if may_see_anybodys(actor) else cls.filter(booking__user_id=actor.user_id)


class PaymentEvent(Model):
    """A provider's message, unique by its event id: whatever comes twice has one effect."""

    id = fields.BigIntField(primary_key=True, generated=True)
    provider = fields.CharEnumField(PaymentProvider, max_length=16)
    event_id = fields.CharField(max_length=255)
    payment: ForeignKeyFieldInstance[Payment] | None = fields.ForeignKeyField(
        "models.Payment", on_delete=fields.RESTRICT, null=True
    )
    payment_id: UUID | None
    status = fields.CharEnumField(PaymentStatus, max_length=24)
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    received_at = fields.DatetimeField()

    class Meta:
        table = "payment_events"
        unique_together = (("provider", "event_id"),)


async def record_event(event: GatewayEvent, payment_id: UUID | None, now: datetime) -> bool:
    """Write a provider's message in the transaction of its effect; False if it has come before."""
    written = await sql(
        "INSERT INTO payment_events"
        " (provider, event_id, payment_id, status, amount_minor, currency, received_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (provider, event_id) DO NOTHING RETURNING id",
        event.provider.value,
        event.event_id,
        payment_id,
        event.status.value,
        event.amount.minor,
        event.amount.currency,
        now,
    )
    return bool(written)
