"""The life of a payment: a forward-only state machine that any order of news leads to the same end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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


_P = PaymentStatus

# Success may follow any end but a refund: a provider can capture money after we stopped waiting for it.
MOVES: Mapping[PaymentStatus, frozenset[PaymentStatus]] = {
    _P.PENDING: frozenset({_P.PROCESSING, _P.SUCCEEDED, _P.FAILED, _P.CANCELLED, _P.EXPIRED}),
    _P.PROCESSING: frozenset({_P.SUCCEEDED, _P.FAILED, _P.CANCELLED, _P.EXPIRED}),
    _P.FAILED: frozenset({_P.SUCCEEDED}),
    _P.CANCELLED: frozenset({_P.SUCCEEDED}),
    _P.EXPIRED: frozenset({_P.SUCCEEDED}),
    _P.SUCCEEDED: frozenset({_P.REFUNDED, _P.PARTIALLY_REFUNDED}),
    _P.PARTIALLY_REFUNDED: frozenset({_P.REFUNDED}),
    _P.REFUNDED: frozenset(),
}
UNDER_WAY = frozenset({_P.PENDING, _P.PROCESSING})


@dataclass(frozen=True)
class GatewayEvent:
    """News from a provider about one payment; `event_id` is unique with the provider for ever."""

    provider: PaymentProvider
    event_id: str
    provider_ref: str
    status: PaymentStatus
    amount: Money


def may_become(status: PaymentStatus, target: PaymentStatus) -> bool:
    """Whether news of `target` moves a payment on; news of the past does not."""
    return target in MOVES[status]
