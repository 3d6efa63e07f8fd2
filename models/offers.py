"""Offers of equivalent seats to those whose money came too late for their own."""

from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance

from domain.offers import OfferStatus
from models.base import Row
from models.bookings import Booking, Hold
from models.payments import Capture


class Offer(Row):
    """Seats held for a payer until expires_at: accepted, they become the booking's, else the money goes back."""

    booking: ForeignKeyFieldInstance[Booking] = fields.ForeignKeyField("models.Booking", on_delete=fields.RESTRICT)
    booking_id: UUID
    capture: ForeignKeyFieldInstance[Capture] = fields.ForeignKeyField("models.Capture", on_delete=fields.RESTRICT)
    capture_id: UUID
    hold: ForeignKeyFieldInstance[Hold] = fields.ForeignKeyField("models.Hold", on_delete=fields.RESTRICT)
    hold_id: UUID
    status = fields.CharEnumField(OfferStatus, max_length=16)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "offers"
        unique_together = (("capture",),)
        indexes = (("booking_id",), ("status", "expires_at"))
