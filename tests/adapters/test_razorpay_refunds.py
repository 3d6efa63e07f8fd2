"""Razorpay: money goes back once, whatever happens to the call; and what came in is listed."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from adapters.payments.base import GatewayError, GatewayRefusal, RefundTaken
from domain.money import Money
from domain.payments import News
from tests.adapters.razorpay_account import PRICE, Account, account, gateway_of
from tests.doubles.provider import Fault
from tests.doubles.razorpay import RefundOutcome

pytestmark = pytest.mark.once

MINUTE = timedelta(minutes=1)


def returned(there: Account) -> int:
    """The paise that have gone back."""
    return sum(payment["amount_refunded"] for payment in there.double.payments.values())


async def test_a_refund_carries_our_names_and_a_key() -> None:
    async with account() as there:
        payment = await there.paid()
        order = there.refund_order(payment)
        taken = await there.gateway.refund(order)
        (made,) = there.double.refunds.values()
        assert taken == RefundTaken(made["id"], News.REFUNDED)
        assert (made["amount"], made["speed_requested"], made["receipt"]) == (50_000, "normal", order.id.hex)
        assert made["notes"] == {"refund_id": str(order.id), "payment_id": str(payment.id)}
        assert there.double.calls[-1].headers["x-refund-idempotency"] == str(order.id)


@pytest.mark.parametrize("outcome", [RefundOutcome.PENDING_PROCESSED, RefundOutcome.PENDING_FAILED])
async def test_a_refund_that_takes_days_is_taken_and_told_later(outcome: RefundOutcome) -> None:
    async with account() as there:
        payment = await there.paid()
        there.double.refund_outcomes.append(outcome)
        taken = await there.gateway.refund(there.refund_order(payment))
        (refund_ref,) = there.double.refunds
        assert taken == RefundTaken(refund_ref, None)
        there.double.refunds[refund_ref]["status"] = "pending"
        assert [event.news for event in await there.gateway.fetch(payment)] == [News.CAPTURED]


@pytest.mark.parametrize("honours_keys", [True, False])
async def test_a_refund_asked_for_again_is_the_same_refund(honours_keys: bool) -> None:
    async with account() as there:
        there.double.honours_keys = honours_keys
        payment = await there.paid()
        part = there.refund_order(payment, Money(20_000, "INR"))
        first = await there.gateway.refund(part)
        assert await there.gateway.refund(part) == first
        assert await gateway_of(there.double).refund(part) == first
        assert returned(there) == 20_000
        other = await there.gateway.refund(replace(part, id=uuid4()))
        assert other.refund_ref != first.refund_ref
        assert returned(there) == 40_000


async def test_a_refund_that_failed_stays_failed_under_its_name() -> None:
    async with account() as there:
        payment = await there.paid()
        there.double.refund_outcomes.append(RefundOutcome.PENDING_FAILED)
        order = there.refund_order(payment)
        first = await there.gateway.refund(order)
        failed = RefundTaken(first.refund_ref, News.REFUND_FAILED, "Razorpay could not send the money back.")
        assert await there.gateway.refund(order) == failed
        assert returned(there) == 0


# The first call looks for the refund, the second asks for it.
@pytest.mark.parametrize("calls_before", [0, 1])
@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.ERROR, Fault.BUSY, Fault.DROP, Fault.LOSE_REPLY])
async def test_a_refund_that_got_lost_and_was_repeated_has_one_effect(fault: Fault, calls_before: int) -> None:
    async with account() as there:
        payment = await there.paid()
        order = there.refund_order(payment, Money(20_000, "INR"))
        there.double.slowness = 1.0
        hasty = gateway_of(there.double, gateway_seconds=0.3)
        there.double.calls.clear()
        held_up = _after(there, calls_before, fault)
        with pytest.raises(GatewayError) as problem:
            await (hasty if fault is Fault.SLOW else there.gateway).refund(order)
        assert not isinstance(problem.value, GatewayRefusal)
        assert len(there.double.calls) == calls_before + 1
        assert held_up == []
        taken = await there.gateway.refund(order)
        assert list(there.double.refunds) == [taken.refund_ref]
        assert (taken.outcome, returned(there)) == (News.REFUNDED, 20_000)


def _after(there: Account, calls: int, fault: Fault) -> list[Fault]:
    """Let a fault happen after so many calls that go well; what has not happened yet."""
    waiting = [fault]

    class Faults:
        def __bool__(self) -> bool:
            return bool(waiting) and len(there.double.calls) > calls

        def popleft(self) -> Fault:
            return waiting.pop()

    there.double.faults = Faults()
    return waiting


async def test_a_refund_that_is_refused_is_refused_with_its_reason_and_nothing_went_back() -> None:
    async with account() as there:
        payment = await there.paid()
        there.double.refund_outcomes.append(RefundOutcome.REFUSED)
        with pytest.raises(GatewayRefusal, match="The payment has been fully refunded already"):
            await there.gateway.refund(there.refund_order(payment))
        assert (there.double.refunds, returned(there)) == ({}, 0)


async def test_money_that_went_back_under_another_name_does_not_go_back_again() -> None:
    async with account() as there:
        payment = await there.paid()
        await there.gateway.refund(there.refund_order(payment))
        with pytest.raises(GatewayRefusal, match="fully refunded already"):
            await there.gateway.refund(there.refund_order(payment))
        assert returned(there) == 50_000


async def test_a_refund_that_somebody_else_of_us_made_meanwhile_is_found_after_the_refusal() -> None:
    async with account() as there:
        payment = await there.paid()
        order = there.refund_order(payment)
        nothing_yet, taken = [], []

        async def too_early(capture_ref: str) -> list[object]:
            if nothing_yet:
                return await refunds_of(capture_ref)
            nothing_yet.append(capture_ref)
            taken.append(await gateway_of(there.double).refund(order))
            return []

        api = there.gateway._api
        refunds_of, api.refunds_of = api.refunds_of, too_early
        there.double.honours_keys = False
        assert await there.gateway.refund(order) == taken[0]
        assert returned(there) == 50_000


async def test_an_account_without_balance_refunds_once_others_have_paid() -> None:
    async with account() as there:
        payment = await there.paid()
        there.double.refund_outcomes.append(RefundOutcome.REFUSED)
        there.double.refusal = "Your account does not have enough balance to carry out the refund operation."
        with pytest.raises(GatewayError) as problem:
            await there.gateway.refund(there.refund_order(payment))
        assert not isinstance(problem.value, GatewayRefusal)
        assert (await there.gateway.refund(there.refund_order(payment))).outcome is News.REFUNDED


async def test_money_that_came_in_is_listed_once_page_by_page_in_its_order() -> None:
    async with account() as there:
        payments = [await there.paid() for _ in range(3)]
        for order_id in [payment.provider_ref for payment in payments] * 40:
            await there.double.pay(order_id)
        for number, made in enumerate(there.double.payments.values()):
            made["created_at"] += number  # a second each
        there.double.calls.clear()
        now = clock.now()
        events = await there.gateway.recent(now - MINUTE, now + 10 * MINUTE)
        assert [event.capture_ref for event in events] == list(there.double.payments)
        assert len({event.event_id for event in events}) == 123
        assert {(event.news, event.amount) for event in events} == {(News.CAPTURED, PRICE)}
        assert {(event.provider_ref, event.payment_id) for event in events} == {
            (payment.provider_ref, payment.id) for payment in payments
        }
        lists = [call.path for call in there.double.calls if call.path.startswith("/v1/payments?")]
        assert ["skip=0" in lists[0], "skip=100" in lists[1], len(lists)] == [True, True, 2]
        assert len(there.double.calls) == 2 + len(payments)
        assert await there.gateway.recent(now + 20 * MINUTE, now + 21 * MINUTE) == []


async def test_only_money_of_ours_is_listed() -> None:
    async with account() as there:
        waiting, failed, ours = await there.open(), await there.open(), await there.paid()
        await there.double.process(waiting.provider_ref)
        await there.double.fail(failed.provider_ref)
        strange = there.double.create_order({"amount": 700, "currency": "INR", "notes": {"shop": "another"}})
        await there.double.pay(strange["id"])
        hidden = await there.paid()
        del there.double.orders[hidden.provider_ref]  # too old to be shown
        orderless = next(iter(there.double.payments.values())) | {"id": "pay_1", "order_id": None, "captured": True}
        there.double.payments["pay_1"] = orderless
        now = clock.now()
        (event,) = await there.gateway.recent(now - MINUTE, now + MINUTE)
        assert (event.provider_ref, event.payment_id) == (ours.provider_ref, ours.id)


async def test_a_payment_that_carries_our_name_needs_no_second_look() -> None:
    async with account() as there:
        payment = await there.paid()
        there.double.payments[there.capture_ref(payment)]["notes"] = {"payment_id": str(payment.id)}
        there.double.calls.clear()
        now = clock.now()
        (event,) = await there.gateway.recent(now - MINUTE, now + MINUTE)
        assert (event.provider_ref, len(there.double.calls)) == (payment.provider_ref, 1)


async def test_money_that_is_taken_twice_at_once_came_once() -> None:
    async with account() as there:
        payment = await there.open()
        await there.double.process(payment.provider_ref)
        api, capture = there.gateway._api, there.gateway._api.capture

        async def too_late(found: object) -> object:
            await capture(found)
            return await capture(found)

        api.capture = too_late
        (event,) = await there.gateway.fetch(payment)
        assert event.news is News.CAPTURED
