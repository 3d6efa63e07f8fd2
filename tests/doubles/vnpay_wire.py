"""What VNPay's double signs, and how: written from the documents, so that it can disagree with our own code."""

import hashlib
import hmac
from collections.abc import Mapping

TMN_CODE = "DOUBLE01"
SECRET = "0123456789ABCDEF0123456789ABCDEF"
TERMS = (
    "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_Amount", "vnp_CreateDate", "vnp_CurrCode", "vnp_IpAddr",
    "vnp_Locale", "vnp_OrderInfo", "vnp_OrderType", "vnp_ReturnUrl", "vnp_ExpireDate", "vnp_TxnRef",
)  # fmt: skip
CALLS = {
    "querydr": "RequestId Version Command TmnCode TxnRef TransactionDate CreateDate IpAddr OrderInfo",
    "refund": "RequestId Version Command TmnCode TransactionType TxnRef Amount TransactionNo TransactionDate CreateBy"
    " CreateDate IpAddr OrderInfo",
}
_REFUND_ANSWER = (
    "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate TransactionNo TransactionType"
    " TransactionStatus OrderInfo"
)
ANSWERS = {"querydr": f"{_REFUND_ANSWER} PromotionCode PromotionAmount", "refund": _REFUND_ANSWER}


def hash_of(text: str, secret: str = SECRET) -> str:
    """HMAC-SHA512 in hex."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def piped(fields: Mapping[str, str], names: str) -> str:
    """What the API signs."""
    return "|".join(fields.get(f"vnp_{name}", "") for name in names.split())
