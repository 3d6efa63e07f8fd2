"""The sandbox's signature: only what it signed, unchanged and fresh, is believed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.http import Http, HttpAnswer, HttpError
from adapters.payments.base import BadSignature, Delivery, GatewayError, Order, RefundOrder, RefundTaken
from adapters.payments.sandbox import SIGNATURE, SandboxGateway, event_body, ref_of
from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider
from settings import Settings

pytestmark = pytest.mark.once

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
MONEY = Money(50_000, "INR")
BODY = event_body("evt_1", "sbx_1", News.CAPTURED, MONEY).encode()


PAID = GatewayEvent(PaymentProvider.SANDBOX, "evt_1", News.CAPTURED, MONEY, provider_ref="sbx_1", capture_ref="sbx_1")


class Answers(Http):
    """An HTTP client that reaches nobody: it remembers what was asked, and answers as told."""

    def __init__(self, answer: HttpAnswer | HttpError) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []
        self._answer = answer

    async def send(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str], seconds: float = 10.0
    ) -> HttpAnswer:
        self.asked.append((method, url, headers))
        if isinstance(self._answer, HttpError):
            raise self._answer
        return self._answer


def gateway(secret: str = "a secret of the sandbox", http: Http | None = None) -> SandboxGateway:
    settings = Settings(_env_file=None, sandbox_webhook_secret=secret)
    return SandboxGateway(settings, http or Answers(HttpError("nobody is there")), now=lambda: NOW)


def signed(body: bytes, at: datetime = NOW) -> dict[str, str]:
    return {SIGNATURE: gateway().sign(body, at)}


def test_what_was_signed_is_read() -> None:
    message = gateway().read(Delivery(BODY, headers=signed(BODY)))
    assert (message.event_id, message.kind, message.body) == ("evt_1", "payment.succeeded", BODY.decode())
    assert message.event == PAID


@pytest.mark.parametrize("age", [timedelta(seconds=299), timedelta(seconds=-299)])
def test_a_clock_may_be_a_little_off(age: timedelta) -> None:
    assert gateway().read(Delivery(BODY, headers=signed(BODY, NOW - age))).event_id == "evt_1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SIGNATURE: ""},
        {SIGNATURE: "rubbish"},
        {SIGNATURE: "t=,v1="},
        {SIGNATURE: f"t={'9' * 400},v1=00"},
        {SIGNATURE: "t=١٢٣,v1=00"},
        {SIGNATURE: signed(BODY)[SIGNATURE].upper()},
        {SIGNATURE: signed(BODY)[SIGNATURE][:-1]},
        {SIGNATURE: signed(BODY)[SIGNATURE].replace("v1", "v0")},
        {SIGNATURE: signed(BODY)[SIGNATURE].split(",")[1]},
        {SIGNATURE: gateway("another secret").sign(BODY, NOW)},
        {SIGNATURE: signed(json.dumps(json.loads(BODY), indent=1).encode())[SIGNATURE]},
        signed(BODY, NOW - timedelta(seconds=301)),
        signed(BODY, NOW + timedelta(seconds=301)),
    ],
)
def test_what_is_not_signed_by_the_sandbox_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        gateway().read(Delivery(BODY, headers=headers))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"not json",
        b"[" * 100_000,
        BODY.replace(b"50000", b"Infinity"),
        BODY.replace(b"50000", b'"many"'),
        BODY.replace(b"evt_1", b"\\u0000"),
        BODY.replace(b"evt_1", b"e" * 256),
        BODY.replace(b"payment.succeeded", b"payment.invented"),
    ],
)
def test_rubbish_stays_rubbish_when_it_is_signed(body: bytes) -> None:
    with pytest.raises(BadSignature):
        gateway().read(Delivery(body, headers=signed(body)))


async def test_the_same_payment_has_the_same_name_and_page() -> None:
    payment_id = uuid4()
    order = Order(payment_id, Money(1, "INR"), "K7QX3M", "", NOW, NOW + timedelta(minutes=10))
    once, again = [await gateway().open(order) for _ in range(2)]
    assert once == again
    assert once.url is not None
    assert once.url.endswith(f"/sandbox/checkout/{ref_of(payment_id)}")


async def test_asked_about_a_payment_it_tells_all_that_happened() -> None:
    http = Answers(HttpAnswer(200, json.dumps({"events": [BODY.decode()]}).encode()))
    assert await gateway(http=http).fetch(OpenedPayment(uuid4(), "sbx_1", MONEY, NOW)) == [PAID]
    ((method, url, headers),) = http.asked
    assert (method, url.endswith("/sandbox/payments/sbx_1")) == ("GET", True)
    gateway().check(b"/sandbox/payments/sbx_1", headers[SIGNATURE])


async def test_a_payment_that_was_never_opened_is_asked_for_by_the_name_it_would_have() -> None:
    http = Answers(HttpAnswer(200, b'{"events": []}'))
    payment_id = uuid4()
    assert await gateway(http=http).fetch(OpenedPayment(payment_id, None, MONEY, NOW)) == []
    assert http.asked[0][1].endswith(f"/sandbox/payments/{ref_of(payment_id)}")


@pytest.mark.parametrize(
    "answer",
    [
        HttpError("no route"),
        HttpAnswer(500, b"oops"),
        HttpAnswer(401, b'{"error": {}}'),
        HttpAnswer(200, b"[]"),
        HttpAnswer(200, b'{"events": ["rubbish"]}'),
        HttpAnswer(200, b'{"events": [{}]}'),
    ],
)
async def test_an_answer_that_makes_no_sense_is_none(answer: HttpAnswer | HttpError) -> None:
    with pytest.raises(GatewayError):
        await gateway(http=Answers(answer)).fetch(OpenedPayment(uuid4(), "sbx_1", MONEY, NOW))


async def test_money_goes_back_at_once_under_a_name_that_a_repetition_gets_again() -> None:
    payment = OpenedPayment(uuid4(), "sbx_1", MONEY, NOW)
    order = RefundOrder(uuid4(), payment, "sbx_1", MONEY, Money(100, "INR"), NOW)
    once, again = [await gateway().refund(order) for _ in range(2)]
    assert once == again == RefundTaken(f"sbxr_{order.id.hex}", News.REFUNDED)
    assert await gateway().recent(NOW - timedelta(days=1), NOW) == ()
