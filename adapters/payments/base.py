"""What every payment gateway can do, and what passes between it and us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider


class GatewayError(Exception):
    """The gateway did not do what it was asked; trying again later may help."""


class GatewayRefusal(GatewayError):
    """The gateway understood and said no: asking the same again will not help. The message is the provider's reason."""


class BadSignature(Exception):
    """The message was not signed by the gateway, is too old to be believed, or is signed but makes no sense."""


@dataclass(frozen=True)
class Order:
    """What somebody is about to pay.

    `payer_address` is the network address they call from. `embedded` asks for what a form within the client's own page
    needs, instead of a page of the provider's. Their browser comes back to `/payments/{provider}/return/{payment_id}`.
    """

    payment_id: UUID
    amount: Money
    reference: str
    opened_at: datetime
    expires_at: datetime
    payer_address: str = "127.0.0.1"
    embedded: bool = False


@dataclass(frozen=True)
class Checkout:
    """The name the gateway gave the payment, where the payer goes, and the values the client's code needs there.

    Everything in `details` is public: it is shown to the payer's browser.
    """

    provider_ref: str
    url: str | None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RefundOrder:
    """Captured money, or some of it, that is to go back. `id` is ours, and makes a repetition safe."""

    id: UUID
    payment: OpenedPayment
    capture_ref: str
    captured: Money
    amount: Money
    ordered_at: datetime
    ordered_by: str = "marquee"

    @property
    def is_full(self) -> bool:
        """Whether all that was captured goes back."""
        return self.amount == self.captured


@dataclass(frozen=True)
class RefundTaken:
    """The provider's name for a refund it has taken, and what has become of it; None: it will tell later."""

    refund_ref: str
    outcome: News | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One call of a provider at our door: its raw body and raw query, and its headers in lower case."""

    body: bytes = b""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """What a provider delivered: `body` is its text without card data and contacts, fit to keep.

    `event` is what it means; None for kinds that say nothing about money.
    """

    event_id: str
    kind: str
    body: str
    event: GatewayEvent | None


class Receipt(StrEnum):
    """What became of a message at our door."""

    TAKEN = "TAKEN"
    REPEATED = "REPEATED"  # it has come before
    SETTLED = "SETTLED"  # it is new, but its payment has already succeeded
    UNKNOWN = "UNKNOWN"  # its payment is none of ours
    WRONG_AMOUNT = "WRONG_AMOUNT"
    FORGED = "FORGED"


@dataclass(frozen=True)
class Answer:
    """What the provider is told."""

    status: int
    body: Mapping[str, object]


class Gateway(Protocol):
    """One payment provider; every call may be repeated with the same ids and has one effect.

    Calls that leave the machine raise GatewayError when the provider cannot be reached, is too busy or fails, and
    GatewayRefusal when it says no; they take at most a few seconds.
    """

    provider: PaymentProvider

    def takes(self, currency: str) -> bool:
        """Whether it can take money in this currency."""
        ...

    async def open(self, order: Order) -> Checkout:
        """Announce a payment to the provider."""
        ...

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        """All that the provider knows of a payment now, as news: in the order in which it happened."""
        ...

    async def recent(self, since: datetime, until: datetime) -> Sequence[GatewayEvent]:
        """Money that came in between, for payments that carry our name; empty where the provider keeps no list."""
        ...

    async def refund(self, order: RefundOrder) -> RefundTaken:
        """Give captured money back."""
        ...

    def read(self, delivery: Delivery) -> Message:
        """A message at our door; BadSignature unless it is authentic, fresh and makes sense."""
        ...

    def answer(self, receipt: Receipt) -> Answer:
        """How the provider wants to be told what became of its message."""
        ...

    def check_proof(self, payment: OpenedPayment, proof: Mapping[str, str]) -> None:
        """Check what a payer's browser brought back from the checkout; BadSignature unless it is about this payment."""
        ...


def usual_answer(receipt: Receipt) -> Answer:
    """What most providers want: 2xx for everything that is theirs, whatever came of it."""
    if receipt is Receipt.FORGED:
        return Answer(401, {"error": {"message": "The signature does not fit."}})
    return Answer(200, {"ok": True})
