"""Razorpay on loopback: orders, payments, refunds and signed webhooks as https://razorpay.com/docs/api describes them."""

import hashlib
import hmac
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import clock
from domain.money import Money
from tests.doubles.provider import Fault, Provider, Webhook
from tests.doubles.razorpay_api import api_routes
from tests.doubles.razorpay_entities import new_order, new_payment, new_refund, refusal

Entity = dict[str, Any]


class RefundOutcome(StrEnum):
    """What becomes of a refund."""

    PROCESSED = "PROCESSED"  # now
    PENDING_PROCESSED = "PENDING_PROCESSED"  # the answer says pending, the webhook processed
    PENDING_FAILED = "PENDING_FAILED"  # the answer says pending, the webhook failed
    REFUSED = "REFUSED"  # 400, and nothing was done


class RazorpayDouble(Provider):
    """One account. `refund_outcomes` are used up by the next refunds; without one a refund is processed now."""

    key_id = "rzp_test_DOUBLE00000001"
    key_secret = "the secret of the key of the double"
    webhook_secret = "the webhook secret of the double"

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, Entity] = {}
        self.payments: dict[str, Entity] = {}
        self.refunds: dict[str, Entity] = {}
        self.refund_outcomes: deque[RefundOutcome] = deque()
        self.refusal = "The payment has been fully refunded already"  # what REFUSED says
        self.refund_keys: dict[str, tuple[bytes, str]] = {}  # idempotency key: the body, the refund
        self.honours_keys = True

    def routes(self) -> Sequence[Route]:
        return api_routes(self)

    def failure(self, fault: Fault) -> Response:
        if fault is Fault.BUSY:
            return refusal("Request failed. Please try after sometime.", status=429)
        return JSONResponse({"error": {"code": "SERVER_ERROR", "description": "We are facing some trouble."}}, 500)

    def settings_env(self) -> dict[str, str]:
        """What a server needs in its environment to use this account."""
        return {
            "RAZORPAY_KEY_ID": self.key_id,
            "RAZORPAY_KEY_SECRET": self.key_secret,
            "RAZORPAY_WEBHOOK_SECRET": self.webhook_secret,
            "RAZORPAY_API_URL": self.url,
        }

    # What payers do.

    async def pay(self, provider_ref: str, *, amount: Money | None = None) -> None:
        """The money comes: of the attempt that waits for it, or of another one, even if the order is paid already."""
        waiting = [] if amount else self._attempts(provider_ref, "authorized")
        payment = waiting[0] if waiting else self._attempt(provider_ref, "authorized", amount)
        if not waiting:
            self._queue("payment.authorized", payment=payment)
        self.capture(payment)

    async def process(self, provider_ref: str) -> None:
        """The payer has done their part, and the money is not captured."""
        self._queue("payment.authorized", payment=self._attempt(provider_ref, "authorized"))

    async def fail(self, provider_ref: str) -> None:
        """An attempt is declined. The order stays open."""
        payment = self._attempt(provider_ref, "failed")
        payment |= {
            "error_code": "BAD_REQUEST_ERROR",
            "error_description": "Your payment was declined by the bank.",
            "error_source": "bank",
            "error_step": "payment_authorization",
            "error_reason": "payment_declined",
        }
        self._queue("payment.failed", payment=payment)

    async def cancel(self, provider_ref: str) -> None:
        """The payer leaves the checkout: Razorpay tells nobody."""
        if provider_ref not in self.orders:
            raise KeyError(provider_ref)

    def proof(self, provider_ref: str) -> dict[str, str]:
        """What the checkout hands to the browser of a payer who has paid."""
        payment = self._attempts(provider_ref, "authorized", "captured", "refunded")[-1]
        return {
            "razorpay_order_id": provider_ref,
            "razorpay_payment_id": payment["id"],
            "razorpay_signature": _hmac(self.key_secret, f"{provider_ref}|{payment['id']}".encode()),
        }

    # What Razorpay does.

    def create_order(self, body: Mapping[str, Any]) -> Entity:
        order = new_order(body, self.now())
        self.orders[order["id"]] = order
        return order

    def capture(self, payment: Entity) -> None:
        """The money is ours."""
        order = self.orders[payment["order_id"]]
        payment |= {"status": "captured", "captured": True, "fee": payment["amount"] // 50, "tax": 0}
        order |= {"status": "paid", "amount_paid": payment["amount"], "amount_due": 0}
        self._queue("payment.captured", payment=payment)
        self._queue("order.paid", payment=payment, order=order)

    def make_refund(self, payment: Entity, body: Mapping[str, Any], outcome: RefundOutcome) -> Entity:
        """A refund as the answer shows it; the webhooks that follow wait in the outbox."""
        refund = new_refund(payment["id"], payment["currency"], body, self.now())
        self.refunds[refund["id"]] = refund
        refund["status"] = "processed" if outcome is RefundOutcome.PROCESSED else "pending"
        self._returned(payment, refund["amount"])
        self._queue("refund.created", refund=refund, payment=payment)
        answered = dict(refund)
        failed = outcome is RefundOutcome.PENDING_FAILED
        refund["status"] = "failed" if failed else "processed"
        if failed:
            self._returned(payment, -refund["amount"])
        self._queue("refund.failed" if failed else "refund.processed", refund=refund, payment=payment)
        return answered

    def next_outcome(self) -> RefundOutcome | None:
        """What shall become of the next refund; None: it is refused."""
        outcome = self.refund_outcomes.popleft() if self.refund_outcomes else RefundOutcome.PROCESSED
        return None if outcome is RefundOutcome.REFUSED else outcome

    def auto_refund(self, payment: Entity) -> None:
        """Nobody captured an authorized payment in time: its payer gets it back."""
        refund = new_refund(payment["id"], payment["currency"], {"amount": payment["amount"]}, self.now())
        self.refunds[refund["id"]] = refund | {"status": "processed"}
        payment |= {"status": "refunded", "refund_status": "full", "amount_refunded": payment["amount"]}
        self._queue("refund.processed", refund=self.refunds[refund["id"]], payment=payment)

    def now(self) -> int:
        return int(clock.now().timestamp())

    # Webhooks.

    def signed(self, event: Mapping[str, Any], event_id: str) -> Webhook:
        """A webhook with this event, as Razorpay would send it."""
        body = json.dumps(event, separators=(",", ":")).encode()
        headers = {
            "content-type": "application/json",
            "user-agent": "Razorpay-Webhook/v1",
            "x-razorpay-event-id": event_id,
            "x-razorpay-signature": _hmac(self.webhook_secret, body),
        }
        return Webhook("POST", "", body, headers)

    def forged(self, webhook: Webhook) -> Webhook:
        """The same message, signed by somebody who does not know the secret."""
        return replace(
            webhook, headers=webhook.headers | {"x-razorpay-signature": _hmac("a guess of the secret", webhook.body)}
        )

    def replayed(self, webhook: Webhook) -> Webhook:
        """The same message once more, byte for byte."""
        return replace(webhook, headers=dict(webhook.headers))

    def _queue(self, kind: str, **entities: Entity) -> None:
        event = {
            "entity": "event",
            "account_id": "acc_DOUBLE00000001",
            "event": kind,
            "contains": list(entities),
            "payload": {name: {"entity": entity} for name, entity in entities.items()},
            "created_at": self.now(),
        }
        self.outbox.append(self.signed(event, uuid4().hex[:14]))

    def _attempt(self, order_id: str, status: str, amount: Money | None = None) -> Entity:
        order = self.orders[order_id]
        paid = amount or Money(order["amount"], order["currency"])
        payment = new_payment(order_id, paid, status, self.now())
        self.payments[payment["id"]] = payment
        order["attempts"] += 1
        order["status"] = order["status"] if order["status"] == "paid" else "attempted"
        return payment

    def _attempts(self, order_id: str, *statuses: str) -> list[Entity]:
        return [each for each in self.payments.values() if each["order_id"] == order_id and each["status"] in statuses]

    def _returned(self, payment: Entity, amount: int) -> None:
        payment["amount_refunded"] += amount
        is_full = payment["amount_refunded"] >= payment["amount"]
        payment["refund_status"] = "full" if is_full else "partial" if payment["amount_refunded"] else None
        payment["status"] = "refunded" if is_full else "captured"


def _hmac(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
