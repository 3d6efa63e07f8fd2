"""What every payment gateway can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.money import Money
from domain.payments import GatewayEvent, PaymentProvider


class GatewayError(Exception):
    """The gateway did not do what it was asked; trying again later may help."""


class BadSignature(Exception):
    """The message was not signed by the gateway, or is too old to be believed."""


@dataclass(frozen=True)
class Checkout:
    """Where the payer goes, and the name the gateway gave the payment."""

    provider_ref: str
    url: str | None


class Gateway(Protocol):
    """One payment provider; every call may be repeated with the same `payment_id` and has one effect."""

    provider: PaymentProvider

    async def open(self, payment_id: UUID, amount: Money, description: str) -> Checkout:
        """Announce a payment to the provider; GatewayError if it cannot be reached."""
        ...

    async def refund(self, payment_id: UUID, provider_ref: str, amount: Money) -> None:
        """Give captured money back; returns when the provider has taken the order, GatewayError if not."""
        ...

    def read(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """The event in a webhook's raw body (headers in lower case); BadSignature unless it is authentic and fresh."""
        ...
