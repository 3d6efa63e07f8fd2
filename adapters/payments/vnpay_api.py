"""VNPay's API: asking for a payment, and giving money back."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from adapters.http import Http, HttpError
from adapters.payments.base import BadSignature, GatewayError, GatewayRefusal, RefundOrder
from adapters.payments.vnpay_signing import (
    HASH,
    QUERY_ANSWER,
    QUERY_CALL,
    REFUND_ANSWER,
    REFUND_CALL,
    check_fields,
    hash_of_fields,
)
from adapters.payments.vnpay_transactions import FINE, FULL_REFUND, PART_REFUND, PAYMENT, Transaction, note_of
from adapters.payments.vnpay_writing import SOME_ADDRESS, date_of, hundredths_of, plain
from domain.money import Money
from domain.payments import OpenedPayment
from settings import Settings

VERSION = "2.1.0"
NOT_FOUND = "91"
UNDER_WAY = "94"
OK = 200
NAME_LENGTH = 245

_REFUSED = {
    "02": "VNPay does not know this merchant (vnp_TmnCode).",
    "03": "VNPay does not understand the call.",
    NOT_FOUND: "VNPay does not know this payment.",
    "93": "More is to go back than was paid.",
    "95": "VNPay says that this payment never succeeded.",
    "97": "VNPay does not accept our signature (vnp_HashSecret).",
}


class VNPayApi:
    """Calls with a signature, answered with a signature."""

    def __init__(self, settings: Settings, http: Http, now: Callable[[], datetime]) -> None:
        self._url = settings.vnpay_api_url
        self._tmn_code = settings.vnpay_tmn_code
        self._secret = settings.vnpay_hash_secret
        self._seconds = settings.gateway_seconds
        self._http = http
        self._now = now

    async def ask(self, payment: OpenedPayment) -> Transaction | None:
        """querydr: how a payment, or its latest refund, stands; None if nobody ever opened its checkout."""
        answer = await self._call(
            {
                **self._head("querydr", uuid4().hex),
                "vnp_TxnRef": ref_of(payment),
                "vnp_TransactionDate": date_of(payment.opened_at),
                "vnp_CreateDate": date_of(self._now()),
                "vnp_OrderInfo": f"Query {ref_of(payment)}",
            },
            (QUERY_CALL, QUERY_ANSWER),
        )
        if answer.get("vnp_ResponseCode") == NOT_FOUND:
            return None
        return self._transaction(answer, payment)

    async def give_back(self, order: RefundOrder) -> Transaction | None:
        """refund: what VNPay made of it; None if a refund of this payment is already under way.

        Repeating it sends the same request id. VNPay promises to know that again on the same day only.
        """
        answer = await self._call(
            {
                **self._head("refund", order.id.hex),
                "vnp_TransactionType": kind_of(order),
                "vnp_TxnRef": ref_of(order.payment),
                "vnp_Amount": amount_of(order.amount),
                "vnp_TransactionNo": order.capture_ref,
                "vnp_TransactionDate": date_of(order.payment.opened_at),
                "vnp_CreateBy": plain(order.ordered_by, NAME_LENGTH) or "marquee",
                "vnp_CreateDate": date_of(order.ordered_at),
                "vnp_OrderInfo": note_of(order.id),
            },
            (REFUND_CALL, REFUND_ANSWER),
        )
        if answer.get("vnp_ResponseCode") == UNDER_WAY:
            return None
        return self._transaction(answer, order.payment, kind_of(order))

    def _head(self, command: str, request_id: str) -> dict[str, str]:
        return {
            "vnp_RequestId": request_id,
            "vnp_Version": VERSION,
            "vnp_Command": command,
            "vnp_TmnCode": self._tmn_code,
            "vnp_IpAddr": SOME_ADDRESS,
        }

    def _transaction(self, answer: Mapping[str, str], payment: OpenedPayment, kind: str = PAYMENT) -> Transaction:
        code = answer.get("vnp_ResponseCode", "")
        if code != FINE:
            raise GatewayRefusal(_REFUSED[code]) if code in _REFUSED else GatewayError(f"VNPay answered {code!r}.")
        if (answer.get("vnp_TmnCode"), answer.get("vnp_TxnRef")) != (self._tmn_code, ref_of(payment)):
            raise GatewayError("VNPay answered about another payment.")
        try:
            return Transaction.of(answer, kind=kind)
        except ValueError as problem:
            raise GatewayError(f"VNPay's answer makes no sense: {problem}") from problem

    async def _call(self, fields: Mapping[str, str], orders: tuple[Sequence[str], Sequence[str]]) -> Mapping[str, str]:
        body = json.dumps({**fields, HASH: hash_of_fields(fields, orders[0], self._secret)}).encode()
        headers = {"content-type": "application/json"}
        try:
            answer = await self._http.send("POST", self._url, body=body, headers=headers, seconds=self._seconds)
        except HttpError as problem:
            raise GatewayError("VNPay cannot be reached.") from problem
        if answer.status != OK:
            raise GatewayError(f"VNPay answered with status {answer.status}.")
        said = _fields(answer.body)
        try:
            check_fields(said, orders[1], self._secret)
        except BadSignature as problem:
            raise GatewayError("VNPay's answer is not signed by it.") from problem
        if said.get("vnp_Command") != fields["vnp_Command"]:
            raise GatewayError("VNPay answered another question.")
        return said


def ref_of(payment: OpenedPayment) -> str:
    """Our name of a payment, as VNPay was told it."""
    return payment.provider_ref or payment.id.hex


def kind_of(order: RefundOrder) -> str:
    """VNPay's code for giving back everything, or some of it."""
    return FULL_REFUND if order.is_full else PART_REFUND


def amount_of(amount: Money) -> str:
    """vnp_Amount; GatewayRefusal for what VNPay cannot take."""
    try:
        return hundredths_of(amount)
    except ValueError as problem:
        raise GatewayRefusal(str(problem)) from problem


def _fields(body: bytes) -> Mapping[str, str]:
    """The fields of an answer; numbers stay as they were written, for so they were signed."""
    try:
        said = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as problem:
        raise GatewayError("VNPay's answer is no JSON.") from problem
    if not isinstance(said, dict) or not all(value is None or isinstance(value, str) for value in said.values()):
        raise GatewayError("VNPay's answer is no list of fields.")
    return {name: value for name, value in said.items() if value is not None}
