"""Refunds: each a part of one capture that goes, or went, back."""

from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from domain.access import Actor, Reach
from domain.money import Money
from domain.payments import PaymentProvider
from domain.refunds import RefundReason, RefundStatus
from models.base import Row
from models.bookings import Booking
from models.payments import Capture, Payment
from models.reach import seen_by, within
from models.users import User


class Refund(Row):
    """Money on its way back: `seats` were given up for it, and `kept_minor` of what they cost stays with the house.

    A refund that the provider failed is followed by another, which then stands for the same money.
    """

    capture: ForeignKeyFieldInstance[Capture] = fields.ForeignKeyField("models.Capture", on_delete=fields.RESTRICT)
    capture_id: UUID
    payment: ForeignKeyFieldInstance[Payment] = fields.ForeignKeyField("models.Payment", on_delete=fields.RESTRICT)
    payment_id: UUID
    booking: ForeignKeyFieldInstance[Booking] = fields.ForeignKeyField("models.Booking", on_delete=fields.RESTRICT)
    booking_id: UUID
    provider = fields.CharEnumField(PaymentProvider, max_length=16)
    amount_minor = fields.BigIntField()
    kept_minor = fields.BigIntField(default=0)
    currency = fields.CharField(max_length=3)
    seats: fields.Field[list[str]] = fields.JSONField()
    reason = fields.CharEnumField(RefundReason, max_length=24)
    note = fields.CharField(max_length=500, null=True)
    asked_by: ForeignKeyFieldInstance[User] | None = fields.ForeignKeyField(
        "models.User", on_delete=fields.RESTRICT, null=True
    )
    asked_by_id: UUID | None
    status = fields.CharEnumField(RefundStatus, max_length=16)
    refund_ref = fields.CharField(max_length=255, null=True)
    failure = fields.CharField(max_length=500, null=True)
    attempt = fields.IntField(default=1)
    followed_by = fields.UUIDField(null=True)
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refunds"
        unique_together = (("provider", "refund_ref"),)
        indexes = (("capture_id",), ("payment_id",), ("booking_id",), ("status", "created_at"))

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def kept(self) -> Money:
        """What stays with the house, by the policy."""
        return Money(self.kept_minor, self.currency)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Refund"]:
        """The refunds of the bookings this actor may see."""
        return cls.filter(seen_by(actor, "booking__user_id", "booking__showtime"))

    @classmethod
    def within(cls, reach: Reach) -> QuerySet["Refund"]:
        """The refunds of bookings at these venues."""
        return cls.filter(within(reach, "booking__showtime"))
