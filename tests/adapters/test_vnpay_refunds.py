"""Refunds at VNPay: whatever goes wrong on the way, money goes back once."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.payments.base import GatewayError, GatewayRefusal, RefundTaken
from domain.money import Money
from domain.payments import GatewayEvent, News, PaymentProvider
from tests.adapters.vnpay_examples import (
    NOW,
    PAYMENT,
    PAYMENT_ID,
    PRICE,
    REF,
    REFUND_ID,
    behind,
    opened,
    paid,
    refund_order,
)
from tests.doubles.provider import Fault

pytestmark = pytest.mark.once

HALF = Money(90_000, "VND")
NEXT_DAY = NOW + timedelta(minutes=1)
FAULTS = [Fault.SLOW, Fault.ERROR, Fault.BUSY, Fault.DROP, Fault.LOSE_REPLY]


async def test_a_refund_is_ordered_in_vnpays_words() -> None:
    async with behind() as (gateway, vnpay):
        number = await paid(gateway, vnpay)
        assert await gateway.refund(refund_order(number)) == RefundTaken("14000002")
        ordered = json.loads(vnpay.calls[-1].body)
        assert len(ordered.pop("vnp_SecureHash")) == 128
        assert ordered == {
            "vnp_RequestId": REFUND_ID.hex,
            "vnp_Version": "2.1.0",
            "vnp_Command": "refund",
            "vnp_TmnCode": "DOUBLE01",
            "vnp_TransactionType": "02",
            "vnp_TxnRef": REF,
            "vnp_Amount": "18000000",
            "vnp_TransactionNo": number,
            "vnp_TransactionDate": "20300101235930",
            "vnp_CreateBy": "Le Thi Kieu kieu cinema.example",
            "vnp_CreateDate": "20300101235930",
            "vnp_IpAddr": "127.0.0.1",
            "vnp_OrderInfo": f"Refund {REFUND_ID.hex}",
        }


async def test_the_end_of_a_refund_is_known_by_asking() -> None:
    async with behind() as (gateway, vnpay):
        vnpay.refund_outcomes.append(None)
        number = await paid(gateway, vnpay)
        taken = await gateway.refund(refund_order(number, HALF))
        assert taken == RefundTaken("14000002", None)
        assert await gateway.fetch(PAYMENT) == ()
        vnpay.settle(REF, News.REFUNDED)
        assert await gateway.fetch(PAYMENT) == (
            GatewayEvent(
                PaymentProvider.VNPAY,
                f"fetch:{REF}:14000002:03:00",
                News.REFUNDED,
                HALF,
                provider_ref=REF,
                payment_id=PAYMENT_ID,
                refund_ref=taken.refund_ref,
                refund_id=REFUND_ID,
            ),
        )


async def test_a_refund_the_bank_refused_is_told_with_its_reason() -> None:
    async with behind() as (gateway, vnpay):
        vnpay.refund_outcomes.append(News.REFUND_FAILED)
        await gateway.refund(refund_order(await paid(gateway, vnpay)))
        (event,) = await gateway.fetch(PAYMENT)
        assert (event.news, event.amount, event.refund_id) == (News.REFUND_FAILED, PRICE, REFUND_ID)
        assert event.reason == "VNPay or the bank refused the refund (status 09)."


@pytest.mark.parametrize("outcome", [News.REFUNDED, News.REFUND_FAILED])
async def test_an_end_that_comes_with_the_reply_is_taken(outcome: News) -> None:
    async with behind() as (gateway, vnpay):
        vnpay.refunds_at_once = True
        vnpay.refund_outcomes.append(outcome)
        assert (await gateway.refund(refund_order(await paid(gateway, vnpay)))).outcome is outcome


async def test_a_refund_in_parts_goes_back_in_parts_and_no_further() -> None:
    async with behind() as (gateway, vnpay):
        number = await paid(gateway, vnpay)
        taken = [await gateway.refund(refund_order(number, HALF, UUID(int=part))) for part in (1, 2)]
        assert [part.refund_ref for part in taken] == ["14000002", "14000003"]
        with pytest.raises(GatewayRefusal, match="More is to go back than was paid"):
            await gateway.refund(refund_order(number, HALF, UUID(int=3)))
        assert [refund.amount for refund in vnpay.payments[REF].refunds] == ["9000000", "9000000"]


@pytest.mark.parametrize("amount", [PRICE, HALF])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_refund_that_got_no_answer_is_repeated_and_goes_back_once(fault: Fault, amount: Money) -> None:
    async with behind() as (gateway, vnpay):
        number = await paid(gateway, vnpay)
        vnpay.faults.append(fault)
        with pytest.raises(GatewayError) as problem:
            await gateway.refund(refund_order(number, amount))
        assert not isinstance(problem.value, GatewayRefusal)
        assert (await gateway.refund(refund_order(number, amount))).refund_ref == "14000002"
        assert [refund.amount for refund in vnpay.payments[REF].refunds] == [str(amount.minor * 100)]


async def test_a_refund_repeated_on_another_day_is_looked_for_before_it_is_ordered_again() -> None:
    today = [NOW]
    async with behind(lambda: today[0]) as (gateway, vnpay):
        order = refund_order(await paid(gateway, vnpay), HALF)
        vnpay.faults.append(Fault.LOSE_REPLY)
        with pytest.raises(GatewayError):
            await gateway.refund(order)
        today[0] = NEXT_DAY
        assert await gateway.refund(order) == RefundTaken("14000002", News.REFUNDED)
        assert len(vnpay.payments[REF].refunds) == 1


async def test_a_refund_that_never_arrived_is_ordered_on_another_day() -> None:
    today = [NEXT_DAY]
    async with behind(lambda: today[0]) as (gateway, vnpay):
        assert await gateway.refund(refund_order(await paid(gateway, vnpay))) == RefundTaken("14000002")
        assert len(vnpay.payments[REF].refunds) == 1


async def test_where_another_refund_hides_whether_this_one_arrived_a_person_has_to_look() -> None:
    today = [NOW]
    async with behind(lambda: today[0]) as (gateway, vnpay):
        number = await paid(gateway, vnpay)
        await gateway.refund(refund_order(number, HALF, UUID(int=1)))
        today[0] = NEXT_DAY
        with pytest.raises(GatewayRefusal, match="another refund"):
            await gateway.refund(refund_order(number, HALF, UUID(int=2)))
        assert len(vnpay.payments[REF].refunds) == 1


async def test_while_another_refund_is_under_way_the_next_has_to_wait() -> None:
    async with behind() as (gateway, vnpay):
        vnpay.refund_outcomes.append(None)
        number = await paid(gateway, vnpay)
        await gateway.refund(refund_order(number, HALF, UUID(int=1)))
        with pytest.raises(GatewayError, match="Another refund") as problem:
            await gateway.refund(refund_order(number, HALF, UUID(int=2)))
        assert not isinstance(problem.value, GatewayRefusal)
        vnpay.settle(REF, News.REFUNDED)
        await gateway.refund(refund_order(number, HALF, UUID(int=2)))
        assert len(vnpay.payments[REF].refunds) == 2


async def test_everything_goes_back_once_even_where_vnpay_does_not_say_whose_order_it_was() -> None:
    async with behind() as (gateway, vnpay):
        vnpay.refund_outcomes.append(None)
        order = refund_order(await paid(gateway, vnpay))
        await gateway.refund(order)
        vnpay.payments[REF].refunds[0].note = "Ordered in the portal"
        assert await gateway.refund(order) == RefundTaken("14000002")
        vnpay.payments[REF].refunds[0].note = f"Refund {UUID(int=8).hex}"
        with pytest.raises(GatewayError, match="Another refund"):
            await gateway.refund(order)
        assert len(vnpay.payments[REF].refunds) == 1


async def test_what_was_never_paid_or_never_opened_cannot_go_back() -> None:
    async with behind() as (gateway, vnpay):
        with pytest.raises(GatewayRefusal, match="does not know this payment"):
            await gateway.refund(refund_order("1"))
        await vnpay.fail(await opened(gateway, vnpay))
        with pytest.raises(GatewayRefusal, match="never succeeded"):
            await gateway.refund(refund_order("1"))
        with pytest.raises(GatewayRefusal, match="cannot take"):
            await gateway.refund(refund_order("1", Money(1, "USD")))
        assert vnpay.payments[REF].refunds == []
