"""A VNPay on loopback: it speaks the documented wire format, signed by its own reading of the documents.

It learns of a payment when the payer opens the checkout's URL (`visit`, or a GET of it), as the real one does.
"""

import hmac
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
from urllib.parse import parse_qsl, quote_plus, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import clock
from domain.money import Money
from domain.payments import News
from tests.doubles.provider import Provider, Webhook
from tests.doubles.vnpay_wire import ANSWERS, CALLS, SECRET, TERMS, TMN_CODE, hash_of, piped

_REFUND_STATUS = {News.REFUNDED: "00", News.REFUND_FAILED: "09", None: "05"}


class NotOurs(Exception):
    """The checkout shows an error instead of a form."""


@dataclass
class Movement:
    """A refund."""

    number: str
    kind: str
    amount: str
    note: str
    status: str


@dataclass
class Payment:
    """One vnp_TxnRef."""

    terms: Mapping[str, str]
    number: str = "0"
    code: str = ""
    status: str = "01"
    amount: str = ""
    refunds: list[Movement] = field(default_factory=list)


class VNPay(Provider):
    """VNPay 2.1.0.

    `refund_outcomes` decides what becomes of the next refunds: the reply says 05 (being worked on), and querydr then
    what was decided; None leaves it under way until `settle`. With none left, refunds succeed. `garble` spoils the
    bytes of the next answers of the API.
    """

    def __init__(self) -> None:
        super().__init__()
        self.payments: dict[str, Payment] = {}
        self.refund_outcomes: deque[News | None] = deque()
        self.garble: deque[Callable[[bytes], bytes]] = deque()
        self.now: Callable[[], datetime] = clock.now
        self.refunds_at_once = False
        self._numbers = count(14_000_001)
        self._requests: set[tuple[str, str]] = set()

    def routes(self) -> Sequence[Route]:
        """The checkout and the API."""
        return [Route("/pay", self._checkout), Route("/api", self._api, methods=["POST"])]

    def settings_env(self) -> dict[str, str]:
        """What a Marquee server needs in its environment to use this double."""
        return {
            "VNPAY_TMN_CODE": TMN_CODE,
            "VNPAY_HASH_SECRET": SECRET,
            "VNPAY_PAY_URL": f"{self.url}/pay",
            "VNPAY_API_URL": f"{self.url}/api",
        }

    # The payer

    def visit(self, url: str) -> str:
        """A payer opens the checkout: its vnp_TxnRef. NotOurs unless everything is there and signed by the merchant."""
        query = urlsplit(url).query
        fields = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))
        given = fields.pop("vnp_SecureHash", "")
        text = "&".join(f"{name}={quote_plus(fields[name])}" for name in sorted(fields))
        if not hmac.compare_digest(hash_of(text), given):
            raise NotOurs("70: wrong signature")
        if fields["vnp_TmnCode"] != TMN_CODE or not all(fields.get(name) for name in TERMS):
            raise NotOurs("03: wrong format")
        self.payments.setdefault(fields["vnp_TxnRef"], Payment(fields, amount=fields["vnp_Amount"]))
        return fields["vnp_TxnRef"]

    async def pay(self, provider_ref: str, *, amount: Money | None = None) -> None:
        """The payer pays; a wrong amount if a test wants that."""
        self._end(provider_ref, "00", "00", amount)

    async def process(self, provider_ref: str) -> None:
        """The payer pays, and VNPay suspects a fraud."""
        self._end(provider_ref, "07", "07")

    async def fail(self, provider_ref: str, code: str = "51") -> None:
        """The bank says no."""
        self._end(provider_ref, code, "02")

    async def cancel(self, provider_ref: str) -> None:
        """The payer gives up."""
        self._end(provider_ref, "24", "02")

    def settle(self, provider_ref: str, outcome: News) -> None:
        """The latest refund comes to its end. VNPay tells nobody: it wants to be asked."""
        self.payments[provider_ref].refunds[-1].status = _REFUND_STATUS[outcome]

    def proof(self, provider_ref: str) -> dict[str, str]:
        """What the browser brings back."""
        return {"query": self.signed(self.told(provider_ref)).query}

    # What is sent

    def told(self, provider_ref: str) -> dict[str, str]:
        """The pairs of an IPN, and of the way back."""
        payment = self.payments[provider_ref]
        pairs = {
            "vnp_Amount": payment.amount,
            "vnp_BankCode": "NCB",
            "vnp_BankTranNo": f"VNP{payment.number}",
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": payment.terms["vnp_OrderInfo"],
            "vnp_PayDate": self._date(),
            "vnp_ResponseCode": payment.code,
            "vnp_TmnCode": TMN_CODE,
            "vnp_TransactionNo": payment.number,
            "vnp_TransactionStatus": payment.status,
            "vnp_TxnRef": provider_ref,
        }
        if payment.number == "0":
            del pairs["vnp_BankTranNo"]
        return pairs

    def signed(self, pairs: Mapping[str, str], secret: str = SECRET) -> Webhook:
        """An IPN; forged with another secret."""
        text = "&".join(f"{name}={quote_plus(pairs[name])}" for name in sorted(pairs))
        return Webhook("GET", f"{text}&vnp_SecureHash={hash_of(text, secret)}", b"")

    def _end(self, provider_ref: str, code: str, status: str, amount: Money | None = None) -> None:
        ref = self.visit(provider_ref) if provider_ref.startswith("http") else provider_ref
        payment = self.payments[ref]
        payment.code, payment.status = code, status
        payment.number = "0" if code == "24" else str(next(self._numbers))
        payment.amount = payment.terms["vnp_Amount"] if amount is None else str(amount.minor * 100)
        self.outbox.append(self.signed(self.told(ref)))

    # The API

    async def _checkout(self, request: Request) -> Response:
        try:
            return PlainTextResponse(f"Pay for {self.visit(str(request.url))}")
        except (NotOurs, ValueError, KeyError) as problem:
            return PlainTextResponse(str(problem), 400)

    async def _api(self, request: Request) -> Response:
        call: dict[str, str] = await request.json()
        command = call.get("vnp_Command", "")
        code, more = self._code_of(call, command), {}
        if code == "00":
            more = self._asked(call) if command == "querydr" else self._refunded(call)
        answer = {
            "vnp_ResponseId": hash_of(call.get("vnp_RequestId", ""))[:32],
            "vnp_Command": command,
            "vnp_ResponseCode": code,
            "vnp_Message": "Success" if code == "00" else "Refused",
            "vnp_TmnCode": call.get("vnp_TmnCode", ""),
            "vnp_TxnRef": call.get("vnp_TxnRef", ""),
            **more,
        }
        answer["vnp_SecureHash"] = hash_of(piped(answer, ANSWERS.get(command, ANSWERS["refund"])))
        if self.garble:
            return Response(self.garble.popleft()(json.dumps(answer).encode()), media_type="application/json")
        return JSONResponse(answer)

    def _code_of(self, call: Mapping[str, str], command: str) -> str:
        """The documented code of an answer; 00: go on."""
        names = CALLS.get(command, "")
        if not names or not all(call.get(f"vnp_{name}") for name in names.split()):
            return "03"
        if call["vnp_TmnCode"] != TMN_CODE:
            return "02"
        if call.get("vnp_SecureHash") != hash_of(piped(call, names)):
            return "97"
        payment = self.payments.get(call["vnp_TxnRef"])
        if payment is None or payment.terms["vnp_CreateDate"] != call["vnp_TransactionDate"]:
            return "91"
        return self._refusal(call, payment) if command == "refund" else "00"

    def _refusal(self, call: Mapping[str, str], payment: Payment) -> str:
        request = (call["vnp_RequestId"], self._date()[:8])
        if payment.status != "00":
            return "95"
        if request in self._requests or any(refund.status in ("05", "06") for refund in payment.refunds):
            return "94"
        gone = sum(int(refund.amount) for refund in payment.refunds if refund.status != "09")
        if gone + int(call["vnp_Amount"]) > int(payment.amount):
            return "93"
        if (call["vnp_TransactionType"] == "02") != (call["vnp_Amount"] == payment.amount):
            return "03"
        self._requests.add(request)
        return "00"

    def _refunded(self, call: Mapping[str, str]) -> dict[str, str]:
        outcome = self.refund_outcomes.popleft() if self.refund_outcomes else News.REFUNDED
        refund = Movement(
            str(next(self._numbers)),
            call["vnp_TransactionType"],
            call["vnp_Amount"],
            call["vnp_OrderInfo"],
            _REFUND_STATUS[outcome],
        )
        self.payments[call["vnp_TxnRef"]].refunds.append(refund)
        return self._said_of(refund) | ({} if self.refunds_at_once else {"vnp_TransactionStatus": "05"})

    def _asked(self, call: Mapping[str, str]) -> dict[str, str]:
        payment = self.payments[call["vnp_TxnRef"]]
        if payment.refunds:
            return self._said_of(payment.refunds[-1])
        note = payment.terms["vnp_OrderInfo"]
        return self._said_of(Movement(payment.number, "01", payment.amount, note, payment.status))

    def _said_of(self, movement: Movement) -> dict[str, str]:
        return {
            "vnp_Amount": movement.amount,
            "vnp_OrderInfo": movement.note,
            "vnp_BankCode": "NCB",
            "vnp_PayDate": self._date(),
            "vnp_TransactionNo": movement.number,
            "vnp_TransactionType": movement.kind,
            "vnp_TransactionStatus": movement.status,
            "vnp_Trace": "0",
        }

    def _date(self) -> str:
        return self.now().astimezone(timezone(timedelta(hours=7))).strftime("%Y%m%d%H%M%S")
