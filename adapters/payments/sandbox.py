"""The sandbox gateway: a provider that lives in this server, for laptops and tests, behind the same door as real ones."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

import clock
from adapters.payments.base import BadSignature, Checkout
from domain.money import Money
from domain.payments import GatewayEvent, PaymentProvider, PaymentStatus
from settings import Settings

SIGNATURE = "x-sandbox-signature"
LONGEST_NAME = 255
_STATUS = {
    "payment.processing": PaymentStatus.PROCESSING,
    "payment.succeeded": PaymentStatus.SUCCEEDED,
    "payment.failed": PaymentStatus.FAILED,
    "payment.cancelled": PaymentStatus.CANCELLED,
}
_TYPE = {status: kind for kind, status in _STATUS.items()}


class SandboxGateway:
    """Signs its webhooks as `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, as Stripe does."""

    provider = PaymentProvider.SANDBOX

    def __init__(self, settings: Settings, now: Callable[[], datetime] = clock.now) -> None:
        self._secret = settings.sandbox_webhook_secret.encode()
        self._address = settings.address
        self._tolerance = settings.webhook_tolerance_seconds
        self._now = now

    async def open(self, payment_id: UUID, amount: Money, description: str) -> Checkout:
        """The checkout page of this payment, served by this server."""
        ref = ref_of(payment_id)
        return Checkout(ref, f"{self._address}/sandbox/checkout/{ref}")

    async def refund(self, payment_id: UUID, provider_ref: str, amount: Money) -> None:
        """The sandbox takes every order to give money back; it keeps none."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """The event in a webhook; BadSignature unless it is signed by us and fresh."""
        self._check(body, headers.get(SIGNATURE, ""))
        try:
            return self._event(json.loads(body))
        except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as problem:
            raise BadSignature("The body is signed, but is no event of the sandbox.") from problem

    def _event(self, body: Mapping[str, object]) -> GatewayEvent:
        event_id, ref, currency = (str(body[name]) for name in ("id", "ref", "currency"))
        if not all(text.isprintable() and len(text) <= LONGEST_NAME for text in (event_id, ref, currency)):
            raise ValueError("A name in it cannot be kept.")
        amount = Money(int(str(body["amount_minor"])), currency)
        return GatewayEvent(self.provider, event_id, ref, _STATUS[str(body["type"])], amount)

    def sign(self, body: bytes, now: datetime) -> str:
        """The signature header of a webhook sent now."""
        moment = int(now.timestamp())
        return f"t={moment},v1={self._digest(moment, body)}"

    def _check(self, body: bytes, signature: str) -> None:
        parts = dict(part.partition("=")[::2] for part in signature.split(","))
        moment = parts.get("t", "")
        if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
            raise BadSignature("The signature names no moment.")
        given = parts.get("v1", "").encode("utf-8", "replace")
        if not hmac.compare_digest(self._digest(int(moment), body).encode(), given):
            raise BadSignature("The signature does not fit the body.")
        if abs(self._now().timestamp() - int(moment)) > self._tolerance:
            raise BadSignature("The signature is too old, or from the future.")

    def _digest(self, moment: int, body: bytes) -> str:
        return hmac.new(self._secret, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def ref_of(payment_id: UUID) -> str:
    """The sandbox's name for a payment."""
    return f"sbx_{payment_id.hex}"


def event_body(event_id: str, ref: str, status: PaymentStatus, amount: Money) -> str:
    """A webhook's body."""
    body = {
        "id": event_id,
        "type": _TYPE[status],
        "ref": ref,
        "amount_minor": amount.minor,
        "currency": amount.currency,
    }
    return json.dumps(body, sort_keys=True)
