"""Razorpay: orders are opened, what becomes of them is found out, and money that waits is taken."""

import asyncio

import pytest
from hypothesis import given, strategies as st

from adapters.payments.base import Checkout, GatewayError, GatewayRefusal
from adapters.payments.razorpay_entities import RazorpayPayment
from adapters.payments.razorpay_money import TAKEN, counted
from domain.currencies import CURRENCIES
from domain.money import Money, decimals_of
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider
from tests.adapters.razorpay_account import HOUSE, NOW, PRICE, account, an_order, gateway_of, opened
from tests.doubles.provider import Fault
from tests.doubles.razorpay import RazorpayDouble, RefundOutcome
from tests.doubles.razorpay_entities import new_payment

pytestmark = pytest.mark.once


def told(payment: OpenedPayment, event_id: str, news: News, **more: object) -> GatewayEvent:
    given = {"amount": PRICE, "provider_ref": payment.provider_ref, "payment_id": payment.id, **more}
    return GatewayEvent(PaymentProvider.RAZORPAY, event_id, news, **given)


async def test_an_order_carries_our_names_and_its_page_is_ours() -> None:
    async with account() as there:
        order = an_order()
        checkout = await there.gateway.open(order)
        (made,) = there.double.orders.values()
        assert (made["amount"], made["currency"], made["receipt"]) == (50_000, "INR", order.payment_id.hex)
        assert made["notes"] == {"payment_id": str(order.payment_id), "booking": "MQ7K2A"}
        assert b'"payment_capture": true' in there.double.calls[0].body
        details = {
            "key_id": "rzp_test_DOUBLE00000001",
            "order_id": made["id"],
            "amount_minor": "50000",
            "currency": "INR",
            "name": "Marquee",
            "description": "MQ7K2A",
        }
        assert checkout == Checkout(made["id"], f"{HOUSE}/checkout/razorpay/{made['id']}", details)


async def test_many_may_open_at_once() -> None:
    async with account() as there:
        orders = [an_order() for _ in range(12)]
        checkouts = await asyncio.gather(*(there.gateway.open(order) for order in orders))
        receipts = {there.double.orders[checkout.provider_ref]["receipt"] for checkout in checkouts}
        assert receipts == {order.payment_id.hex for order in orders}


async def test_a_form_in_the_clients_own_page_needs_no_page_of_ours() -> None:
    async with account() as there:
        checkout = await there.gateway.open(an_order(embedded=True))
        assert checkout.url is None
        assert checkout.details["order_id"] == checkout.provider_ref


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.ERROR, Fault.BUSY, Fault.DROP, Fault.LOSE_REPLY])
async def test_an_order_that_could_not_be_opened_may_be_opened_again(
    fault: Fault, capfd: pytest.CaptureFixture[str]
) -> None:
    async with RazorpayDouble().serving() as double:
        double.slowness = 1.0
        double.faults.append(fault)
        gateway = gateway_of(double, gateway_seconds=0.2 if fault is Fault.SLOW else 8.0)
        with pytest.raises(GatewayError) as refused:
            await gateway.open(an_order())
        assert not isinstance(refused.value, GatewayRefusal)
        assert len(double.calls) == 1
        assert (await gateway.open(an_order())).provider_ref in double.orders
        assert capfd.readouterr().out == ""


async def test_an_order_whose_reply_was_lost_is_found_by_its_receipt_and_never_paid_twice() -> None:
    async with account() as there:
        order = an_order()
        there.double.faults.append(Fault.LOSE_REPLY)
        with pytest.raises(GatewayError):
            await there.gateway.open(order)
        (lost,) = there.double.orders
        assert await there.gateway.fetch(opened(order, None)) == []
        await there.double.pay(lost)
        strange = there.double.create_order({"amount": 700, "currency": "INR", "receipt": order.payment_id.hex})
        await there.double.pay(strange["id"])
        (event,) = await there.gateway.fetch(opened(order, None))
        assert (event.news, event.provider_ref, event.payment_id) == (News.CAPTURED, lost, order.payment_id)
        assert await there.gateway.fetch(opened(an_order(), None)) == []


async def test_what_razorpay_refuses_is_refused_with_its_reason() -> None:
    async with account() as there:
        with pytest.raises(GatewayRefusal, match=r"The amount must be at least INR 1\.00"):
            await there.gateway.open(an_order(Money(99, "INR")))
        assert there.double.orders == {}


async def test_a_wrong_key_is_the_operators_to_mend_and_no_refusal() -> None:
    async with RazorpayDouble().serving() as double:
        with pytest.raises(GatewayError, match="401") as refused:
            await gateway_of(double, razorpay_key_secret="another").open(an_order())
        assert not isinstance(refused.value, GatewayRefusal)


@pytest.mark.parametrize("amount", [Money(9_995, "KWD"), Money(500, "VND"), Money(0, "INR"), Money(-500, "INR")])
async def test_what_razorpay_cannot_take_is_not_asked_for(amount: Money) -> None:
    async with account() as there:
        with pytest.raises(GatewayRefusal):
            await there.gateway.open(an_order(amount))
        assert there.double.calls == []


@given(st.sampled_from(sorted(TAKEN)), st.integers(1, 10**12))
def test_money_is_exact_both_ways(currency: str, minor: int) -> None:
    money = Money(minor * 10 if decimals_of(currency) == 3 else minor, currency)
    entity = {**new_payment("order_1", money, "captured", 1), "amount": counted(money)}
    assert counted(money) == money.minor
    assert RazorpayPayment.read(entity).amount == money


@given(st.sampled_from(["BHD", "KWD", "OMR"]), st.integers(1, 10**12).filter(lambda minor: minor % 10))
def test_a_third_decimal_that_razorpay_would_cut_is_refused(currency: str, minor: int) -> None:
    with pytest.raises(GatewayRefusal):
        counted(Money(minor, currency))


def test_rupees_are_taken_and_currencies_of_unknown_units_are_not() -> None:
    gateway = gateway_of(RazorpayDouble())
    assert TAKEN <= CURRENCIES
    assert all(gateway.takes(currency) for currency in ("INR", "USD", "JPY", "KWD"))
    assert not any(gateway.takes(currency) for currency in ("VND", "KRW", "TND", "XXX", "inr", ""))


async def test_everything_that_happened_to_a_payment_is_fetched_in_its_order() -> None:
    async with account() as there:
        payment = await there.paid()
        pay = there.capture_ref(payment)
        back = there.refund_order(payment, Money(20_000, "INR"))
        there.double.refund_outcomes += [RefundOutcome.PROCESSED, RefundOutcome.PENDING_FAILED]
        first = await there.gateway.refund(back)
        lost = there.refund_order(payment, Money(10_000, "INR"))
        second = await there.gateway.refund(lost)
        refunded = {"capture_ref": pay, "refund_ref": first.refund_ref, "refund_id": back.id, "amount": back.amount}
        failed = {"capture_ref": pay, "refund_ref": second.refund_ref, "refund_id": lost.id, "amount": lost.amount}
        assert sorted(await there.gateway.fetch(payment), key=lambda event: str(event.news)) == [
            told(payment, f"fetch:{pay}:captured", News.CAPTURED, capture_ref=pay),
            told(payment, f"fetch:{first.refund_ref}:processed", News.REFUNDED, **refunded),
            told(
                payment,
                f"fetch:{second.refund_ref}:failed",
                News.REFUND_FAILED,
                **failed,
                reason="Razorpay could not send the money back.",
            ),
        ]
        assert (await there.gateway.fetch(payment))[0].news is News.CAPTURED


async def test_an_order_paid_twice_is_told_twice() -> None:
    async with account() as there:
        payment = await there.paid()
        await there.double.fail(payment.provider_ref)
        await there.double.pay(payment.provider_ref)
        events = await there.gateway.fetch(payment)
        assert [event.news for event in events] == [News.CAPTURED, News.CAPTURED]
        assert len({event.capture_ref for event in events}) == len({event.event_id for event in events}) == 2
        assert list(await there.gateway.fetch(payment)) == list(events)


async def test_a_failed_or_abandoned_attempt_is_no_news() -> None:
    async with account() as there:
        payment = await there.open()
        await there.double.fail(payment.provider_ref)
        await there.double.cancel(payment.provider_ref)
        assert await there.gateway.fetch(payment) == []


async def test_money_that_waits_is_taken() -> None:
    async with account() as there:
        payment = await there.open()
        await there.double.process(payment.provider_ref)
        pay = there.capture_ref(payment)
        assert await there.gateway.fetch(payment) == [
            told(payment, f"fetch:{pay}:captured", News.CAPTURED, capture_ref=pay)
        ]
        assert there.double.payments[pay]["status"] == "captured"
        assert [webhook.body.count(b"captured") > 0 for webhook in there.double.outbox[-2:]] == [True, True]


async def test_money_that_waits_on_an_order_that_is_paid_is_left_to_go_back() -> None:
    async with account() as there:
        payment = await there.paid()
        await there.double.process(payment.provider_ref)
        events = await there.gateway.fetch(payment)
        assert sorted(event.news for event in events) == [News.CAPTURED, News.PROCESSING]
        assert sorted(each["status"] for each in there.double.payments.values()) == ["authorized", "captured"]


async def test_of_two_that_wait_one_is_taken() -> None:
    async with account() as there:
        payment = await there.open()
        await there.double.process(payment.provider_ref)
        await there.double.process(payment.provider_ref)
        await there.gateway.fetch(payment)
        assert sorted(each["status"] for each in there.double.payments.values()) == ["authorized", "captured"]


async def test_another_amount_than_was_asked_for_is_not_taken() -> None:
    async with account() as there:
        payment = await there.open()
        await there.double.process(payment.provider_ref)
        dearer = OpenedPayment(payment.id, payment.provider_ref, Money(60_000, "INR"), NOW)
        (event,) = await there.gateway.fetch(dearer)
        assert (event.news, event.amount) == (News.PROCESSING, PRICE)
        assert there.double.payments[there.capture_ref(payment)]["status"] == "authorized"
