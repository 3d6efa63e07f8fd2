"""Razorpay: an order for each payment, which the payer may try to pay as often as it takes; docs/gateways/razorpay.md."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from adapters.payments.base import (
    Answer,
    BadSignature,
    Checkout,
    Delivery,
    GatewayError,
    GatewayRefusal,
    Message,
    Order,
    Receipt,
    RefundOrder,
    RefundTaken,
    usual_answer,
)
from adapters.payments.razorpay_api import RazorpayApi
from adapters.payments.razorpay_entities import RazorpayPayment, RazorpayRefund, name_in
from adapters.payments.razorpay_money import TAKEN, counted
from adapters.payments.razorpay_news import OUTCOMES, REASON, event_of, payment_news, refund_news
from adapters.payments.redaction import redacted_json
from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider
from settings import Settings

HOUSE = "Marquee"
SIGNATURE = "x-razorpay-signature"
EVENT_ID = "x-razorpay-event-id"


@dataclass(frozen=True)
class HostedCheckout:
    """A form that leads a browser to Razorpay's own page: where it posts, and what."""

    action: str
    fields: Mapping[str, str]

    @property
    def origin(self) -> str:
        """Scheme and host of `action`."""
        parts = urlsplit(self.action)
        return f"{parts.scheme}://{parts.netloc}"


class RazorpayGateway:
    """Orders, payments and refunds of one Razorpay account."""

    provider = PaymentProvider.RAZORPAY

    def __init__(self, settings: Settings) -> None:
        self._api = RazorpayApi(settings)
        self._key_id = settings.razorpay_key_id
        self._secrets = [secret.strip() for secret in settings.razorpay_webhook_secret.split(",")]
        self._api_url = settings.razorpay_api_url.rstrip("/")
        self._address = settings.address

    def takes(self, currency: str) -> bool:
        """Whether it can take money in this currency."""
        return currency in TAKEN

    async def open(self, order: Order) -> Checkout:
        """Create an order. Repeated after a lost reply it creates another: nobody is ever told of the first, nor can pay it."""
        body = {
            "amount": counted(order.amount),
            "currency": order.amount.currency,
            "receipt": order.payment_id.hex,
            "notes": {"payment_id": str(order.payment_id), "booking": order.reference},
            # Captured at once, whatever the account's own setting: https://razorpay.com/docs/payments/payments/capture-settings
            "payment_capture": True,
        }
        order_id = (await self._api.create_order(body)).id
        details = {
            "key_id": self._key_id,
            "order_id": order_id,
            "amount_minor": str(order.amount.minor),
            "currency": order.amount.currency,
            "name": HOUSE,
            "description": order.reference,
        }
        url = None if order.embedded else f"{self._address}/checkout/razorpay/{order_id}"
        return Checkout(order_id, url, details)

    def hosted(self, order_id: str, payment_id: UUID, amount: Money, description: str) -> HostedCheckout:
        """The form for https://razorpay.com/docs/payments/payment-gateway/web-integration/hosted/integration-steps."""
        fields = {
            "key_id": self._key_id,
            "order_id": order_id,
            "amount": str(amount.minor),
            "currency": amount.currency,
            "name": HOUSE,
            "description": description,
            "notes[payment_id]": str(payment_id),
            "callback_url": f"{self._address}/payments/razorpay/return/{payment_id}",
            "cancel_url": f"{self._address}/checkout/razorpay/{order_id}",
        }
        return HostedCheckout(f"{self._api_url}/v1/checkout/embedded", fields)

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        """All that became of its order, or of every order with its receipt where our name for it was lost."""
        order_ids = [payment.provider_ref] if payment.provider_ref else await self._orders(payment.id)
        told: list[tuple[int, GatewayEvent | None]] = []
        for order_id in order_ids:
            for attempt in await self._attempts(order_id, payment.amount):
                told += await self._became(attempt, payment.id)
        told.sort(key=lambda news: news[0])
        return [event for _, event in told if event]

    async def _orders(self, payment_id: UUID) -> list[str]:
        found = await self._api.orders_with(payment_id.hex)
        return [order.id for order in found if order.payment_id == payment_id]

    async def _attempts(self, order_id: str, amount: Money) -> list[RazorpayPayment]:
        """The attempts to pay an order, oldest first.

        Where none has brought its money, but one could, it is taken now: an authorization that came late is captured by
        nobody else, and lapses after days (https://razorpay.com/docs/payments/payments/late-authorisation).
        """
        attempts = sorted(await self._api.payments_of(order_id), key=lambda attempt: attempt.created_at)
        waiting = [each for each in attempts if each.status == "authorized" and each.amount == amount]
        if not waiting or any(each.is_captured for each in attempts):
            return attempts
        return [await self._captured(each) if each is waiting[0] else each for each in attempts]

    async def _captured(self, payment: RazorpayPayment) -> RazorpayPayment:
        """Take the money. Refused, because it was taken a moment ago or is past its time, it is as it now stands."""
        try:
            return await self._api.capture(payment)
        except GatewayRefusal:
            return await self._api.payment(payment.id)

    async def _became(self, payment: RazorpayPayment, payment_id: UUID) -> list[tuple[int, GatewayEvent | None]]:
        """What became of one attempt, each with its second."""
        if not payment.is_captured:
            event_id = f"fetch:{payment.id}:authorized"
            is_waiting = payment.status == "authorized"
            news = payment_news(payment, News.PROCESSING, event_id, payment_id=payment_id) if is_waiting else None
            return [(payment.created_at, news)]
        captured = payment_news(payment, News.CAPTURED, f"fetch:{payment.id}:captured", payment_id=payment_id)
        told = [(payment.created_at, captured)]
        for refund in await self._api.refunds_of(payment.id):
            if outcome := OUTCOMES.get(refund.status):
                event_id = f"fetch:{refund.id}:{refund.status}"
                told.append((refund.created_at, refund_news(refund, payment, outcome, event_id)))
        return told

    async def recent(self, since: datetime, until: datetime) -> Sequence[GatewayEvent]:
        """Captured payments that were begun in between, of orders that carry our name."""
        told: list[GatewayEvent] = []
        ours: dict[str, UUID | None] = {}
        for payment in reversed(await self._api.payments_between(since, until)):
            order_id = payment.order_id
            if order_id is None or not payment.is_captured:
                continue
            if not payment.named and order_id not in ours:
                ours[order_id] = await self._named(order_id)
            event_id, ours_id = f"fetch:{payment.id}:captured", ours.get(order_id)
            event = payment_news(payment, News.CAPTURED, event_id, payment_id=ours_id)
            told += [event] if event and (payment.named or ours_id) else []
        return told

    async def _named(self, order_id: str) -> UUID | None:
        """Which of our payments an order is for; None where it is of another shop of the account, or too old to be shown."""
        try:
            return (await self._api.order(order_id)).payment_id
        except GatewayRefusal:
            return None

    async def refund(self, order: RefundOrder) -> RefundTaken:
        """Give money back, once: looked for before it is asked for, asked for with a key, looked for after a refusal."""
        if taken := await self._taken(order):
            return taken
        body = {
            "amount": order.amount.minor,
            "speed": "normal",
            "receipt": order.id.hex,
            "notes": {"refund_id": str(order.id), "payment_id": str(order.payment.id)},
        }
        try:
            return _taken(await self._api.refund(order.capture_ref, body, str(order.id)))
        except GatewayRefusal as refusal:
            if taken := await self._taken(order):
                return taken
            if "balance" in str(refusal):  # "Your account does not have enough": it has once others have paid
                raise GatewayError(str(refusal)) from refusal
            raise

    async def _taken(self, order: RefundOrder) -> RefundTaken | None:
        refunds = await self._api.refunds_of(order.capture_ref)
        return next((_taken(refund) for refund in refunds if refund.refund_id == order.id), None)

    def read(self, delivery: Delivery) -> Message:
        """A webhook: signed, but without a moment, for Razorpay may repeat one for days; what is old is known by its id."""
        self._api.check_webhook(delivery.body, delivery.headers.get(SIGNATURE, ""), self._secrets)
        try:
            message = json.loads(delivery.body)
            kind = name_in(message if isinstance(message, Mapping) else {}, "event")
            body = redacted_json(delivery.body)
            event_id = _event_id(delivery)
            return Message(event_id, kind, body, event_of(kind, message, event_id))
        except (ValueError, RecursionError) as problem:
            raise BadSignature("The body is signed, but is no event of Razorpay.") from problem

    def answer(self, receipt: Receipt) -> Answer:
        """2xx, or Razorpay repeats it for a day and then switches the webhook off."""
        return usual_answer(receipt)

    def check_proof(self, payment: OpenedPayment, proof: Mapping[str, str]) -> None:
        """The three values with which Razorpay's checkout ends; BadSignature unless they are about this payment."""
        order_id, payment_id, signature = (
            proof.get(f"razorpay_{name}") for name in ("order_id", "payment_id", "signature")
        )
        if not (order_id and payment_id and signature):
            raise BadSignature("The proof is not complete.")
        if order_id != payment.provider_ref:
            raise BadSignature("The proof is about another payment.")
        self._api.check_proof(order_id, payment_id, signature)


def _taken(refund: RazorpayRefund) -> RefundTaken:
    outcome = OUTCOMES.get(refund.status)
    return RefundTaken(refund.id, outcome, REASON if outcome is News.REFUND_FAILED else None)


def _event_id(delivery: Delivery) -> str:
    """Razorpay's name for the event, which is not signed; without a fit one what the body itself is."""
    try:
        return name_in(delivery.headers, EVENT_ID)
    except ValueError:
        return f"sha256:{hashlib.sha256(delivery.body).hexdigest()}"
