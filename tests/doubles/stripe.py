"""Stripe's double: a server on loopback, the payers, the banks, and webhooks good and bad."""

import re
from dataclasses import replace
from datetime import timedelta

from domain.money import Money
from tests.doubles.provider import Webhook
from tests.doubles.stripe_objects import BILLING, decline_error, in_stripe_units, intent_object, new_id
from tests.doubles.stripe_server import StripeServer

STALE = timedelta(seconds=301)


class StripeDouble(StripeServer):
    """Stripe with its payers and banks: each of their doings queues the webhooks that follow."""

    async def pay(self, provider_ref: str, *, amount: Money | None = None) -> None:
        """The payer pays what was asked, or `amount`."""
        intent = self._intent_of(provider_ref)
        if amount is not None:
            intent["amount"], intent["currency"] = in_stripe_units(amount), amount.currency.lower()
        delayed = intent["status"] == "processing"
        self._capture(intent)
        if session := self.sessions.get(provider_ref):
            session.update(status="complete", payment_status="paid", customer_details=BILLING, url=None)
            session.update(amount_total=intent["amount"], currency=intent["currency"])
            self.tell("checkout.session.async_payment_succeeded" if delayed else "checkout.session.completed", session)

    async def pay_twice(self, provider_ref: str) -> None:
        """The payer pays, and then the same payment once more, by a PaymentIntent of its own."""
        await self.pay(provider_ref)
        first = self._intent_of(provider_ref)
        again = intent_object(first, self.now())
        self.intents[again["id"]] = again
        self._capture(again)

    async def process(self, provider_ref: str) -> None:
        """The payer does their part with a method that takes its time."""
        intent = self._intent_of(provider_ref)
        intent["status"] = "processing"
        self.tell("payment_intent.processing", intent)
        if session := self.sessions.get(provider_ref):
            session.update(status="complete", customer_details=BILLING, url=None)
            self.tell("checkout.session.completed", session)

    async def decline(self, provider_ref: str) -> None:
        """The payer's card is declined; they may try another."""
        intent = self._intent_of(provider_ref)
        intent.update(status="requires_payment_method", last_payment_error=decline_error())
        self.tell("payment_intent.payment_failed", intent)

    async def fail(self, provider_ref: str) -> None:
        """The payer's bank says no in the end, after it took its time."""
        if self._intent_of(provider_ref)["status"] != "processing":
            await self.process(provider_ref)
        await self.decline(provider_ref)
        if session := self.sessions.get(provider_ref):
            self.tell("checkout.session.async_payment_failed", session)

    async def cancel(self, provider_ref: str) -> None:
        """The page expires, or the PaymentIntent is given up."""
        if session := self.sessions.get(provider_ref):
            session.update(status="expired", url=None)
            self.tell("checkout.session.expired", session)
            return
        intent = self.intents[provider_ref]
        intent.update(
            status="canceled", canceled_at=int(self.now().timestamp()), cancellation_reason="requested_by_customer"
        )
        self.tell("payment_intent.canceled", intent)

    def forged(self, webhook: Webhook) -> Webhook:
        """The same, with more money in it than Stripe has signed."""
        return replace(webhook, body=re.sub(rb'("amount\w*": )', rb"\g<1>9", webhook.body))

    def stale(self, webhook: Webhook) -> Webhook:
        """The same, signed 301 seconds ago."""
        return self.signed_body(webhook.body, self.now() - STALE)

    def of_somebody_else(self, webhook: Webhook) -> Webhook:
        """The same, signed with the secret of another endpoint."""
        return self.signed_body(webhook.body, secret="whsec_of_somebody_else")

    def _intent_of(self, provider_ref: str) -> dict:
        session = self.sessions.get(provider_ref)
        if session is None:
            return self.intents[provider_ref]
        if session["payment_intent"] is None:  # Stripe creates it when the payer first tries to pay
            intent = intent_object(self.intents_to_be[provider_ref], self.now())
            self.intents[intent["id"]] = intent
            session["payment_intent"] = intent["id"]
        return self.intents[session["payment_intent"]]

    def _capture(self, intent: dict) -> None:
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=new_id("ch"))
        intent.update(payment_method=new_id("pm"), receipt_email=BILLING["email"], last_payment_error=None)
        self.tell("payment_intent.succeeded", intent)
