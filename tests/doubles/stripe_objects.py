"""What Stripe's API answers: its objects with the fields that its reference shows, private ones included."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from domain.money import Money

VERSION = "2026-10-28.endive"
DAY = 86_400
BILLING = {
    "address": {
        "city": "Chennai", "country": "IN", "line1": "12 Anna Salai", "line2": "Flat 7", "postal_code": "600002",
        "state": "TN",
    },
    "email": "meera.iyer@example.com",
    "name": "Meera Iyer",
    "phone": "+919840012345",
    "tax_id": "ABCDE1234F",
}  # fmt: skip
CARD = {
    "brand": "visa", "checks": {"cvc_check": "pass"}, "country": "IN", "exp_month": 12, "exp_year": 2031,
    "fingerprint": "mToisGZ01V71BCos", "funding": "credit", "last4": "4242", "network": "visa",
    "network_transaction_id": "976539143170718",
}  # fmt: skip

# Written out once more, not taken from the product: a mistake there must not be repeated here.
ZERO_DECIMALS = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
THREE_DECIMALS = {"BHD", "JOD", "KWD", "OMR", "TND"}
WHOLE_ONLY = {"ISK", "UGX"}


def decimals(currency: str) -> int:
    """How many decimals Stripe writes."""
    code = currency.upper()
    return 0 if code in ZERO_DECIMALS else 3 if code in THREE_DECIMALS else 2


def in_stripe_units(money: Money) -> int:
    """An amount, by way of the text that people read."""
    whole, _, part = money.amount.partition(".")
    return int(whole + part.ljust(decimals(money.currency), "0")[: decimals(money.currency)])


def new_id(prefix: str) -> str:
    """A name of Stripe's."""
    return f"{prefix}_{uuid4().hex[:24]}"


def session_object(params: Mapping, created: datetime) -> dict:
    """An open Checkout Session."""
    item = params["line_items"][0]["price_data"]
    total = int(item["unit_amount"]) * int(params["line_items"][0]["quantity"])
    name = new_id("cs_test")
    return {
        "id": name, "object": "checkout.session", "after_expiration": None, "allow_promotion_codes": None,
        "amount_subtotal": total, "amount_total": total, "automatic_tax": {"enabled": False, "status": None},
        "cancel_url": params.get("cancel_url"), "client_reference_id": params.get("client_reference_id"),
        "collected_information": None, "created": int(created.timestamp()), "currency": item["currency"],
        "custom_fields": [], "customer": None, "customer_details": None, "customer_email": None,
        "expires_at": int(params.get("expires_at") or created.timestamp() + DAY), "livemode": False, "locale": None,
        "metadata": dict(params.get("metadata", {})), "mode": params["mode"], "payment_intent": None,
        "payment_method_types": ["card"], "payment_status": "unpaid", "status": "open",
        "success_url": params["success_url"], "ui_mode": "hosted",
        "url": f"https://checkout.stripe.com/c/pay/{name}#fidkdWxOYHwnPyd1blpxYHZxWjA0",
    }  # fmt: skip


def intent_object(params: Mapping, created: datetime) -> dict:
    """A PaymentIntent that waits for the payer."""
    name = new_id("pi")
    return {
        "id": name, "object": "payment_intent", "amount": int(params["amount"]), "amount_capturable": 0,
        "amount_received": 0, "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None, "cancellation_reason": None, "capture_method": "automatic_async",
        "client_secret": f"{name}_secret_{uuid4().hex[:25]}", "created": int(created.timestamp()),
        "currency": params["currency"], "customer": None, "description": params.get("description"),
        "last_payment_error": None, "latest_charge": None, "livemode": False,
        "metadata": dict(params.get("metadata", {})), "next_action": None, "payment_method": None,
        "payment_method_types": ["card", "link"], "receipt_email": None, "shipping": None,
        "statement_descriptor": None, "status": "requires_payment_method",
    }  # fmt: skip


def charge_object(intent: Mapping) -> dict:
    """The charge of a paid PaymentIntent: where Stripe tells most about the payer."""
    return {
        "id": intent["latest_charge"], "object": "charge", "amount": intent["amount"],
        "amount_captured": intent["amount_received"], "amount_refunded": 0, "authorization_code": "204577",
        "billing_details": BILLING, "calculated_statement_descriptor": "MARQUEE", "captured": True,
        "currency": intent["currency"], "metadata": intent["metadata"], "outcome": {"network_status": "approved"},
        "paid": True, "payment_intent": intent["id"], "payment_method": "pm_1MqLiJLkdIwHu7ixUEgbFdYF",
        "payment_method_details": {"card": CARD, "type": "card"}, "receipt_email": BILLING["email"],
        "receipt_number": "1230-9873", "receipt_url": "https://pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8",
        "refunded": False, "shipping": {"address": BILLING["address"], "name": BILLING["name"]}, "source": CARD,
        "status": "succeeded",
    }  # fmt: skip


def decline_error() -> dict:
    """Why a PaymentIntent was not paid: with the card that was tried."""
    return {
        "code": "card_declined", "decline_code": "insufficient_funds", "message": "Your card has insufficient funds.",
        "payment_method": {
            "id": new_id("pm"), "object": "payment_method", "billing_details": BILLING, "card": CARD, "type": "card",
        },
        "type": "card_error",
    }  # fmt: skip


def refund_object(intent: Mapping, amount: int, metadata: Mapping, created: datetime) -> dict:
    """A refund that has succeeded."""
    return {
        "id": new_id("re"), "object": "refund", "amount": amount, "balance_transaction": new_id("txn"),
        "charge": intent["latest_charge"], "created": int(created.timestamp()), "currency": intent["currency"],
        "destination_details": {"card": {"reference": "123456789012", "type": "refund"}, "type": "card"},
        "metadata": dict(metadata), "payment_intent": intent["id"], "reason": None, "receipt_number": "1230-9874",
        "status": "succeeded",
    }  # fmt: skip


def event_object(kind: str, subject: Mapping, created: datetime) -> dict:
    """An event: what happened, and the object as it was then."""
    return {
        "id": new_id("evt"), "object": "event", "api_version": VERSION, "created": int(created.timestamp()),
        "data": {"object": subject}, "livemode": False, "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None}, "type": kind,
    }  # fmt: skip


def error(kind: str, message: str, code: str | None = None, param: str | None = None) -> dict:
    """How Stripe says no."""
    told = {"type": kind, "message": message, "code": code, "param": param}
    return {"error": {name: value for name, value in told.items() if value is not None}}
