"""What the house holds of a person, table by table: all of it but secrets, for themselves to read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.audit_log import AuditEntry
from models.bookings import Booking, Hold, Ticket
from models.codes import Code
from models.idempotency import IdempotencyAnswer
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from models.staff import Invitation, Posting
from models.users import Session, User
from models.ways_in import Identity, SecondFactor

HeldRow: TypeAlias = dict[str, object]
WHAT_FOR: Final = {
    "film": "showtime__movie__title",
    "venue": "showtime__venue__name",
    "starts_at": "showtime__starts_at",
}


@dataclass(frozen=True)
class Held:
    """What one table holds of a person: which rows are theirs, which columns they are told.

    `also` are further values by the names they get.
    """

    table: type[Model]
    rows: Callable[[User], QuerySet[Any]]
    told: Sequence[str]
    also: Mapping[str, str] = field(default_factory=dict)
    order: str = "created_at"

    async def of(self, user: User) -> list[HeldRow]:
        """The person's rows, the oldest first."""
        found: list[HeldRow] = await self.rows(user).order_by(self.order).values(*self.told, **self.also)
        return found


def _addressed(user: User) -> list[str]:
    return [target for target in (user.email, user.phone) if target]


# fmt: off
HELD: Final[Mapping[str, Held]] = {
    "profile": Held(User, lambda user: User.filter(id=user.id), (
        "id", "created_at", "name", "email", "email_verified_at", "phone", "role_names", "date_of_birth",
        "preferences", "locked_at", "locked_because",
    )),
    "identities": Held(Identity, lambda user: Identity.filter(user_id=user.id), (
        "created_at", "provider", "subject", "email",
    )),
    "second_factor": Held(SecondFactor, lambda user: SecondFactor.filter(user_id=user.id), (
        "created_at", "confirmed_at",
    )),
    "sessions": Held(Session, lambda user: Session.filter(user_id=user.id), (
        "id", "created_at", "used_at", "expires_at", "ended_at", "ended_because", "way_in", "device", "address",
    )),
    "codes": Held(Code, lambda user: Code.filter(Q(user_id=user.id) | Q(target__in=_addressed(user))), (
        "created_at", "purpose", "target", "expires_at", "used_at",
    )),
    "postings": Held(Posting, lambda user: Posting.filter(user_id=user.id), (
        "created_at", "venue_id",
    ), {"venue": "venue__name"}),
    "invitations": Held(Invitation, lambda user: Invitation.filter(email__in=_addressed(user)), (
        "created_at", "email", "role_names", "venue_ids", "expires_at", "accepted_at", "withdrawn_at",
    )),
    "holds": Held(Hold, lambda user: Hold.filter(user_id=user.id), (
        "id", "created_at", "showtime_id", "status", "expires_at", "lines", "currency",
    ), WHAT_FOR),
    "bookings": Held(Booking, lambda user: Booking.filter(user_id=user.id), (
        "id", "created_at", "reference", "showtime_id", "hold_id", "status", "expires_at", "lines", "currency",
        "policy", "returned", "age_at_the_door",
    ), WHAT_FOR),
    "tickets": Held(Ticket, lambda user: Ticket.filter(booking__user_id=user.id), (
        "id", "created_at", "booking_id", "seat", "code", "status", "used_at",
    )),
    "payments": Held(Payment, lambda user: Payment.filter(booking__user_id=user.id), (
        "id", "created_at", "booking_id", "provider", "provider_ref", "amount_minor", "currency", "status",
        "checkout_url", "details", "return_url", "payer_address", "embedded",
    )),
    "captures": Held(Capture, lambda user: Capture.filter(booking__user_id=user.id), (
        "id", "created_at", "payment_id", "booking_id", "provider", "capture_ref", "amount_minor", "currency", "fate",
        "refunding_minor", "refunded_minor",
    )),
    "refunds": Held(Refund, lambda user: Refund.filter(booking__user_id=user.id), (
        "id", "created_at", "capture_id", "payment_id", "booking_id", "provider", "amount_minor", "kept_minor",
        "currency", "seats", "reason", "note", "status", "refund_ref", "failure", "attempt", "followed_by", "settled_at",
    )),
    "offers": Held(Offer, lambda user: Offer.filter(booking__user_id=user.id), (
        "id", "created_at", "booking_id", "capture_id", "hold_id", "status", "expires_at",
    )),
    "repetitions": Held(IdempotencyAnswer, lambda user: IdempotencyAnswer.filter(user_id=user.id), (
        "created_at", "mutation", "key", "entity_id",
    )),
    "traces": Held(AuditEntry, lambda user: AuditEntry.filter(
        Q(user_id=user.id) | Q(served_id=user.id) | Q(subject_id=user.id)
    ), (
        "created_at", "user_id", "session_id", "address", "action", "subject_kind", "subject_id", "venue_id",
        "before", "after",
    ), order="number"),
}
# fmt: on
