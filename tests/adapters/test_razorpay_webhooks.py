"""Razorpay's webhooks and proofs: only what it signed is believed, each message means one thing, nothing private is kept."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
import razorpay

from adapters.payments.base import Answer, BadSignature, Delivery, Receipt
from adapters.payments.razorpay import RazorpayGateway
from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider
from settings import Settings
from tests.adapters.razorpay_account import NOW, PRICE, account, delivery, gateway_of
from tests.doubles.razorpay import RazorpayDouble, RefundOutcome
from tests.doubles.razorpay_entities import PRIVATE_VALUES, new_order, new_payment

pytestmark = pytest.mark.once

DOUBLE = RazorpayDouble()
GATEWAY = gateway_of(DOUBLE)
SIGNATURE = "x-razorpay-signature"
ORDER = new_order({"amount": 50_000, "currency": "INR", "notes": {"payment_id": str(UUID(int=7))}}, 1_893_499_200)
PAYMENT = new_payment(ORDER["id"], PRICE, "captured", 1_893_499_200) | {"captured": True}


def event(kind: str, **entities: object) -> dict[str, Any]:
    return {"event": kind, "payload": {name: {"entity": entity} for name, entity in entities.items()}}


def signed(body: bytes, secret: str = DOUBLE.webhook_secret, **headers: str) -> Delivery:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(body, headers={SIGNATURE: signature, **headers})


def read(message: Mapping[str, object], event_id: str = "evt_1") -> GatewayEvent | None:
    return GATEWAY.read(delivery(DOUBLE.signed(message, event_id))).event


def test_the_published_vectors_are_believed() -> None:
    settings = {"razorpay_key_secret": "secret_for_tests", "razorpay_webhook_secret": "whsec_for_tests"}
    gateway = RazorpayGateway(Settings(_env_file=None, **settings))
    proof = {
        "razorpay_order_id": "order_TEST000000001",
        "razorpay_payment_id": "pay_TEST000000001",
        "razorpay_signature": "af03d41ac67ebd44cd73bbbdb06c2b0862ea6c6473d6150e56c6b74c05f6491f",
    }
    gateway.check_proof(OpenedPayment(uuid4(), "order_TEST000000001", PRICE, NOW), proof)
    signature = "88025f9ca52a039f8d513db4dab26f7f52fefc1457f4a6991ec8a844ef8c5f9d"
    body = b'{"event":"payment.captured"}'
    with pytest.raises(BadSignature, match="no event"):  # signed, but there is nothing in it
        gateway.read(Delivery(body, headers={SIGNATURE: signature}))
    with pytest.raises(BadSignature, match="does not fit"):
        gateway.read(Delivery(body + b" ", headers={SIGNATURE: signature}))


async def test_the_double_signs_as_the_official_sdk_checks() -> None:
    sdk = razorpay.Client(auth=(DOUBLE.key_id, DOUBLE.key_secret)).utility
    webhook = DOUBLE.signed(event("order.paid", payment=PAYMENT, order=ORDER), "evt_1")
    assert sdk.verify_webhook_signature(webhook.body.decode(), webhook.headers[SIGNATURE], DOUBLE.webhook_secret)
    forged = DOUBLE.forged(webhook)
    with pytest.raises(razorpay.errors.SignatureVerificationError):
        sdk.verify_webhook_signature(forged.body.decode(), forged.headers[SIGNATURE], DOUBLE.webhook_secret)
    async with account() as there:
        payment = await there.paid()
        assert sdk.verify_payment_signature(there.double.proof(payment.provider_ref))


async def test_money_that_came_is_told_by_two_messages_as_one_sum() -> None:
    async with account() as there:
        payment = await there.paid()
        pay = there.capture_ref(payment)
        kinds = there.told()
        assert [kind for kind, _ in kinds] == ["payment.authorized", "payment.captured", "order.paid"]
        processing, captured, paid = [event for _, event in kinds]
        same = {"amount": PRICE, "provider_ref": payment.provider_ref}
        assert processing == GatewayEvent(PaymentProvider.RAZORPAY, processing.event_id, News.PROCESSING, **same)
        assert captured == replace(processing, event_id=captured.event_id, news=News.CAPTURED, capture_ref=pay)
        assert paid == replace(captured, event_id=paid.event_id, payment_id=payment.id)
        assert len({processing.event_id, captured.event_id, paid.event_id}) == 3


async def test_a_failed_attempt_and_a_refund_that_was_only_begun_say_nothing_about_money() -> None:
    async with account() as there:
        payment = await there.open()
        await there.double.fail(payment.provider_ref)
        assert there.told() == [("payment.failed", None)]
        await there.double.pay(payment.provider_ref)
        there.double.outbox.clear()
        pay = there.double.payments[there.double.proof(payment.provider_ref)["razorpay_payment_id"]]
        there.double.make_refund(pay, {"amount": 1}, RefundOutcome.PROCESSED)
        assert there.told()[0] == ("refund.created", None)


@pytest.mark.parametrize(
    ("outcome", "news", "reason"),
    [
        (RefundOutcome.PROCESSED, News.REFUNDED, None),
        (RefundOutcome.PENDING_PROCESSED, News.REFUNDED, None),
        (RefundOutcome.PENDING_FAILED, News.REFUND_FAILED, "Razorpay could not send the money back."),
    ],
)
async def test_what_became_of_a_refund_is_told_under_our_name_of_it(
    outcome: RefundOutcome, news: News, reason: str | None
) -> None:
    async with account() as there:
        payment = await there.paid()
        there.double.outbox.clear()
        there.double.refund_outcomes.append(outcome)
        order = there.refund_order(payment, Money(20_000, "INR"))
        taken = await there.gateway.refund(order)
        _, (_, became) = there.told()
        assert became == GatewayEvent(
            PaymentProvider.RAZORPAY,
            became.event_id,
            news,
            Money(20_000, "INR"),
            provider_ref=payment.provider_ref,
            payment_id=payment.id,
            capture_ref=order.capture_ref,
            refund_ref=taken.refund_ref,
            refund_id=order.id,
            reason=reason,
        )


async def test_what_razorpay_gives_back_by_itself_never_was_ours() -> None:
    async with account() as there:
        payment = await there.open()
        await there.double.process(payment.provider_ref)
        there.double.outbox.clear()
        there.double.auto_refund(there.double.payments[there.capture_ref(payment)])
        assert there.told() == [("refund.processed", None)]
        assert await there.gateway.fetch(payment) == []


def test_names_in_the_notes_of_a_payer_are_not_believed() -> None:
    claimed = PAYMENT | {"notes": {"payment_id": str(uuid4())}}
    assert read(event("payment.captured", payment=claimed)).payment_id is None
    assert read(event("order.paid", payment=claimed, order=ORDER)).payment_id == UUID(int=7)
    assert read(event("order.paid", payment=claimed, order=ORDER | {"notes": {"payment_id": "7"}})).payment_id is None
    assert read(event("order.paid", payment=claimed, order=ORDER | {"notes": []})).provider_ref == ORDER["id"]


@pytest.mark.parametrize("kind", ["payment.pending", "settlement.processed", "subscription.charged", "payment.odd"])
def test_other_kinds_are_taken_and_mean_nothing(kind: str) -> None:
    message = GATEWAY.read(delivery(DOUBLE.signed({"event": kind, "payload": []}, "evt_9")))
    assert (message.event_id, message.kind, message.event) == ("evt_9", kind, None)


def test_a_payment_without_an_order_is_of_another_shop_of_the_account() -> None:
    assert read(event("payment.captured", payment=PAYMENT | {"order_id": None})) is None


def test_a_message_without_a_name_is_named_for_what_it_says() -> None:
    body = json.dumps(event("payment.failed", payment=PAYMENT)).encode()
    first, again, other = (GATEWAY.read(signed(text)).event_id for text in (body, body, body + b"\n"))
    assert first == again == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert other != first
    unfit = signed(body, **{"x-razorpay-event-id": "\0" * 3})
    assert GATEWAY.read(unfit).event_id == first


def test_nothing_private_is_kept() -> None:
    raw = json.dumps(event("order.paid", payment=PAYMENT, order=ORDER)).encode()
    kept = GATEWAY.read(signed(raw)).body
    assert [value for value in PRIVATE_VALUES if value.encode() not in raw] == []
    assert [value for value in PRIVATE_VALUES if value in kept] == []
    entity = json.loads(kept)["payload"]["payment"]["entity"]
    assert (entity["id"], entity["amount"], entity["method"]) == (PAYMENT["id"], 50_000, "card")
    assert json.loads(kept)["payload"]["order"]["entity"]["notes"] == {"payment_id": str(UUID(int=7))}


def test_a_secret_that_is_being_replaced_still_fits() -> None:
    gateway = gateway_of(DOUBLE, razorpay_webhook_secret="new secret, old secret")
    body = json.dumps({"event": "payment.failed"}).encode()
    assert gateway.read(signed(body, "new secret")).event is gateway.read(signed(body, "old secret")).event is None
    for secret in ("", " ", "new secret, old secret"):
        with pytest.raises(BadSignature):
            gateway.read(signed(body, secret))


def test_without_secrets_nobody_is_believed() -> None:
    gateway = gateway_of(DOUBLE, razorpay_webhook_secret="", razorpay_key_secret="")
    with pytest.raises(BadSignature):
        gateway.read(signed(b'{"event":"payment.failed"}', ""))
    signature = hmac.new(b"", b"order_1|pay_1", hashlib.sha256).hexdigest()
    proof = {"razorpay_order_id": "order_1", "razorpay_payment_id": "pay_1", "razorpay_signature": signature}
    with pytest.raises(BadSignature):
        gateway.check_proof(OpenedPayment(uuid4(), "order_1", PRICE, NOW), proof)


def test_razorpay_is_answered_as_it_wants() -> None:
    assert GATEWAY.answer(Receipt.FORGED).status == 401
    assert {GATEWAY.answer(each) == Answer(200, {"ok": True}) for each in set(Receipt) - {Receipt.FORGED}} == {True}
