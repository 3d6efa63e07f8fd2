"""The Stripe gateway: a page of Stripe or a form of the client's own to pay in, refunds, and signed webhooks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import clock
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
from adapters.payments.stripe_amounts import CURRENCIES, to_stripe
from adapters.payments.stripe_api import StripeApi, signed_at
from adapters.payments.stripe_news import (
    PAYMENT_ID,
    REFUND_ID,
    Fields,
    fields,
    intent_news,
    optional_text,
    our_name,
    read_message,
    refund_news,
    session_news,
    text,
)
from domain.payments import GatewayEvent, OpenedPayment, PaymentProvider
from settings import Settings

SIGNATURE = "stripe-signature"
RUBBISH = (ArithmeticError, KeyError, RecursionError, TypeError, ValueError)

# A Checkout Session ends "from 30 minutes to 24 hours after creation"; a minute each is for clocks and repeated calls.
SOONEST_END = timedelta(minutes=31)
LATEST_END = timedelta(hours=23, minutes=59)

# Stripe may forget an idempotency key once it is 24 hours old, and would then refund a second time.
KEYS_ARE_KEPT = timedelta(hours=20)

# When a payment whose name was lost came to be at Stripe: about when it was opened here, or at a repetition.
LOST_BEFORE = timedelta(minutes=5)
LOST_AFTER = timedelta(hours=1)


class StripeGateway:
    """Payments by Stripe. Their webhooks are believed for `webhook_tolerance_seconds` after they were signed."""

    provider = PaymentProvider.STRIPE

    def __init__(self, settings: Settings, now: Callable[[], datetime] = clock.now) -> None:
        self._api = StripeApi(settings)
        self._publishable_key = settings.stripe_publishable_key
        self._webhook_secrets = [part.strip() for part in settings.stripe_webhook_secret.split(",") if part.strip()]
        self._tolerance = settings.webhook_tolerance_seconds
        self._now = now

    def takes(self, currency: str) -> bool:
        """Whether Stripe knows this currency; whether an account may use it Stripe says when a payment is opened."""
        return currency in CURRENCIES

    async def open(self, order: Order) -> Checkout:
        """A PaymentIntent for a form in the client's own page, or else a Checkout Session on a page of Stripe."""
        amount = to_stripe(order.amount)
        if order.embedded:
            intent = await self._api.create_intent(order, amount)
            return self._checkout(intent, client_secret=_given(intent, "client_secret"))
        ends_at = min(max(order.expires_at, order.opened_at + SOONEST_END), order.opened_at + LATEST_END)
        session = await self._api.create_session(order, amount, ends_at)
        return self._checkout(session, url=_given(session, "url"), session_id=_given(session, "id"))

    def _checkout(self, created: Fields, url: str | None = None, **details: str) -> Checkout:
        return Checkout(_given(created, "id"), url, {"publishable_key": self._publishable_key, **details})

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        """All that Stripe knows of a payment now.

        A payment whose name could not be written down is looked for in Stripe's lists of that hour: Stripe's search
        may lag an hour behind, and is not there for merchants in India.
        """
        ref = payment.provider_ref or await self._lost(payment)
        if ref is None:
            return []
        try:
            told = await self._told(ref)
            for other in set(payment.capture_refs) - {event.capture_ref for event in told}:
                told += await self._refunds_of(other)
        except RUBBISH as problem:
            raise GatewayError("Stripe's answer made no sense.") from problem
        return [replace(event, provider_ref=ref, payment_id=payment.id) for event in told]

    async def _told(self, ref: str) -> list[GatewayEvent]:
        session = await self._api.session(ref) if ref.startswith("cs_") else None
        if session is None:
            intent: Fields | None = await self._api.intent(ref)
        else:
            intent = None if session["payment_intent"] is None else fields(session["payment_intent"])
        event = None if intent is None else intent_news(intent, _fetched(intent))
        if event is None and session is not None:
            # Its session is complete but the PaymentIntent waits: it has bounced, and nobody can pay it any more.
            event = session_news(session, _fetched(session), bounced=intent is not None)
        if event is None or event.capture_ref is None:
            return [] if event is None else [event]
        return [event, *await self._refunds_of(event.capture_ref)]

    async def _refunds_of(self, intent_ref: str) -> list[GatewayEvent]:
        refunds = [refund_news(refund, _fetched(refund)) for refund in await self._api.refunds(intent_ref)]
        return [refund for refund in reversed(refunds) if refund is not None]

    async def _lost(self, payment: OpenedPayment) -> str | None:
        since, until = payment.opened_at - LOST_BEFORE, payment.opened_at + LOST_AFTER
        for listed in (self._api.sessions, self._api.intents):  # a session's PaymentIntent has our name, too
            for found in await listed(since, until):
                if our_name(found, PAYMENT_ID) == payment.id:
                    return _given(found, "id")
        return None

    async def recent(self, since: datetime, until: datetime) -> Sequence[GatewayEvent]:
        """Money that came for payments with our name whose PaymentIntents were created in between, oldest first."""
        found = reversed(await self._api.intents(since, until))
        try:
            events = [
                intent_news(intent, _fetched(intent)) for intent in found if our_name(intent, PAYMENT_ID) is not None
            ]
        except RUBBISH as problem:
            raise GatewayError("Stripe's answer made no sense.") from problem
        return [event for event in events if event is not None and event.capture_ref is not None]

    async def refund(self, order: RefundOrder) -> RefundTaken:
        """Give captured money back, once however often it is asked."""
        amount = to_stripe(order.amount)
        forgotten = self._now() - order.ordered_at > KEYS_ARE_KEPT
        refund = await self._known(order) if forgotten else None
        if refund is None:
            try:
                refund = await self._api.create_refund(order, amount)
            except GatewayRefusal:
                refund = await self._known(order)  # "charge_already_refunded": perhaps by this very order
                if refund is None:
                    raise
        return _taken(refund)

    async def _known(self, order: RefundOrder) -> Fields | None:
        refunds = await self._api.refunds(order.capture_ref)
        return next((refund for refund in refunds if our_name(refund, REFUND_ID) == order.id), None)

    def read(self, delivery: Delivery) -> Message:
        """The message in a webhook; BadSignature unless Stripe signed it, lately, and it makes sense."""
        moment = signed_at(delivery.body, delivery.headers.get(SIGNATURE, ""), self._webhook_secrets)
        if abs(self._now().timestamp() - moment) > self._tolerance:
            raise BadSignature("The signature is too old, or from the future.")
        try:
            return read_message(delivery.body)
        except RUBBISH as problem:
            raise BadSignature("The body is signed, but is no event of Stripe.") from problem

    def answer(self, receipt: Receipt) -> Answer:
        """2xx for everything that is Stripe's: it would send anything else again for three days."""
        return usual_answer(receipt)

    def check_proof(self, payment: OpenedPayment, proof: Mapping[str, str]) -> None:
        """Stripe gives the browser nothing that proves a payment; what it brings back must be this one's name."""
        for name in ("session_id", "payment_intent"):
            if name in proof and proof[name] != payment.provider_ref:
                raise BadSignature("This is about another payment.")


def _fetched(told: Fields) -> str:
    """A name for news that came without a webhook: the same whenever the same is told."""
    return f"fetch:{text(told, 'id')}:{text(told, 'status')}"


def _given(created: Fields, name: str) -> str:
    value = created.get(name)
    if not isinstance(value, str):
        raise GatewayError(f"Stripe gave no {name}.")
    return value


def _taken(refund: Fields) -> RefundTaken:
    try:
        event = refund_news(refund, _fetched(refund))
        return RefundTaken(
            text(refund, "id"), None if event is None else event.news, optional_text(refund, "failure_reason")
        )
    except RUBBISH as problem:
        raise GatewayError("Stripe's answer made no sense.") from problem
