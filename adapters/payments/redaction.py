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
        "account_holder_name", "account_number", "acquirer_data", "address", "authorization_code", "bank",
        "bank_account", "bank_code", "bank_name", "bank_transfer", "bic", "billing_address", "billing_details",
        "branch_code", "bsb_number", "business_name", "buyer_id", "card", "card_id", "cardholder_name", "cashtag",
        "client_secret", "collected_information", "contact", "custom_fields", "customer", "customer_details",
        "customer_email", "customer_id", "destination_details", "dob", "email", "fingerprint", "iban",
        "individual_name", "institution_number", "instructions_email", "ip", "issuer", "last4", "name", "network",
        "next_action", "number", "payer_account_type", "payer_email", "payer_id", "payer_name",
        "payment_method_details", "payment_method_options", "phone", "receipt_email", "receipt_number", "receipt_url",
        "routing_number", "rrn", "shipping", "shipping_address", "shipping_details", "sort_code", "source", "tax_id",
        "tax_ids", "token", "token_id", "transit_number", "upi", "verified_address", "verified_email",
        "verified_name", "verified_phone", "vnp_BankTranNo", "vnp_CardHolder", "vnp_CardNumber", "vnp_CardType",
        "vnp_SecureHash", "vpa", "wallet",
    }
)  # fmt: skip


def redacted_json(text: bytes) -> str:
    """A JSON body without private values; ValueError if it is none."""
    kept = json.dumps(_without(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
    return kept.encode("utf-8", "replace").decode()  # half a character, which JSON may hold, can be written nowhere


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
