"""What is kept of a provider's message: everything but card data, secrets and how to reach the payer."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl, urlencode

REMOVED = "[removed]"
Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"

# Names under which Stripe, Razorpay, VNPay and the sandbox send what is none of our business.
PRIVATE = frozenset(
    {
        "acquirer_data", "address", "bank", "bank_account", "bank_transfer", "billing_address", "billing_details",
        "card", "card_id", "client_secret", "contact", "customer", "customer_details", "customer_email", "customer_id",
        "email", "fingerprint", "iban", "ip", "issuer", "last4", "name", "network", "number", "payer_account_type",
        "payment_method_details", "payment_method_options", "phone", "receipt_email", "receipt_number", "receipt_url",
        "rrn", "shipping", "shipping_address", "token", "token_id", "upi", "vnp_BankTranNo", "vnp_CardHolder",
        "vnp_CardNumber", "vnp_CardType",
        "vnp_SecureHash", "vpa", "wallet",
    }
)  # fmt: skip


def redacted_json(text: bytes) -> str:
    """A JSON body without private values; ValueError if it is none, or has halves of characters."""
    kept = json.dumps(_without(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
    kept.encode()
    return kept


def redacted_query(query: str) -> str:
    """A query string without private values."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, REMOVED if name in PRIVATE else value) for name, value in pairs])


def _without(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: REMOVED if name in PRIVATE and part else _without(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without(part) for part in value]
    return value
