"""Stripe's server: the part of its API that Marquee uses, and the webhooks it signs."""

import copy
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import clock
from tests.doubles.provider import Fault, Provider, Webhook
from tests.doubles.stripe_http import Door, Refused, invalid, only, page_of, required
from tests.doubles.stripe_objects import (
    DAY,
    THREE_DECIMALS,
    WHOLE_ONLY,
    error,
    event_object,
    intent_object,
    refund_object,
    session_object,
)

SECRET_KEY = "sk_test_51MarqueeDouble00000000000000"
PUBLISHABLE_KEY = "pk_test_51MarqueeDouble00000000000000"
WEBHOOK_SECRET = "whsec_of_the_double"
SOONEST_END, LATEST_END = 1_800, DAY


class RefundOutcome(StrEnum):
    """What becomes of a refund."""

    SUCCEED = "SUCCEED"
    PENDING = "PENDING"  # until `settle_refund` or `fail_refund`
    PENDING_THEN_SUCCEED = "PENDING_THEN_SUCCEED"
    PENDING_THEN_FAIL = "PENDING_THEN_FAIL"
    REFUSE = "REFUSE"


class StripeServer(Provider):
    """What Stripe keeps and answers. Refunds become what `refund_outcomes` says, one each; without a word they succeed."""

    def __init__(self, now: Callable[[], datetime] = clock.now) -> None:
        super().__init__()
        self.sessions: dict[str, dict] = {}
        self.intents: dict[str, dict] = {}
        self.refunds: dict[str, dict] = {}
        self.refund_outcomes: deque[RefundOutcome] = deque()
        self.door = Door(SECRET_KEY)
        self.intents_to_be: dict[str, dict] = {}  # of sessions that nobody has paid yet
        self.now = now

    def settings_env(self) -> dict[str, str]:
        """What a server of Marquee needs to use this Stripe."""
        return {
            "STRIPE_API_URL": self.url,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }

    def routes(self) -> Sequence[Route]:
        """The part of Stripe's API that Marquee uses."""

        async def call(request: Request) -> Response:
            return await self.door.answer(request, self._answer)

        return [Route("/v1/{path:path}", call, methods=["GET", "POST"])]

    def failure(self, fault: Fault) -> Response:
        """Stripe's own words for a trouble of its own, and for too many calls."""
        if fault is Fault.BUSY:
            return JSONResponse(error("invalid_request_error", "Request rate limit exceeded.", "rate_limit"), 429)
        return JSONResponse(error("api_error", "An unknown error occurred"), 500)

    def _answer(self, method: str, path: str, params: Mapping) -> dict:
        _, _, kind, *name = path.replace("checkout/", "").split("/")
        kept, create, filters = {
            "sessions": (self.sessions, self._create_session, ("payment_intent", "status")),
            "payment_intents": (self.intents, self._create_intent, ("customer",)),
            "refunds": (self.refunds, self._create_refund, ("payment_intent", "charge")),
        }.get(kind, ({}, None, ()))
        if method == "POST" and create is not None and not name:
            return create(params)
        if method == "GET" and create is not None and not name:
            return page_of(list(kept.values()), params, path, *filters)
        if method == "GET" and name and name[0] in kept:
            return self._expanded(kept[name[0]], params)
        raise invalid(f"No such {kind}: '{'/'.join(name)}'", "resource_missing", "id", status=404)

    def _expanded(self, found: dict, params: Mapping) -> dict:
        only(params, "expand")
        wanted = {name: self.intents[found[name]] for name in params.get("expand", []) if found[name] is not None}
        return {**found, **wanted}

    def _create_session(self, params: Mapping) -> dict:
        required(params, "mode", "line_items", "success_url")
        only(
            params, "mode", "line_items", "success_url", "cancel_url", "client_reference_id", "metadata",
            "payment_intent_data", "expires_at", "adaptive_pricing",
        )  # fmt: skip
        created = self.now()
        if (
            not SOONEST_END
            <= int(params.get("expires_at", created.timestamp() + DAY)) - created.timestamp()
            <= LATEST_END
        ):
            message = (
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
            )
            raise invalid(message, param="expires_at")
        session = session_object(params, created)
        self._check(session["amount_total"], session["currency"])
        data = params.get("payment_intent_data", {})
        self.intents_to_be[session["id"]] = {
            **data,
            "amount": session["amount_total"],
            "currency": session["currency"],
        }
        self.sessions[session["id"]] = session
        return copy.deepcopy(session)

    def _create_intent(self, params: Mapping) -> dict:
        required(params, "amount", "currency")
        only(params, "amount", "currency", "automatic_payment_methods", "description", "metadata")
        self._check(int(params["amount"]), params["currency"])
        intent = intent_object(params, self.now())
        self.intents[intent["id"]] = intent
        return copy.deepcopy(intent)

    def _check(self, amount: int, currency: str) -> None:
        code = currency.upper()
        if currency != currency.lower() or len(currency) != 3:
            raise invalid(f"Invalid currency: {currency}.", param="currency")
        if amount < 1 or (code in WHOLE_ONLY and amount % 100) or (code in THREE_DECIMALS and amount % 10):
            raise invalid(f"Invalid amount: {amount}", "parameter_invalid_integer", "amount")

    def _create_refund(self, params: Mapping) -> dict:
        required(params, "payment_intent")
        only(params, "payment_intent", "amount", "metadata", "reason")
        intent = self.intents.get(params["payment_intent"])
        if intent is None:
            raise invalid("No such payment_intent", "resource_missing", "payment_intent", status=404)
        amount = self._refundable(intent, params)
        outcome = self.refund_outcomes.popleft() if self.refund_outcomes else RefundOutcome.SUCCEED
        if outcome is RefundOutcome.REFUSE:
            raise _executed("Insufficient funds in Stripe account.", "balance_insufficient")
        refund = refund_object(intent, amount, params.get("metadata", {}), self.now())
        refund["status"] = "succeeded" if outcome is RefundOutcome.SUCCEED else "pending"
        self.refunds[refund["id"]] = refund
        answered = copy.deepcopy(refund)
        self.tell("refund.created", refund)
        if outcome is RefundOutcome.PENDING_THEN_SUCCEED:
            self.settle_refund(refund["id"])
        if outcome is RefundOutcome.PENDING_THEN_FAIL:
            self.fail_refund(refund["id"])
        return answered

    def _refundable(self, intent: Mapping, params: Mapping) -> int:
        if intent["status"] != "succeeded":
            raise _executed(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        gone = [
            one["amount"] for one in self.refunds.values() if one["payment_intent"] == intent["id"] and _counts(one)
        ]
        left = intent["amount_received"] - sum(gone)
        if not left:
            raise _executed(f"Charge {intent['latest_charge']} has already been refunded.", "charge_already_refunded")
        amount = int(params.get("amount", left))
        if not 0 < amount <= left:
            raise _executed(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})")
        return amount

    def settle_refund(self, refund_ref: str) -> None:
        """The money of a refund has gone back."""
        self.refunds[refund_ref]["status"] = "succeeded"
        self.tell("refund.updated", self.refunds[refund_ref])

    def fail_refund(self, refund_ref: str) -> None:
        """The money of a refund could not go back, and is the merchant's again."""
        self.refunds[refund_ref].update(status="failed", failure_reason="lost_or_stolen_card")
        self.tell("refund.updated", self.refunds[refund_ref])
        self.tell("refund.failed", self.refunds[refund_ref])

    def signed(self, event: Mapping, at: datetime | None = None, secret: str = WEBHOOK_SECRET) -> Webhook:
        """An event as Stripe would send it at that time."""
        return self.signed_body(json.dumps(event, indent=2, ensure_ascii=False).encode(), at, secret)

    def signed_body(self, body: bytes, at: datetime | None = None, secret: str = WEBHOOK_SECRET) -> Webhook:
        """Any bytes, signed: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""
        moment = int((at or self.now()).timestamp())
        digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json; charset=utf-8", "stripe-signature": f"t={moment},v1={digest}"}
        return Webhook("POST", "", body, headers)

    def tell(self, kind: str, subject: Mapping) -> None:
        """Send an event about an object as it is now."""
        self.outbox.append(self.signed(event_object(kind, copy.deepcopy(subject), self.now())))


def _counts(refund: Mapping) -> bool:
    return refund["status"] in ("succeeded", "pending")


def _executed(message: str, code: str | None = None) -> Refused:
    return Refused(400, error("invalid_request_error", message, code), executed=True)
