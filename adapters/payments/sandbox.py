"""The sandbox gateway: a provider that lives in this server, for laptops and tests, behind the same door as real ones."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import clock
from adapters.http import Http, HttpError
from adapters.payments.base import (
    Answer,
    BadSignature,
    Checkout,
    Delivery,
    GatewayError,
    Message,
    Order,
    Receipt,
    RefundOrder,
    RefundTaken,
    usual_answer,
)
from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider
from settings import Settings

SIGNATURE = "x-sandbox-signature"
LONGEST_NAME = 255
_NEWS = {
    "payment.processing": News.PROCESSING,
    "payment.succeeded": News.CAPTURED,
    "payment.failed": News.FAILED,
    "payment.cancelled": News.CANCELLED,
}
_TYPE = {news: kind for kind, news in _NEWS.items()}


class SandboxGateway:
    """Signs its webhooks as `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, as Stripe does."""

    provider = PaymentProvider.SANDBOX

    def __init__(self, settings: Settings, http: Http, now: Callable[[], datetime] = clock.now) -> None:
        self._secret = settings.sandbox_webhook_secret.encode()
        self._address = settings.address
        self._own_address = settings.own_address
        self._tolerance = settings.webhook_tolerance_seconds
        self._http = http
        self._now = now

    def takes(self, currency: str) -> bool:
        """It takes no money, of whatever currency."""
        return True

    async def open(self, order: Order) -> Checkout:
        """The checkout page of this payment, served by this server."""
        ref = ref_of(order.payment_id)
        return Checkout(ref, f"{self._address}/sandbox/checkout/{ref}")

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        """What the payer decided at the checkout, whether or not its webhooks have been sent."""
        ref = payment.provider_ref or ref_of(payment.id)
        path = f"/sandbox/payments/{ref}"
        headers = {SIGNATURE: self.sign(path.encode(), self._now())}
        try:
            answer = await self._http.send("GET", self._own_address + path, headers=headers)
            return [self._event(json.loads(body)) for body in json.loads(answer.body)["events"]]
        except (HttpError, KeyError, TypeError, ValueError) as problem:
            raise GatewayError(f"The sandbox did not answer: {problem}") from problem

    async def recent(self, since: datetime, until: datetime) -> Sequence[GatewayEvent]:
        """The sandbox keeps no list."""
        return ()

    async def refund(self, order: RefundOrder) -> RefundTaken:
        """The sandbox gives back whatever it is asked for, at once."""
        return RefundTaken(f"sbxr_{order.id.hex}", News.REFUNDED)

    def read(self, delivery: Delivery) -> Message:
        """The event in a webhook; BadSignature unless it is signed by us and fresh."""
        self.check(delivery.body, delivery.headers.get(SIGNATURE, ""))
        try:
            body = json.loads(delivery.body)
            event = self._event(body)
        except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as problem:
            raise BadSignature("The body is signed, but is no event of the sandbox.") from problem
        return Message(event.event_id, str(body["type"]), delivery.body.decode(), event)

    def answer(self, receipt: Receipt) -> Answer:
        """As everywhere."""
        return usual_answer(receipt)

    def check_proof(self, payment: OpenedPayment, proof: Mapping[str, str]) -> None:
        """The sandbox's browser brings nothing back."""

    def _event(self, body: Mapping[str, object]) -> GatewayEvent:
        event_id, ref, currency = (str(body[name]) for name in ("id", "ref", "currency"))
        if not all(text.isprintable() and len(text) <= LONGEST_NAME for text in (event_id, ref, currency)):
            raise ValueError("A name in it cannot be kept.")
        amount = Money(int(str(body["amount_minor"])), currency)
        if not 0 <= amount.minor < 2**63:
            raise ValueError("No such amount can be kept.")
        news = _NEWS[str(body["type"])]
        return GatewayEvent(self.provider, event_id, news, amount, provider_ref=ref, capture_ref=ref)

    def sign(self, body: bytes, now: datetime) -> str:
        """The signature header of a webhook sent now."""
        moment = int(now.timestamp())
        return f"t={moment},v1={self._digest(moment, body)}"

    def check(self, body: bytes, signature: str) -> None:
        """BadSignature unless we have signed this, lately."""
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


def event_body(event_id: str, ref: str, news: News, amount: Money) -> str:
    """A webhook's body."""
    body = {
        "id": event_id,
        "type": _TYPE[news],
        "ref": ref,
        "amount_minor": amount.minor,
        "currency": amount.currency,
    }
    return json.dumps(body, sort_keys=True)
