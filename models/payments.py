"""Payments, the money they brought, and the messages that providers send about them."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from domain.access import Actor, Reach
from domain.money import Money
from domain.payments import CaptureFate, OpenedPayment, PaymentProvider, PaymentStatus
from models.base import Row, sql
from models.bookings import Booking
from models.reach import seen_by, within


class Payment(Row):
    """One attempt to pay for a booking: `details` are the public values its checkout needs.

    `look_at` is when the reconciler asks the provider about it next, None when there is nothing more to learn.
    """

    booking: ForeignKeyFieldInstance[Booking] = fields.ForeignKeyField("models.Booking", on_delete=fields.RESTRICT)
    booking_id: UUID
    provider = fields.CharEnumField(PaymentProvider, max_length=16)
    provider_ref = fields.CharField(max_length=255, null=True)
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    status = fields.CharEnumField(PaymentStatus, max_length=24)
    checkout_url = fields.CharField(max_length=2000, null=True)
    details: fields.Field[dict[str, str] | None] = fields.JSONField(null=True)
    return_url = fields.CharField(max_length=2000, default="", db_default="")
    payer_address = fields.CharField(max_length=64, default="", db_default="")
    embedded = fields.BooleanField(default=False, db_default=False)
    looks = fields.IntField(default=0, db_default=0)
    look_at = fields.DatetimeField(null=True, db_index=True)

    class Meta:
        table = "payments"
        unique_together = (("provider", "provider_ref"),)
        indexes = (("booking_id",), ("created_at",))

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def opened(self) -> OpenedPayment:
        """The payment as its provider knows it."""
        return OpenedPayment(self.id, self.provider_ref, self.amount, self.created_at)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Payment"]:
        """The payments of the bookings this actor may see."""
        return cls.filter(seen_by(actor, "booking__user_id", "booking__showtime"))

    @classmethod
    def within(cls, reach: Reach) -> QuerySet["Payment"]:
        """The payments of bookings at these venues."""
        return cls.filter(within(reach, "booking__showtime"))


class Capture(Row):
    """Money that came in, once for each name the provider has for it, and what became of it.

    `refunding_minor` is what has been ordered to go back, `refunded_minor` what has gone; neither exceeds the amount.
    """

    payment: ForeignKeyFieldInstance[Payment] = fields.ForeignKeyField("models.Payment", on_delete=fields.RESTRICT)
    payment_id: UUID
    booking: ForeignKeyFieldInstance[Booking] = fields.ForeignKeyField("models.Booking", on_delete=fields.RESTRICT)
    booking_id: UUID
    provider = fields.CharEnumField(PaymentProvider, max_length=16)
    capture_ref = fields.CharField(max_length=255)
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    fate = fields.CharEnumField(CaptureFate, max_length=16)
    refunding_minor = fields.BigIntField(default=0)
    refunded_minor = fields.BigIntField(default=0)

    class Meta:
        table = "captures"
        unique_together = (("provider", "capture_ref"),)
        indexes = (("payment_id",), ("booking_id",))

    @property
    def amount(self) -> Money:
        """What came in."""
        return Money(self.amount_minor, self.currency)

    @property
    def left(self) -> Money:
        """What has not been ordered to go back."""
        return Money(self.amount_minor - self.refunding_minor, self.currency)


async def payments_named(provider: PaymentProvider, ref: str | None, id: UUID | None) -> list[Payment]:
    """The payments of a provider that go by one of these names, in one query."""
    named = [Q(provider_ref=ref)] if ref else []
    named += [Q(id=id)] if id else []
    return await Payment.filter(Q(*named, join_type="OR"), provider=provider) if named else []


async def note_capture(capture: Capture) -> bool:
    """Write down money that came in; False if it has been written before, under whatever message."""
    written = await sql(
        "INSERT INTO captures (id, created_at, payment_id, booking_id, provider, capture_ref, amount_minor, currency,"
        " fate, refunding_minor, refunded_minor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)"
        " ON CONFLICT (provider, capture_ref) DO NOTHING RETURNING id",
        capture.id,
        capture.created_at,
        capture.payment_id,
        capture.booking_id,
        capture.provider.value,
        capture.capture_ref,
        capture.amount_minor,
        capture.currency,
        capture.fate.value,
    )
    return bool(written)


async def decide(capture_id: UUID, fate: CaptureFate) -> Capture:
    """Write what has become of a capture, and read it, nobody else being able to change it any more."""
    await Capture.filter(id=capture_id).update(fate=fate)
    return await Capture.get(id=capture_id)


async def captured_as(payment_id: UUID) -> tuple[str, ...]:
    """The provider's names for the money that a payment brought: more than one, if it was paid twice."""
    return tuple([capture.capture_ref for capture in await Capture.filter(payment_id=payment_id)])


async def claim_back(capture_id: UUID, minor: int) -> bool:
    """Order so much of a capture back; False where more would go back than came: the database itself has the word."""
    claimed = await sql(
        "UPDATE captures SET refunding_minor = refunding_minor + $2"
        " WHERE id = $1 AND refunding_minor + $2 <= amount_minor RETURNING id",
        capture_id,
        minor,
    )
    return bool(claimed)


async def gone_back(capture_id: UUID, minor: int) -> None:
    """So much of a capture has gone back; below zero: it bounced."""
    await sql("UPDATE captures SET refunded_minor = refunded_minor + $2 WHERE id = $1", capture_id, minor)


async def look_again(payment_id: UUID, at: datetime) -> None:
    """Have the provider asked about a payment from this moment on, as if it were new."""
    await Payment.filter(id=payment_id).update(looks=0, look_at=at)


async def due_for_a_look(now: datetime, at_most: int) -> list[Payment]:
    """Payments whose provider is to be asked now, those that waited longest first."""
    return await Payment.filter(look_at__lte=now).order_by("look_at").limit(at_most)
