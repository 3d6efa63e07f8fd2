"""VNPay 2.1.0's signatures, over query strings and over the fields of its API: HMAC-SHA512, in hex.

Source: VNPay's pages "thanh-toan-pay/pay.html" (query strings: the IPN, the way back, and the way there) and
"truy-van-hoan-tien/querydr&refund.html" (the API) on sandbox.vnpayment.vn/apis/docs.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_plus, urlencode

from adapters.payments.base import BadSignature

HASH = "vnp_SecureHash"
UNSIGNED = frozenset({HASH, "vnp_SecureHashType"})
OURS = "vnp_"

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_HEX = re.compile(r"[0-9A-Fa-f]{128}")

# What is signed of a call and of its answer, in VNPay's order; what is missing counts as empty.
QUERY_CALL = (
    "vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef", "vnp_TransactionDate", "vnp_CreateDate",
    "vnp_IpAddr", "vnp_OrderInfo",
)  # fmt: skip
QUERY_ANSWER = (
    "vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef", "vnp_Amount",
    "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType", "vnp_TransactionStatus", "vnp_OrderInfo",
    "vnp_PromotionCode", "vnp_PromotionAmount",
)  # fmt: skip
REFUND_CALL = (
    "vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TransactionType", "vnp_TxnRef", "vnp_Amount",
    "vnp_TransactionNo", "vnp_TransactionDate", "vnp_CreateBy", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo",
)  # fmt: skip
REFUND_ANSWER = QUERY_ANSWER[:13]


def hash_of(text: str, secret: str) -> str:
    """The signature of a text."""
    return hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha512).hexdigest()


def signed_string(fields: Mapping[str, str]) -> str:
    """What is signed of a query: its pairs by name, form-encoded."""
    return urlencode(sorted(fields.items()))


def signed_query(fields: Mapping[str, str], secret: str) -> str:
    """A query string with its signature."""
    text = signed_string(fields)
    return f"{text}&{HASH}={hash_of(text, secret)}"


def checked_query(query: str, secret: str) -> Mapping[str, str]:
    """VNPay's fields in a query string; BadSignature unless it signed them.

    The pairs are taken as they came and only sorted: encoders disagree on `*` and `~`, so decoding and encoding again
    could break a good signature. Names of others are ignored; a name that comes twice could mean either and is refused.
    """
    pairs = _pairs(query)
    text = "&".join(f"{name}={pairs[name]}" for name in sorted(pairs) if name.startswith(OURS) and name not in UNSIGNED)
    if not _fits(text, pairs.get(HASH, ""), secret):
        raise BadSignature("The signature does not fit the query.")
    return {name: unquote_plus(value) for name, value in pairs.items() if name.startswith(OURS)}


def hash_of_fields(fields: Mapping[str, str], order: Sequence[str], secret: str) -> str:
    """The signature of a call of the API, or of its answer."""
    return hash_of("|".join(fields.get(name, "") for name in order), secret)


def check_fields(fields: Mapping[str, str], order: Sequence[str], secret: str) -> None:
    """BadSignature unless VNPay signed this answer of its API."""
    if not _fits("|".join(fields.get(name, "") for name in order), fields.get(HASH, ""), secret):
        raise BadSignature("The signature does not fit the answer.")


def _fits(text: str, given: str, secret: str) -> bool:
    return bool(_HEX.fullmatch(given)) and hmac.compare_digest(hash_of(text, secret), given.lower())


def _pairs(query: str) -> Mapping[str, str]:
    if not (query.isascii() and query.isprintable()):
        raise BadSignature("This is no query string.")
    pairs: dict[str, str] = {}
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if not (equals and _NAME.fullmatch(name)) or name in pairs:
            raise BadSignature("The query has a pair that is broken or comes twice.")
        pairs[name] = value
    return pairs
