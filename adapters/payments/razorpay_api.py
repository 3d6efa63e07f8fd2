"""The official SDK, with types: the only file that knows it. Every call is made once, in a worker thread."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import razorpay
import razorpay.errors as sdk

from adapters.payments.base import BadSignature, GatewayError, GatewayRefusal
from adapters.payments.razorpay_entities import Json, RazorpayOrder, RazorpayPayment, RazorpayRefund
from adapters.payments.razorpay_wire import session
from settings import Settings

PAGE = 100  # the most that Razorpay lists at once
_Entity = TypeVar("_Entity")
_Read = Callable[[object], _Entity]


class RazorpayApi:
    """What we ask of Razorpay. GatewayRefusal when it says no, GatewayError when it does not answer properly."""

    def __init__(self, settings: Settings) -> None:
        self._has_secret = bool(settings.razorpay_key_secret)
        self._client = razorpay.Client(
            session=session(settings.gateway_seconds),
            auth=(settings.razorpay_key_id, settings.razorpay_key_secret),
            base_url=settings.razorpay_api_url.rstrip("/"),
        )

    async def create_order(self, body: Json) -> RazorpayOrder:
        """POST /v1/orders."""
        return await self._one(RazorpayOrder.read, self._client.order.create, body)

    async def order(self, order_id: str) -> RazorpayOrder:
        """GET /v1/orders/:id."""
        return await self._one(RazorpayOrder.read, self._client.order.fetch, order_id, {})

    async def orders_with(self, receipt: str) -> list[RazorpayOrder]:
        """GET /v1/orders?receipt=…"""
        return await self._all(RazorpayOrder.read, self._client.order.all, {"receipt": receipt})

    async def payments_of(self, order_id: str) -> list[RazorpayPayment]:
        """GET /v1/orders/:id/payments, which has no pages."""
        answer = await self._ask(self._client.order.payments, order_id, {})
        return _items(answer, RazorpayPayment.read)

    async def payments_between(self, since: datetime, until: datetime) -> list[RazorpayPayment]:
        """GET /v1/payments: those begun between the two, to the second."""
        span = {"from": int(since.timestamp()), "to": int(until.timestamp())}
        return await self._all(RazorpayPayment.read, self._client.payment.all, span)

    async def payment(self, payment_id: str) -> RazorpayPayment:
        """GET /v1/payments/:id."""
        return await self._one(RazorpayPayment.read, self._client.payment.fetch, payment_id, {})

    async def capture(self, payment: RazorpayPayment) -> RazorpayPayment:
        """POST /v1/payments/:id/capture, all of it."""
        body = {"currency": payment.amount.currency}
        return await self._one(
            RazorpayPayment.read, self._client.payment.capture, payment.id, payment.amount.minor, body
        )

    async def refunds_of(self, payment_id: str) -> list[RazorpayRefund]:
        """GET /v1/payments/:id/refunds."""
        return await self._all(RazorpayRefund.read, self._client.payment.fetch_multiple_refund, {}, payment_id)

    async def refund(self, payment_id: str, body: Json, key: str) -> RazorpayRefund:
        """POST /v1/payments/:id/refund: with the same key and body there is one refund, however often it is asked for.

        https://razorpay.com/docs/api/refunds/normal-refunds-idempotent
        """
        headers = {"X-Refund-Idempotency": key}
        return await self._one(
            RazorpayRefund.read, lambda: self._client.payment.refund(payment_id, body, headers=headers)
        )

    def check_webhook(self, body: bytes, signature: str, secrets: Sequence[str]) -> None:
        """BadSignature unless one of the secrets signed this body."""
        if not any(self._signed(body, signature, secret) for secret in secrets if secret):
            raise BadSignature("The signature does not fit the body.")

    def check_proof(self, order_id: str, payment_id: str, signature: str) -> None:
        """BadSignature unless Razorpay signed that this payment paid this order."""
        named = {
            "razorpay_order_id": order_id,
            "razorpay_payment_id": payment_id,
            "razorpay_signature": signature,
        }
        try:
            if self._has_secret and self._client.utility.verify_payment_signature(named):
                return
        except (sdk.SignatureVerificationError, TypeError, ValueError) as problem:
            raise BadSignature("The signature does not fit the payment.") from problem
        raise BadSignature("There is no secret to check it with.")

    def _signed(self, body: bytes, signature: str, secret: str) -> bool:
        # The SDK wants text, and stumbles over signatures that are none: TypeError and ValueError are its answers to those.
        try:
            return bool(self._client.utility.verify_webhook_signature(body.decode(), signature, secret))
        except (sdk.SignatureVerificationError, TypeError, ValueError):
            return False

    async def _all(self, read: _Read[_Entity], call: Callable[..., object], query: Json, *names: str) -> list[_Entity]:
        """Every page of a list."""
        found: list[_Entity] = []
        while True:
            answer = await self._ask(call, *names, {**query, "count": PAGE, "skip": len(found)})
            page = _items(answer, read)
            found += page
            if len(page) < PAGE:
                return found

    async def _one(self, read: _Read[_Entity], call: Callable[..., object], *arguments: object) -> _Entity:
        return _sense(read, await self._ask(call, *arguments))

    async def _ask(self, call: Callable[..., object], *arguments: object) -> object:
        try:
            return await asyncio.to_thread(call, *arguments)
        except sdk.BadRequestError as problem:
            raise GatewayRefusal(str(problem) or "Razorpay gave no reason.") from problem
        except (sdk.GatewayError, sdk.ServerError) as problem:
            raise GatewayError(str(problem) or "Razorpay failed.") from problem


def _items(answer: object, read: _Read[_Entity]) -> list[_Entity]:
    items = answer.get("items") if isinstance(answer, Mapping) else None
    if not isinstance(items, list):
        raise GatewayError("Razorpay's list is none.")
    return [_sense(read, item) for item in items]


def _sense(read: _Read[_Entity], entity: object) -> _Entity:
    try:
        return read(entity)
    except ValueError as problem:
        raise GatewayError(f"Razorpay's answer makes no sense: {problem}") from problem
