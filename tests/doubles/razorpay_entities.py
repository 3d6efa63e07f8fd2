"""Razorpay's entities with every field that its documentation shows, made-up payers included."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse

from domain.money import Money

# What of a payer must never be kept.
PRIVATE_VALUES = (
    "gaurav.kumar@example.com",
    "+919000090000",
    "gaurav.kumar@exampleupi",
    "Gaurav Kumar",
    "8430",
    "MasterCard",
    "HDFC",
    "card_DOUBLE00000001",
    "token_DOUBLE0000001",
    "cust_DOUBLE00000001",
    "028379",
    "330811111111",
    "payzapp",
)


def new_order(body: Mapping[str, Any], now: int) -> dict[str, Any]:
    """An order."""
    return {
        "id": f"order_{uuid4().hex[:14]}",
        "entity": "order",
        "amount": body["amount"],
        "amount_paid": 0,
        "amount_due": body["amount"],
        "currency": body["currency"],
        "receipt": body.get("receipt"),
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": body.get("notes") or [],
        "created_at": now,
    }


def new_payment(order_id: str, amount: Money, status: str, now: int) -> dict[str, Any]:
    """A payment of an order. It does not carry the notes of its order."""
    return {
        "id": f"pay_{uuid4().hex[:14]}",
        "entity": "payment",
        "amount": amount.minor,
        "currency": amount.currency,
        "status": status,
        "order_id": order_id,
        "invoice_id": None,
        "international": False,
        "method": "card",
        "amount_refunded": 0,
        "refund_status": None,
        "captured": False,
        "description": "Two seats",
        "card_id": "card_DOUBLE00000001",
        "card": {
            "id": "card_DOUBLE00000001",
            "entity": "card",
            "name": "Gaurav Kumar",
            "last4": "8430",
            "network": "MasterCard",
            "type": "credit",
            "issuer": "HDFC",
            "emi": False,
            "international": False,
        },
        "bank": "HDFC",
        "wallet": "payzapp",
        "vpa": "gaurav.kumar@exampleupi",
        "upi": {"payer_account_type": "bank_account", "vpa": "gaurav.kumar@exampleupi"},
        "email": "gaurav.kumar@example.com",
        "contact": "+919000090000",
        "customer_id": "cust_DOUBLE00000001",
        "token_id": "token_DOUBLE0000001",
        "notes": [],
        "fee": None,
        "tax": None,
        "error_code": None,
        "error_description": None,
        "error_source": None,
        "error_step": None,
        "error_reason": None,
        "acquirer_data": {"auth_code": "028379", "rrn": "330811111111"},
        "created_at": now,
    }


def new_refund(payment_id: str, currency: str, body: Mapping[str, Any], now: int) -> dict[str, Any]:
    """A refund."""
    return {
        "id": f"rfnd_{uuid4().hex[:14]}",
        "entity": "refund",
        "amount": body["amount"],
        "currency": currency,
        "payment_id": payment_id,
        "notes": body.get("notes") or [],
        "receipt": body.get("receipt"),
        "acquirer_data": {"arn": None},
        "created_at": now,
        "batch_id": None,
        "status": "pending",
        "speed_processed": "normal",
        "speed_requested": body.get("speed", "normal"),
    }


def refusal(description: str, status: int = 400) -> JSONResponse:
    """How Razorpay says no."""
    error = {"source": "business", "step": "payment_initiation", "reason": "input_validation_failed", "metadata": {}}
    return JSONResponse({"error": {"code": "BAD_REQUEST_ERROR", "description": description, **error}}, status)
