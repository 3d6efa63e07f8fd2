"""The life of a payment: what providers can tell of it, and a forward-only order in which any telling ends alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.money import Money


class PaymentProvider(StrEnum):
    """Who takes the money."""

    SANDBOX = "SANDBOX"
    RAZORPAY = "RAZORPAY"
    STRIPE = "STRIPE"
    VNPAY = "VNPAY"
    COUNTER = "COUNTER"


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    REFUNDED = "REFUNDED"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"


class News(StrEnum):
    """What a provider can tell of a payment."""

    PROCESSING = "PROCESSING"  # the payer has done their part
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    CAPTURED = "CAPTURED"  # money is here
    REFUNDED = "REFUNDED"  # money has gone back
    REFUND_FAILED = "REFUND_FAILED"  # money that was to go back could not


_P = PaymentStatus

# The later one of two wins, whichever came first: so every order of the same news ends alike. Success may follow any end
# but a refund: a provider can capture money after we, or it, had given the payment up.
ORDER = (
    _P.PENDING,
    _P.PROCESSING,
    _P.EXPIRED,
    _P.FAILED,
    _P.CANCELLED,
    _P.SUCCEEDED,
    _P.PARTIALLY_REFUNDED,
    _P.REFUNDED,
)
UNDER_WAY = frozenset({_P.PENDING, _P.PROCESSING})
CAPTURED = frozenset({_P.SUCCEEDED, _P.PARTIALLY_REFUNDED, _P.REFUNDED})


@dataclass(frozen=True)
class GatewayEvent:
    """News from a provider about one payment, as its message or its answer says it.

    `event_id` is unique with the provider for ever. `provider_ref` is the provider's name for the payment as we opened
    it, `payment_id` our own name where the message carries it: at least one is known. `capture_ref` is the provider's
    name for the money that came, `refund_ref` for money that went back, `refund_id` our own name of that refund.
    `amount` is what was captured or refunded by this news alone; for other news what was to be paid.
    """

    provider: PaymentProvider
    event_id: str
    news: News
    amount: Money
    provider_ref: str | None = None
    payment_id: UUID | None = None
    capture_ref: str | None = None
    refund_ref: str | None = None
    refund_id: UUID | None = None
    reason: str | None = None


@dataclass(frozen=True)
class OpenedPayment:
    """A payment as its provider was told of it, and the provider's names for the money that is known to have come."""

    id: UUID
    provider_ref: str | None
    amount: Money
    opened_at: datetime
    capture_refs: tuple[str, ...] = ()


class CaptureFate(StrEnum):
    """What became of money that came in: exactly one of these, at any moment."""

    TICKET = "TICKET"
    OFFER = "OFFER"  # the seats are gone; equivalent ones are held for the payer to accept
    REFUND = "REFUND"


class MessageState(StrEnum):
    """What became of a provider's message."""

    NEW = "NEW"  # to be applied, perhaps again
    APPLIED = "APPLIED"
    IGNORED = "IGNORED"  # it says nothing about money
    DEAD = "DEAD"  # it could not be applied; staff must look
    DISMISSED = "DISMISSED"  # dead, and staff have looked: there is nothing to do


def standing(moved: Sequence[tuple[int, int]]) -> PaymentStatus:
    """Where a payment stands whose captures are these: each captured so much, of which so much has gone back."""
    if all(refunded >= captured for captured, refunded in moved):
        return _P.REFUNDED
    return _P.PARTIALLY_REFUNDED if any(refunded for _, refunded in moved) else _P.SUCCEEDED


def may_become(status: PaymentStatus, target: PaymentStatus) -> bool:
    """Whether news of `target` moves a payment on; news of the past does not."""
    return ORDER.index(target) > ORDER.index(status)
