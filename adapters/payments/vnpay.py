"""VNPay, the payment gateway of Vietnam's banks: what to register there and what its codes mean is in docs/gateways.

It signs no time and sends no event id: a message that comes again is known by the id we make of what it says, and the
house keeps every id it has seen. It keeps no list of payments: each is asked for by name (`fetch`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import clock
from adapters.http import Http
from adapters.payments.base import (
    Answer,
    BadSignature,
    Checkout,
    Delivery,
    GatewayError,
    GatewayRefusal,
    Message,
    Order,
    Receipt,
    RefundOrder,
    RefundTaken,
)
from adapters.payments.redaction import redacted_query
from adapters.payments.vnpay_api import VERSION, VNPayApi, amount_of, kind_of, ref_of
from adapters.payments.vnpay_signing import HASH, checked_query, signed_query
from adapters.payments.vnpay_transactions import FULL_REFUND, Transaction
from adapters.payments.vnpay_writing import CURRENCY, date_of, day_of, network_address, plain
from domain.payments import GatewayEvent, OpenedPayment, PaymentProvider
from settings import Settings

NOTE_LENGTH = 255

# VNPay stops after 00 and 02, and comes again after the others: every five minutes, ten times at most.
_ANSWERS = {
    Receipt.TAKEN: ("00", "Confirm Success"),
    Receipt.REPEATED: ("02", "Order already confirmed"),
    Receipt.SETTLED: ("02", "Order already confirmed"),
    Receipt.UNKNOWN: ("01", "Order not found"),
    Receipt.WRONG_AMOUNT: ("04", "Invalid amount"),
    Receipt.FORGED: ("97", "Invalid signature"),
}


class VNPayGateway:
    """Redirects the payer with a signed URL, hears of the end by a signed query, asks and refunds by a signed API."""

    provider = PaymentProvider.VNPAY

    def __init__(self, settings: Settings, http: Http, now: Callable[[], datetime] = clock.now) -> None:
        self._tmn_code = settings.vnpay_tmn_code
        self._secret = settings.vnpay_hash_secret
        self._pay_url = settings.vnpay_pay_url
        self._address = settings.address
        self._now = now
        self._api = VNPayApi(settings, http, now)

    def takes(self, currency: str) -> bool:
        """Whether it can take money in this currency: "at present only VND is supported" (vnp_CurrCode)."""
        return currency == CURRENCY

    async def open(self, order: Order) -> Checkout:
        """The checkout's address. VNPay learns of the payment when the payer goes there, so nothing is called here.

        vnp_TxnRef is the payment's id in hex: 32 of at most 100 letters and digits, and never given twice.
        """
        ref = order.payment_id.hex
        fields = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self._tmn_code,
            "vnp_Amount": amount_of(order.amount),
            "vnp_CurrCode": CURRENCY,
            "vnp_TxnRef": ref,
            "vnp_OrderInfo": plain(order.reference, NOTE_LENGTH) or ref,
            "vnp_OrderType": "other",
            "vnp_Locale": "vn",
            "vnp_ReturnUrl": f"{self._address}/payments/vnpay/return/{order.payment_id}",
            "vnp_IpAddr": network_address(order.payer_address),
            "vnp_CreateDate": date_of(order.opened_at),
            "vnp_ExpireDate": date_of(order.expires_at),
        }
        return Checkout(ref, f"{self._pay_url}?{signed_query(fields, self._secret)}")

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        """What querydr says. Once money has gone back that is the refund, and no longer the payment."""
        found = await self._api.ask(payment)
        if found is None:
            return ()
        event = found.event(f"fetch:{found.ref}:{found.number}:{found.kind}:{found.status}")
        return () if event is None else (event,)

    async def recent(self, since: datetime, until: datetime) -> Sequence[GatewayEvent]:
        """Nothing: VNPay keeps no list that could be asked for."""
        return ()

    async def refund(self, order: RefundOrder) -> RefundTaken:
        """Give captured money back.

        VNPay knows a repetition by its request id, but only on the same day: on a later one we look before we order
        again. When it says that a refund is already under way (94) we look too, for it may be this one, ordered by a
        call whose reply was lost; it is known by its note.
        """
        if day_of(self._now()) != day_of(order.ordered_at) and (before := await self._refund_before(order)):
            return before
        made = await self._api.give_back(order)
        if made is None:
            made = await self._api.ask(order.payment)
            if made is None or not _is(made, order):
                raise GatewayError("Another refund of this payment is under way at VNPay.")
        return _taken(made)

    def read(self, delivery: Delivery) -> Message:
        """An IPN: a GET, or a POST of the same pairs. What is signed but makes no sense is a BadSignature too."""
        query = _query(delivery)
        fields = checked_query(query, self._secret)
        try:
            found = Transaction.of(fields, code=fields["vnp_ResponseCode"])
            self._check_merchant(fields)
        except (KeyError, ValueError) as problem:
            raise BadSignature("The query is signed, but says nothing about a payment of ours.") from problem
        event_id = f"{found.ref}:{found.number}:{found.code}:{found.status}"
        return Message(event_id, f"ipn.{found.code}.{found.status}", redacted_query(query), found.event(event_id))

    def answer(self, receipt: Receipt) -> Answer:
        """VNPay's documented answers; always with status 200."""
        code, text = _ANSWERS[receipt]
        return Answer(200, {"RspCode": code, "Message": text})

    def check_proof(self, payment: OpenedPayment, proof: Mapping[str, str]) -> None:
        """Check `query`, the raw query of the way back. It proves who came back, never that money came."""
        fields = checked_query(proof.get("query", ""), self._secret)
        self._check_merchant(fields)
        if fields.get("vnp_TxnRef") != ref_of(payment):
            raise BadSignature("This is about another payment.")

    def _check_merchant(self, fields: Mapping[str, str]) -> None:
        if fields.get("vnp_TmnCode") != self._tmn_code:
            raise BadSignature("This is for another merchant.")

    async def _refund_before(self, order: RefundOrder) -> RefundTaken | None:
        """This refund, if VNPay knows it from an earlier day; GatewayRefusal when it shows another and so cannot say."""
        found = await self._api.ask(order.payment)
        if found is None or not found.is_refund:
            return None
        if not _is(found, order):
            raise GatewayRefusal("VNPay shows another refund of this payment: see its portal, then order anew.")
        return _taken(found)


def _is(found: Transaction, order: RefundOrder) -> bool:
    """Whether a transaction is this refund: by its note, or because everything can go back only once."""
    if (found.kind, found.amount) != (kind_of(order), order.amount):
        return False
    return found.refund_id == order.id or (found.refund_id is None and found.kind == FULL_REFUND)


def _taken(refund: Transaction) -> RefundTaken:
    """VNPay's reply says 05, "being worked on": the outcome is None until querydr tells the end."""
    return RefundTaken(refund.number, refund.news, refund.reason)


def _query(delivery: Delivery) -> str:
    if f"{HASH}=" in delivery.query:
        return delivery.query
    try:
        return delivery.body.decode("ascii")
    except UnicodeDecodeError as problem:
        raise BadSignature("This is no query string.") from problem
