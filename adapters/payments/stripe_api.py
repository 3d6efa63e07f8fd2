"""Stripe's API, asked by its official SDK in threads beside the event loop, and its signatures."""

import asyncio
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import stripe
from stripe.params.checkout import SessionCreateParams

from adapters.payments.base import BadSignature, GatewayError, GatewayRefusal, Order, RefundOrder
from adapters.payments.stripe_news import PAYMENT_ID, REFUND_ID, Fields
from settings import Settings

API_VERSION = "2026-10-28.endive"  # what the pinned SDK is written for
THREADS = 8  # of our own: a Stripe that hangs must not hold up whoever else works beside the event loop
PAGE = 100  # the most that Stripe lists at once
MOMENT_DIGITS = 12
LONGEST_REASON = 200

# The answers after which the same call may do better: somebody mends the key or what it may do (401, 403), the same
# call is still under way (409), Stripe is busy (429). Every other 4xx is Stripe's last word.
MAY_GET_BETTER = frozenset({401, 403, 408, 409, 429})

# The SDK would otherwise keep a file in the home directory, and fail where there is none.
stripe.enable_telemetry = False


Result = TypeVar("Result")
Listed = TypeVar("Listed", bound=stripe.StripeObject)


class StripeApi:
    """The calls we make, each at most `gateway_seconds` long; GatewayError or GatewayRefusal where one fails.

    A repeated call with the same order has the same effect as one: its idempotency key is made from the order's id, and
    its values from the order alone, as Stripe takes the same key with the same values only.
    """

    def __init__(self, settings: Settings) -> None:
        self._secret_key = settings.stripe_secret_key
        self._address = settings.address
        self._seconds = settings.gateway_seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stripe")
        self._client = stripe.StripeClient(
            settings.stripe_secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": settings.stripe_api_url.rstrip("/")},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=settings.gateway_seconds),
        ).v1

    async def create_session(self, order: Order, amount: int, ends_at: datetime) -> Fields:
        """A Checkout Session: a page of Stripe where `amount` of Stripe's units is paid until `ends_at`."""
        return await self._fields(
            lambda: self._client.checkout.sessions.create(
                _page(order, amount, ends_at, self._address), {"idempotency_key": f"marquee-payment-{order.payment_id}"}
            )
        )

    async def create_intent(self, order: Order, amount: int) -> Fields:
        """A PaymentIntent over `amount` of Stripe's units, for a form in the client's own page."""
        return await self._fields(
            lambda: self._client.payment_intents.create(
                {
                    "amount": amount,
                    "currency": order.amount.currency.lower(),
                    "automatic_payment_methods": {"enabled": True},
                    "description": order.reference,
                    "metadata": {PAYMENT_ID: str(order.payment_id)},
                },
                {"idempotency_key": f"marquee-payment-{order.payment_id}"},
            )
        )

    async def create_refund(self, order: RefundOrder, amount: int) -> Fields:
        """A refund of `amount` of Stripe's units."""
        return await self._fields(
            lambda: self._client.refunds.create(
                {
                    "payment_intent": order.capture_ref,
                    "amount": amount,
                    "metadata": {REFUND_ID: str(order.id), PAYMENT_ID: str(order.payment.id)},
                },
                {"idempotency_key": f"marquee-refund-{order.id}"},
            )
        )

    async def session(self, ref: str) -> Fields:
        """A Checkout Session with its PaymentIntent, if it has one yet."""
        return await self._fields(lambda: self._client.checkout.sessions.retrieve(ref, {"expand": ["payment_intent"]}))

    async def intent(self, ref: str) -> Fields:
        """A PaymentIntent."""
        return await self._fields(lambda: self._client.payment_intents.retrieve(ref))

    async def sessions(self, since: datetime, until: datetime) -> Sequence[Fields]:
        """The Checkout Sessions created in between, the latest first."""
        start, end = _seconds(since, until)
        return await self._all(
            lambda: self._client.checkout.sessions.list({"created": {"gte": start, "lt": end}, "limit": PAGE})
        )

    async def intents(self, since: datetime, until: datetime) -> Sequence[Fields]:
        """The PaymentIntents created in between, the latest first."""
        start, end = _seconds(since, until)
        return await self._all(
            lambda: self._client.payment_intents.list({"created": {"gte": start, "lt": end}, "limit": PAGE})
        )

    async def refunds(self, intent_ref: str) -> Sequence[Fields]:
        """The refunds of a PaymentIntent, the latest first."""
        return await self._all(lambda: self._client.refunds.list({"payment_intent": intent_ref, "limit": PAGE}))

    async def _fields(self, call: Callable[[], stripe.StripeObject]) -> Fields:
        return (await self._asked(call)).to_dict()

    async def _all(self, call: Callable[[], stripe.ListObject[Listed]]) -> Sequence[Fields]:
        found: list[Fields] = []
        page = await self._asked(call)
        while True:
            found += [part.to_dict() for part in page.data]
            if not page.has_more:
                return found
            page = await self._asked(page.next_page)

    async def _asked(self, call: Callable[[], Result]) -> Result:
        asked = asyncio.get_running_loop().run_in_executor(self._threads, call)
        try:
            return await asyncio.wait_for(asked, self._seconds)
        except TimeoutError:
            raise GatewayError("Stripe did not answer in time.") from None
        except stripe.StripeError as problem:
            raise self._problem(problem) from None  # it carries bodies and headers that no log should have
        except (AttributeError, LookupError, TypeError, ValueError) as problem:
            raise GatewayError("Stripe's answer made no sense.") from problem

    def _problem(self, problem: stripe.StripeError) -> GatewayError:
        status = problem.http_status
        if status is None:
            return GatewayError("Stripe could not be reached.")
        if problem.error is None:  # not Stripe's words, but a proxy's, say: they may hold anything
            return GatewayError(f"Stripe answered {status}, without a reason.")
        reason = str(problem.user_message or problem.code)[:LONGEST_REASON]
        if self._secret_key:
            reason = reason.replace(self._secret_key, "sk_…")
        last_word = 400 <= status < 500 and status not in MAY_GET_BETTER
        if last_word and not isinstance(problem, stripe.RateLimitError):  # it has been a 400, too
            return GatewayRefusal(reason)
        return GatewayError(f"Stripe answered {status}: {reason}")


def _page(order: Order, amount: int, ends_at: datetime, address: str) -> SessionCreateParams:
    home = f"{address}/payments/stripe/return/{order.payment_id}"
    metadata = {PAYMENT_ID: str(order.payment_id)}
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.amount.currency.lower(),
                    "unit_amount": amount,
                    "product_data": {"name": order.reference},
                },
            }
        ],
        "adaptive_pricing": {"enabled": False},  # paid in the currency of the ticket, and so refunded
        "client_reference_id": str(order.payment_id),
        "metadata": {**metadata},
        "payment_intent_data": {"metadata": metadata, "description": order.reference},
        "success_url": home,
        "cancel_url": home,
        "expires_at": int(ends_at.timestamp()),
    }


def _seconds(since: datetime, until: datetime) -> tuple[int, int]:
    return math.floor(since.timestamp()), math.ceil(until.timestamp())


def signed_at(body: bytes, header: str, secrets: Sequence[str]) -> int:
    """When Stripe signed this body with one of these secrets, in seconds since 1970; BadSignature if it did not."""
    if not any(_is_signed(body, header, secret) for secret in secrets):
        raise BadSignature("The signature does not fit the body.")
    moment = next((part.removeprefix("t=") for part in header.split(",") if part.startswith("t=")), "")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= MOMENT_DIGITS):
        raise BadSignature("The signature names no moment.")
    return int(moment)


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret))
    except (stripe.SignatureVerificationError, TypeError, ValueError):  # the last two for what is not even text
        return False
