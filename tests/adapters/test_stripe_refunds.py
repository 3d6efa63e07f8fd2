"""Money goes back at most once, whatever happens to the call."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from adapters.payments.base import GatewayError, GatewayRefusal
from domain.money import Money
from domain.payments import News
from tests.adapters.stripe_account import PRICE, Account, account
from tests.doubles.provider import Fault
from tests.doubles.stripe_server import RefundOutcome

pytestmark = pytest.mark.once


@pytest.fixture
async def stripe_account() -> AsyncIterator[Account]:
    async with account() as opened_account:
        yield opened_account


def gone(at: Account) -> list[int]:
    return [refund["amount"] for refund in at.double.refunds.values()]


@pytest.mark.parametrize("minor", [50_000, 1, 12_345])
async def test_captured_money_or_some_of_it_goes_back(stripe_account: Account, minor: int) -> None:
    payment = await stripe_account.paid()
    order = stripe_account.refund_order(payment, Money(minor, "INR"))
    taken = await stripe_account.gateway.refund(order)
    (refund,) = stripe_account.double.refunds.values()
    assert (taken.refund_ref, taken.outcome, taken.reason) == (refund["id"], News.REFUNDED, None)
    assert refund["amount"] == minor
    assert refund["metadata"] == {"refund_id": str(order.id), "payment_id": str(payment.id)}
    assert stripe_account.double.calls[-1].headers["idempotency-key"] == f"marquee-refund-{order.id}"


async def test_a_refund_goes_back_in_the_currencys_own_steps(stripe_account: Account) -> None:
    payment = await stripe_account.paid(Money(5_000, "ISK"))
    await stripe_account.gateway.refund(stripe_account.refund_order(payment, Money(1_500, "ISK")))
    assert gone(stripe_account) == [150_000]


@pytest.mark.parametrize(
    "outcome", [RefundOutcome.PENDING, RefundOutcome.PENDING_THEN_SUCCEED, RefundOutcome.PENDING_THEN_FAIL]
)
async def test_a_refund_under_way_is_told_later(stripe_account: Account, outcome: RefundOutcome) -> None:
    payment = await stripe_account.paid()
    stripe_account.double.refund_outcomes.append(outcome)
    assert (await stripe_account.gateway.refund(stripe_account.refund_order(payment))).outcome is None


async def test_a_refund_that_stripe_refuses_is_refused_with_its_reason(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    stripe_account.double.refund_outcomes.append(RefundOutcome.REFUSE)
    with pytest.raises(GatewayRefusal, match=r"^Insufficient funds in Stripe account.$"):
        await stripe_account.gateway.refund(stripe_account.refund_order(payment))
    assert gone(stripe_account) == []


async def test_no_more_goes_back_than_came(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    await stripe_account.gateway.refund(stripe_account.refund_order(payment, Money(30_000, "INR")))
    with pytest.raises(GatewayRefusal, match="greater than unrefunded amount"):
        await stripe_account.gateway.refund(stripe_account.refund_order(payment, Money(20_001, "INR")))
    await stripe_account.gateway.refund(stripe_account.refund_order(payment, Money(20_000, "INR")))
    with pytest.raises(GatewayRefusal, match="already been refunded"):
        await stripe_account.gateway.refund(stripe_account.refund_order(payment, Money(1, "INR")))
    assert gone(stripe_account) == [30_000, 20_000]


async def test_a_refund_of_money_that_never_came_is_refused(stripe_account: Account) -> None:
    payment = await stripe_account.open(embedded=True)
    with pytest.raises(GatewayRefusal, match="does not have a successful charge"):
        await stripe_account.gateway.refund(stripe_account.refund_order(payment))
    assert gone(stripe_account) == []


async def test_twenty_repetitions_are_one_refund(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    order = stripe_account.refund_order(payment, Money(1_000, "INR"))
    taken = [await stripe_account.gateway.refund(order) for _ in range(20)]
    assert len(set(taken)) == 1
    assert gone(stripe_account) == [1_000]


async def test_a_refund_whose_key_stripe_has_forgotten_is_looked_for_first(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    yesterday = clock.now() - timedelta(hours=25)
    order = stripe_account.refund_order(payment, Money(1_000, "INR"), ordered_at=yesterday)
    taken = await stripe_account.gateway.refund(order)
    stripe_account.double.door.forget_keys()
    assert await stripe_account.gateway.refund(order) == taken
    assert gone(stripe_account) == [1_000]


async def test_a_full_refund_that_is_there_already_is_this_one_if_it_has_our_name(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    order = stripe_account.refund_order(payment)
    taken = await stripe_account.gateway.refund(order)
    stripe_account.double.door.forget_keys()
    assert await stripe_account.gateway.refund(order) == taken
    with pytest.raises(GatewayRefusal, match="already been refunded"):
        await stripe_account.gateway.refund(stripe_account.refund_order(payment))
    assert gone(stripe_account) == [50_000]


async def test_a_refund_that_failed_says_so_and_why_when_it_is_asked_for_again(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    order = stripe_account.refund_order(payment, ordered_at=clock.now() - timedelta(hours=25))
    taken = await stripe_account.gateway.refund(order)
    stripe_account.double.fail_refund(taken.refund_ref)
    again = await stripe_account.gateway.refund(order)
    assert (again.refund_ref, again.outcome, again.reason) == (
        taken.refund_ref,
        News.REFUND_FAILED,
        "lost_or_stolen_card",
    )


@pytest.mark.parametrize("fault", list(Fault))
async def test_after_any_trouble_a_repetition_is_one_refund(stripe_account: Account, fault: Fault) -> None:
    payment = await stripe_account.paid()
    stripe_account.double.slowness = 0.6
    order = stripe_account.refund_order(payment, Money(1_000, "INR"))
    stripe_account.double.faults.append(fault)
    with pytest.raises(GatewayError) as trouble:
        await stripe_account.gateway_with(gateway_seconds=0.3).refund(order)
    assert trouble.type is GatewayError, "not a refusal: it may be repeated"
    assert gone(stripe_account) == ([1_000] if fault is Fault.LOSE_REPLY else [])
    taken = await stripe_account.gateway.refund(order)
    assert gone(stripe_account) == [1_000]
    assert taken.refund_ref in stripe_account.double.refunds
    assert [kind for kind, _ in stripe_account.told()] == ["refund.created"]


async def test_a_refund_of_another_payment_is_not_taken_for_this_one(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    first = stripe_account.refund_order(payment, PRICE)
    await stripe_account.gateway.refund(first)
    second = stripe_account.refund_order(payment, PRICE, id=uuid4())
    with pytest.raises(GatewayRefusal):
        await stripe_account.gateway.refund(second)
    assert len(stripe_account.double.refunds) == 1
