"""Asking VNPay: a payment is told as it stands, and what VNPay did not sign is no answer."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.payments.base import GatewayError, GatewayRefusal
from domain.payments import GatewayEvent, News, PaymentProvider
from tests.adapters.vnpay_examples import (
    NOW,
    PAYMENT,
    PAYMENT_ID,
    PRICE,
    REF,
    behind,
    opened,
    paid,
    refund_order,
)
from tests.doubles.provider import Fault

pytestmark = pytest.mark.once


def spoiled(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """An answer, changed after it was signed."""

    def spoil(body: bytes) -> bytes:
        fields = json.loads(body)
        change(fields)
        return json.dumps(fields).encode()

    return spoil


GARBLES = [
    lambda body: b"",
    lambda body: b"<html>maintenance</html>",
    lambda body: b"[]",
    lambda body: b"[" * 100_000,
    lambda body: body[:-2],
    spoiled(lambda fields: fields.pop("vnp_SecureHash")),
    spoiled(lambda fields: fields.update(vnp_SecureHash="0" * 128)),
    spoiled(lambda fields: fields.update(vnp_TransactionStatus="02")),
    spoiled(lambda fields: fields.update(vnp_Amount="100")),
    spoiled(lambda fields: fields.update(vnp_ResponseCode="91")),
    spoiled(lambda fields: fields.update(vnp_Amount=["1"])),
]


async def test_a_payment_is_asked_for_in_vnpays_words() -> None:
    async with behind() as (gateway, vnpay):
        await paid(gateway, vnpay)
        await gateway.fetch(PAYMENT)
        await gateway.fetch(PAYMENT)
        asked, again = [json.loads(call.body) for call in vnpay.calls]
        assert asked.pop("vnp_RequestId") != again["vnp_RequestId"]
        assert (len(again["vnp_RequestId"]), len(asked.pop("vnp_SecureHash"))) == (32, 128)
        assert asked == {
            "vnp_Version": "2.1.0",
            "vnp_Command": "querydr",
            "vnp_TmnCode": "DOUBLE01",
            "vnp_TxnRef": REF,
            "vnp_OrderInfo": f"Query {REF}",
            "vnp_TransactionDate": "20300101235930",
            "vnp_CreateDate": "20300101235930",
            "vnp_IpAddr": "127.0.0.1",
        }


async def test_a_payment_is_told_as_it_stands() -> None:
    async with behind() as (gateway, vnpay):
        assert await gateway.fetch(PAYMENT) == ()  # nobody opened the checkout: 91
        await opened(gateway, vnpay)
        assert await gateway.fetch(PAYMENT) == ()  # nobody paid yet: 01
        await vnpay.fail(REF)
        (failed,) = await gateway.fetch(PAYMENT)
        assert (failed.news, failed.event_id) == (News.FAILED, f"fetch:{REF}:14000001:01:02")
        await vnpay.process(REF)
        (suspected,) = await gateway.fetch(PAYMENT)
        assert (suspected.news, suspected.event_id) == (News.PROCESSING, f"fetch:{REF}:14000002:01:07")
        await vnpay.pay(REF)
        captured = GatewayEvent(
            PaymentProvider.VNPAY,
            f"fetch:{REF}:14000003:01:00",
            News.CAPTURED,
            PRICE,
            provider_ref=REF,
            payment_id=PAYMENT_ID,
            capture_ref="14000003",
        )
        assert await gateway.fetch(PAYMENT) == (captured,)
        assert await gateway.fetch(replace(PAYMENT, provider_ref=None)) == (captured,)


async def test_a_payment_opened_at_another_moment_is_not_found() -> None:
    async with behind() as (gateway, vnpay):
        await paid(gateway, vnpay)
        assert await gateway.fetch(replace(PAYMENT, opened_at=NOW - timedelta(seconds=1))) == ()


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.ERROR, Fault.BUSY, Fault.DROP, Fault.LOSE_REPLY])
async def test_a_question_that_got_no_answer_can_be_asked_again(fault: Fault) -> None:
    async with behind() as (gateway, vnpay):
        await paid(gateway, vnpay)
        vnpay.faults.append(fault)
        with pytest.raises(GatewayError) as problem:
            await gateway.fetch(PAYMENT)
        assert not isinstance(problem.value, GatewayRefusal)
        (event,) = await gateway.fetch(PAYMENT)
        assert event.news is News.CAPTURED


@pytest.mark.parametrize("garble", GARBLES)
async def test_an_answer_that_vnpay_did_not_sign_is_none(garble: Callable[[bytes], bytes]) -> None:
    async with behind() as (gateway, vnpay):
        number = await paid(gateway, vnpay)
        for call in (gateway.fetch(PAYMENT), gateway.refund(refund_order(number))):
            vnpay.garble.append(garble)
            with pytest.raises(GatewayError) as problem:
                await call
            assert not isinstance(problem.value, GatewayRefusal)
            assert not vnpay.garble


async def test_a_signed_answer_to_another_question_is_none() -> None:
    async with behind() as (gateway, vnpay):
        await paid(gateway, vnpay)
        other = replace(PAYMENT, id=UUID(int=1), provider_ref=UUID(int=1).hex)
        vnpay.payments[UUID(int=1).hex] = vnpay.payments[REF]
        kept: list[bytes] = []
        vnpay.garble.append(lambda body: kept.append(body) or body)
        await gateway.fetch(other)
        vnpay.garble.append(lambda body: kept[0])
        with pytest.raises(GatewayError, match="another payment"):
            await gateway.fetch(PAYMENT)
        vnpay.garble.append(lambda body: kept[0])
        with pytest.raises(GatewayError):
            await gateway.refund(refund_order("14000001"))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"vnpay_tmn_code": "OTHER001"}, "does not know this merchant"),
        ({"vnpay_hash_secret": "WRONG"}, "not signed"),
        ({"vnpay_api_url": "http://127.0.0.1:9/"}, "cannot be reached"),
    ],
)
async def test_wrong_settings_are_named(wrong: dict[str, str], reason: str) -> None:
    async with behind(**wrong) as (gateway, vnpay):
        for call in (gateway.fetch(PAYMENT), gateway.refund(refund_order("14000001"))):
            with pytest.raises(GatewayError, match=reason):
                await call
        assert vnpay.payments == {}
