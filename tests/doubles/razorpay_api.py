"""The doors of the double of Razorpay: https://razorpay.com/docs/api."""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.doubles.razorpay_entities import refusal

if TYPE_CHECKING:
    from tests.doubles.razorpay import RazorpayDouble

NOT_THERE = "The id provided does not exist"
LEAST = 100  # ₹1.00
MOST_AT_ONCE = 100


def api_routes(double: "RazorpayDouble") -> list[Route]:
    """Every door, each closed to those who do not know the key but the payer's."""
    doors = _Doors(double)
    guarded: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("POST", "/v1/orders", doors.create_order),
        ("GET", "/v1/orders", doors.list_orders),
        ("GET", "/v1/orders/{id}", doors.order),
        ("GET", "/v1/orders/{id}/payments", doors.payments_of_order),
        ("GET", "/v1/payments", doors.list_payments),
        ("GET", "/v1/payments/{id}", doors.payment),
        ("POST", "/v1/payments/{id}/capture", doors.capture),
        ("POST", "/v1/payments/{id}/refund", doors.refund),
        ("GET", "/v1/payments/{id}/refunds", doors.refunds_of_payment),
    ]
    routes = [Route(path, doors.guarded(door), methods=[method]) for method, path, door in guarded]
    return [*routes, Route("/v1/checkout/embedded", doors.checkout, methods=["POST"])]


class _Doors:
    def __init__(self, double: "RazorpayDouble") -> None:
        self._double = double

    def guarded(self, door: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        credentials = f"{self._double.key_id}:{self._double.key_secret}"
        expected = f"Basic {b64encode(credentials.encode()).decode()}"

        async def enter(request: Request) -> Response:
            if request.headers.get("authorization") != expected:
                return refusal("Authentication failed", status=401)
            return await door(request)

        return enter

    async def create_order(self, request: Request) -> Response:
        body = json.loads(await request.body())
        if type(body.get("amount")) is not int or body["amount"] < LEAST:
            return refusal("The amount must be at least INR 1.00")
        if len(body.get("receipt") or "") > 40:
            return refusal("The receipt may not be greater than 40 characters.")
        return JSONResponse(self._double.create_order(body))

    async def list_orders(self, request: Request) -> Response:
        receipt = request.query_params.get("receipt")
        return _page(request, [each for each in self._double.orders.values() if receipt in (None, each["receipt"])])

    async def order(self, request: Request) -> Response:
        order = self._double.orders.get(request.path_params["id"])
        return JSONResponse(order) if order else refusal(NOT_THERE)

    async def payments_of_order(self, request: Request) -> Response:
        order_id = request.path_params["id"]
        if order_id not in self._double.orders:
            return refusal(NOT_THERE)
        return _collection([each for each in self._double.payments.values() if each["order_id"] == order_id][::-1])

    async def list_payments(self, request: Request) -> Response:
        first, last = int(request.query_params["from"]), int(request.query_params["to"])
        return _page(request, [each for each in self._double.payments.values() if first <= each["created_at"] <= last])

    async def payment(self, request: Request) -> Response:
        payment = self._double.payments.get(request.path_params["id"])
        return JSONResponse(payment) if payment else refusal(NOT_THERE)

    async def capture(self, request: Request) -> Response:
        payment = self._double.payments.get(request.path_params["id"])
        body = json.loads(await request.body())
        if payment is None:
            return refusal(NOT_THERE)
        if payment["status"] != "authorized":
            return refusal("This payment has already been captured")
        if (body["amount"], body["currency"]) != (payment["amount"], payment["currency"]):
            return refusal("Capture amount must be equal to the amount authorized")
        self._double.capture(payment)
        return JSONResponse(payment)

    async def refund(self, request: Request) -> Response:
        double, raw = self._double, await request.body()
        body, payment = json.loads(raw), double.payments.get(request.path_params["id"])
        key = request.headers.get("x-refund-idempotency", "")
        if key and len(key) < 10:
            return refusal("The idempotency key must be at least 10 characters.")
        if double.honours_keys and key in double.refund_keys:
            first, refund_id = double.refund_keys[key]
            if first != raw:
                return refusal("Different request with the same idempotency key has already been processed.")
            return JSONResponse(double.refunds[refund_id])
        if payment is None or not payment["captured"]:
            return refusal(
                NOT_THERE if payment is None else "The payment status should be captured for action to be taken"
            )
        outcome = double.next_outcome()
        if outcome is None:
            return refusal(double.refusal)
        if payment["amount_refunded"] == payment["amount"]:
            return refusal("The payment has been fully refunded already")
        if payment["amount_refunded"] + body["amount"] > payment["amount"]:
            return refusal("The total refund amount is greater than the refund payment amount")
        refund = double.make_refund(payment, body, outcome)
        double.refund_keys[key] = (raw, refund["id"])
        return JSONResponse(refund)

    async def refunds_of_payment(self, request: Request) -> Response:
        payment_id = request.path_params["id"]
        if payment_id not in self._double.payments:
            return refusal(NOT_THERE)
        return _page(request, [each for each in self._double.refunds.values() if each["payment_id"] == payment_id])

    async def checkout(self, request: Request) -> Response:
        """Hosted checkout: the payer pays at once, and takes the proof back to the shop."""
        fields = dict(parse_qsl((await request.body()).decode()))
        order = self._double.orders.get(fields.get("order_id", ""))
        if fields.get("key_id") != self._double.key_id or order is None or fields.get("amount") != str(order["amount"]):
            return refusal("The id provided does not exist or the amount is different")
        await self._double.pay(order["id"])
        inputs = [
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in self._double.proof(order["id"]).items()
        ]
        target = escape(fields["callback_url"])
        return HTMLResponse(
            f'<!doctype html><title>Razorpay</title><form method="post" action="{target}">{"".join(inputs)}<button>Done</button></form>'
        )


def _page(request: Request, oldest_first: Sequence[dict[str, Any]]) -> Response:
    """The newest first, 10 of them unless more are asked for."""
    count, skip = int(request.query_params.get("count", 10)), int(request.query_params.get("skip", 0))
    if not 1 <= count <= MOST_AT_ONCE:
        return refusal("The count may not be greater than 100.")
    return _collection(list(oldest_first)[::-1][skip : skip + count])


def _collection(items: Sequence[dict[str, Any]]) -> Response:
    return JSONResponse({"entity": "collection", "count": len(items), "items": list(items)})
