"""VNPay's messages at our door, and the way back: each says exactly what VNPay's documents mean by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

from adapters.payments.base import Answer, BadSignature, Delivery, Receipt
from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider
from tests.adapters.vnpay_examples import NOW, PAYMENT, PAYMENT_ID, PRICE, REF, gateway, url_of
from tests.doubles.vnpay import VNPay

pytestmark = pytest.mark.once


async def told(code: str, status: str, **changes: str) -> Delivery:
    """An IPN about the payment."""
    vnpay = VNPay()
    vnpay.visit(await url_of())
    pairs = vnpay.told(REF) | {"vnp_ResponseCode": code, "vnp_TransactionStatus": status, "vnp_TransactionNo": "14"}
    return Delivery(query=vnpay.signed(pairs | changes).query)


async def test_a_payment_that_succeeded_is_captured() -> None:
    message = gateway().read(await told("00", "00"))
    assert (message.event_id, message.kind) == (f"{REF}:14:00:00", "ipn.00.00")
    assert message.event == GatewayEvent(
        PaymentProvider.VNPAY,
        f"{REF}:14:00:00",
        News.CAPTURED,
        PRICE,
        provider_ref=REF,
        payment_id=PAYMENT_ID,
        capture_ref="14",
    )


@pytest.mark.parametrize(
    ("code", "status", "news", "reason"),
    [
        ("24", "02", News.CANCELLED, "The payer cancelled."),
        ("51", "02", News.FAILED, "The account holds too little."),
        ("11", "02", News.FAILED, "The time to pay was over."),
        ("00", "02", News.FAILED, "The payment failed."),
        ("99", "04", News.FAILED, "The bank took the money, but VNPay did not get it."),
        ("99", "08", News.FAILED, "VNPay's status 08, code 99."),
        ("07", "07", News.PROCESSING, None),
        ("07", "00", News.PROCESSING, None),
        ("00", "07", News.PROCESSING, None),
        ("51", "00", News.PROCESSING, None),
        ("24", "00", News.PROCESSING, None),
    ],
)
async def test_every_other_end_is_told_as_what_it_is(code: str, status: str, news: News, reason: str | None) -> None:
    event = gateway().read(await told(code, status)).event
    assert event is not None
    assert (event.news, event.reason, event.amount, event.capture_ref) == (news, reason, PRICE, None)


@pytest.mark.parametrize("status", ["01", "05", "06", "09"])
async def test_what_says_nothing_about_money_is_no_news(status: str) -> None:
    message = gateway().read(await told("99", status))
    assert (message.event, message.event_id) == (None, f"{REF}:14:99:{status}")


async def test_a_message_that_comes_again_has_the_same_id_and_another_end_another() -> None:
    read = [gateway().read(await told(*end)).event_id for end in [("00", "00"), ("00", "00"), ("24", "02")]]
    assert read == [f"{REF}:14:00:00", f"{REF}:14:00:00", f"{REF}:14:24:02"]


async def test_a_wrong_amount_is_read_as_it_is() -> None:
    event = gateway().read(await told("00", "00", vnp_Amount="17999900")).event
    assert event is not None
    assert event.amount == Money(179_999, "VND")


async def test_a_post_of_the_same_pairs_means_the_same() -> None:
    sent = await told("00", "00")
    assert gateway().read(Delivery(body=sent.query.encode())) == gateway().read(sent)


async def test_a_payment_of_somebody_else_under_our_name_is_read_and_is_nobodys() -> None:
    event = gateway().read(await told("00", "00", vnp_TxnRef="SHOP-5")).event
    assert event is not None
    assert (event.provider_ref, event.payment_id) == ("SHOP-5", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vnp_TmnCode", "OTHER001"),
        ("vnp_TxnRef", ""),
        ("vnp_TxnRef", "a b"),
        ("vnp_TxnRef", "x" * 101),
        ("vnp_TransactionNo", "1e5"),
        ("vnp_TransactionNo", "٣"),
        ("vnp_ResponseCode", "0"),
        ("vnp_TransactionStatus", "\x00\x00"),
        ("vnp_TransactionStatus", "000"),
        ("vnp_TransactionType", "zz"),
        ("vnp_Amount", "18000050"),
        ("vnp_Amount", "-100"),
        ("vnp_Amount", "1_000"),
        ("vnp_Amount", "Infinity"),
    ],
)
async def test_rubbish_stays_rubbish_when_it_is_signed(name: str, value: str) -> None:
    with pytest.raises(BadSignature):
        gateway().read(await told("00", "00", **{name: value}))


@pytest.mark.parametrize(
    "missing", ["Amount", "TxnRef", "TmnCode", "TransactionNo", "ResponseCode", "TransactionStatus"]
)
async def test_nothing_may_be_missing(missing: str) -> None:
    pairs = {name: value for name, value in parse_qsl((await told("00", "00")).query) if name != f"vnp_{missing}"}
    del pairs["vnp_SecureHash"]
    with pytest.raises(BadSignature):
        gateway().read(Delivery(query=VNPay().signed(pairs).query))


async def test_forged_and_empty_messages_are_refused() -> None:
    vnpay = VNPay()
    vnpay.visit(await url_of())
    await vnpay.pay(REF)
    forged = vnpay.signed(vnpay.told(REF), secret="guessed").query
    for delivery in (Delivery(), Delivery(body=b"\xff\xfe"), Delivery(query=forged), Delivery(body=forged.encode())):
        with pytest.raises(BadSignature):
            gateway().read(delivery)


async def test_what_is_kept_of_a_message_has_no_card_and_no_bank_number() -> None:
    private = {
        "vnp_BankTranNo": "VNP14831393",
        "vnp_CardType": "ATM",
        "vnp_CardNumber": "970419xxxxxxx2198",
        "vnp_CardHolder": "NGUYEN VAN A",
    }
    sent = await told("00", "00", vnp_PayDate="20300101235958", **private)
    body = gateway().read(sent).body
    kept = dict(parse_qsl(body))
    assert {kept.pop(name) for name in [*private, "vnp_SecureHash"]} == {"[removed]"}
    assert kept == {
        "vnp_Amount": "18000000",
        "vnp_BankCode": "NCB",
        "vnp_OrderInfo": "Dat ve: Bay vien ngoc rong x2",
        "vnp_PayDate": "20300101235958",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": "DOUBLE01",
        "vnp_TransactionNo": "14",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": REF,
    }
    assert not [value for value in private.values() if value in body.replace("+", " ")]


@pytest.mark.parametrize(
    ("receipt", "code", "text"),
    [
        (Receipt.TAKEN, "00", "Confirm Success"),
        (Receipt.REPEATED, "02", "Order already confirmed"),
        (Receipt.SETTLED, "02", "Order already confirmed"),
        (Receipt.UNKNOWN, "01", "Order not found"),
        (Receipt.WRONG_AMOUNT, "04", "Invalid amount"),
        (Receipt.FORGED, "97", "Invalid signature"),
    ],
)
def test_vnpay_is_answered_in_its_own_codes(receipt: Receipt, code: str, text: str) -> None:
    assert gateway().answer(receipt) == Answer(200, {"RspCode": code, "Message": text})


async def test_the_way_back_is_checked_and_is_about_one_payment() -> None:
    vnpay = VNPay()
    vnpay.visit(await url_of())
    await vnpay.cancel(REF)
    proof = vnpay.proof(REF)
    gateway().check_proof(PAYMENT, proof)
    gateway().check_proof(replace(PAYMENT, provider_ref=None), proof)
    other = OpenedPayment(UUID(int=1), UUID(int=1).hex, PRICE, datetime(2030, 1, 1, tzinfo=UTC))
    elsewhere = vnpay.signed(vnpay.told(REF) | {"vnp_TmnCode": "OTHER001"}).query
    for payment, bad in [
        (other, proof),
        (PAYMENT, {}),
        (PAYMENT, {"query": proof["query"].replace("=24", "=00")}),
        (PAYMENT, {"query": elsewhere}),
    ]:
        with pytest.raises(BadSignature):
            gateway().check_proof(payment, bad)


async def test_there_is_no_list_to_look_through() -> None:
    assert await gateway().recent(NOW - timedelta(days=1), NOW) == ()
