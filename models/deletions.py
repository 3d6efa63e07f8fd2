"""What is taken away from a person's rows when they delete their account, so that nothing tells who they were."""

from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise.expressions import Q, Subquery

from models.bookings import Booking
from models.codes import Code
from models.idempotency import IdempotencyAnswer
from models.payments import Payment
from models.staff import Invitation, Posting
from models.users import Session, User
from models.ways_in import Identity, SecondFactor

NAMELESS: Final = "Deleted account"


async def end_codes(user_id: UUID, now: datetime) -> None:
    """Let no code of a person's be used any more."""
    await Code.filter(user_id=user_id, expires_at__gt=now).update(expires_at=now)


async def forget_payer(user_id: UUID) -> None:
    """Leave the payments of a person without where they were made; none may be under way."""
    bookings = Subquery(Booking.filter(user_id=user_id).values("id"))
    await Payment.filter(booking_id__in=bookings).update(
        payer_address="", checkout_url=None, details=None, return_url=""
    )


async def forget(user: User, now: datetime) -> None:
    """Leave a row without a name or a way in; bookings and the money point to it for as long as the books are kept.

    Codes stay for their two days, without saying whose they were: the limits for an address count on them.
    """
    await Session.filter(user_id=user.id).update(device="", address="")
    for table in (Identity, SecondFactor, Posting, IdempotencyAnswer):
        await table.filter(user_id=user.id).delete()
    addresses = [target for target in (user.email, user.phone) if target]
    await Code.filter(Q(user_id=user.id) | Q(target__in=addresses)).update(user_id=None, expires_at=now)
    await Invitation.filter(email__in=addresses).delete()
    user.name, user.deleted_at, user.preferences = NAMELESS, now, {}
    user.email = user.email_verified_at = user.phone = None
    user.password_hash = user.date_of_birth = user.locked_because = None
    await user.save()
