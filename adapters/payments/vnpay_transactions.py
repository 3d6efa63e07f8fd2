"""What VNPay says of one movement of money, and what that means.

Source of the codes: "bang-ma-loi" (table of codes) on sandbox.vnpayment.vn/apis/docs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.payments.vnpay_writing import money_of
from domain.money import Money
from domain.payments import GatewayEvent, News, PaymentProvider

FINE = "00"
PAYMENT, FULL_REFUND, PART_REFUND = "01", "02", "03"

_OUR_REF = re.compile(r"[0-9a-f]{32}")
_OUR_REFUND = re.compile(r"Refund ([0-9a-f]{32})\b")
_REF = re.compile(r"[!-~]{1,100}")
_DIGITS = re.compile(r"[0-9]{1,15}")
_CODE = re.compile(r"[0-9]{2}")

# 05 (VNPay is at it) and 06 (the bank has been told) are no end: the bank may yet refuse, which is 09.
_REFUND_NEWS = {"00": News.REFUNDED, "02": News.REFUND_FAILED, "09": News.REFUND_FAILED}
_REASONS = {
    "09": "The card or account is not registered for internet banking.",
    "10": "The card or account could not be verified three times.",
    "11": "The time to pay was over.",
    "12": "The card or account is locked.",
    "13": "The one-time password was wrong.",
    "24": "The payer cancelled.",
    "51": "The account holds too little.",
    "65": "The account is over its daily limit.",
    "75": "The bank is under maintenance.",
    "79": "The payment password was wrong too often.",
}
_STATUS_REASONS = {"02": "The payment failed.", "04": "The bank took the money, but VNPay did not get it."}


@dataclass(frozen=True)
class Transaction:
    """A payment, or a refund of one.

    `ref` is our name of the payment, `number` VNPay's of this movement. `code` is how the payment ended; only an IPN
    says it. `status` is where the movement stands, `note` what its order said it was for.
    """

    ref: str
    number: str
    kind: str
    code: str
    status: str
    amount: Money
    note: str

    @classmethod
    def of(cls, fields: Mapping[str, str], *, kind: str = PAYMENT, code: str = "") -> "Transaction":
        """Read VNPay's fields; ValueError if they make no sense. `kind` is meant where they name none."""
        return cls(
            _fitting(_REF, fields.get("vnp_TxnRef")),
            _fitting(_DIGITS, fields.get("vnp_TransactionNo")),
            _fitting(_CODE, fields.get("vnp_TransactionType") or kind),
            _fitting(_CODE, code) if code else "",
            _fitting(_CODE, fields.get("vnp_TransactionStatus")),
            money_of(_fitting(_DIGITS, fields.get("vnp_Amount"))),
            fields.get("vnp_OrderInfo", ""),
        )

    @property
    def is_refund(self) -> bool:
        """Whether money went, or was to go, back."""
        return self.kind in (FULL_REFUND, PART_REFUND)

    @property
    def refund_id(self) -> UUID | None:
        """Our own name of this refund, where its note carries it."""
        found = _OUR_REFUND.search(self.note)
        return UUID(hex=found[1]) if found and self.is_refund else None

    @property
    def news(self) -> News | None:
        """What is new; None while nothing is."""
        if self.is_refund:
            return _REFUND_NEWS.get(self.status)
        return _payment_news(self.code, self.status)

    @property
    def reason(self) -> str | None:
        """Why it went wrong; None if it did not."""
        if self.news is News.REFUND_FAILED:
            return f"VNPay or the bank refused the refund (status {self.status})."
        if self.news not in (News.FAILED, News.CANCELLED):
            return None
        unknown = f"VNPay's status {self.status}, code {self.code or 'none'}."
        return _REASONS.get(self.code) or _STATUS_REASONS.get(self.status, unknown)

    def event(self, event_id: str) -> GatewayEvent | None:
        """The news of it; None if there is none."""
        news = self.news
        if news is None:
            return None
        return GatewayEvent(
            PaymentProvider.VNPAY,
            event_id,
            news,
            self.amount,
            provider_ref=self.ref,
            payment_id=UUID(hex=self.ref) if _OUR_REF.fullmatch(self.ref) else None,
            capture_ref=self.number if news is News.CAPTURED else None,
            refund_ref=self.number if self.is_refund else None,
            refund_id=self.refund_id,
            reason=self.reason,
        )


def note_of(refund_id: UUID) -> str:
    """What the order of a refund says, so that it is known again: see `Transaction.refund_id`."""
    return f"Refund {refund_id.hex}"


def _payment_news(code: str, status: str) -> News | None:
    """What an IPN's two codes, or the status alone where there is no code, mean for a payment.

    07: the money was taken, but VNPay suspects a fraud and waits until the merchant accepts or refuses in its portal.
    That is no money to count on, and no failure either: PROCESSING, until asking VNPay again tells more. The same holds
    when the two codes contradict each other. 01, 05, 06 and 09 of a payment say that it is not paid yet, or is being
    refunded: nothing new.
    """
    if status == FINE and code in (FINE, ""):
        return News.CAPTURED
    if "07" in (code, status) or status == FINE:
        return News.PROCESSING
    if status in ("01", "05", "06", "09"):
        return None
    return News.CANCELLED if code == "24" else News.FAILED


def _fitting(form: re.Pattern[str], value: str | None) -> str:
    if value is None or not form.fullmatch(value):
        raise ValueError(f"VNPay does not write {value!r} there.")
    return value
