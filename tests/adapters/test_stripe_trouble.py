"""Stripe slow, broken, busy, gone, or saying no: what may be repeated has one effect, and nothing secret is told."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.responses import HTMLResponse

from adapters.payments.base import GatewayError, GatewayRefusal
from domain.money import Money
from tests.adapters.stripe_account import Account, account, an_order
from tests.doubles.provider import Fault
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_server import SECRET_KEY

pytestmark = pytest.mark.once


@pytest.fixture
async def stripe_account() -> AsyncIterator[Account]:
    async with account() as opened_account:
        yield opened_account


@pytest.mark.parametrize("embedded", [False, True])
@pytest.mark.parametrize("fault", list(Fault))
async def test_after_any_trouble_a_repetition_opens_one_payment(
    stripe_account: Account, fault: Fault, *, embedded: bool
) -> None:
    stripe_account.double.slowness = 0.6
    order = an_order(embedded=embedded)
    kept = stripe_account.double.intents if embedded else stripe_account.double.sessions
    stripe_account.double.faults.append(fault)
    with pytest.raises(GatewayError) as trouble:
        await stripe_account.gateway_with(gateway_seconds=0.3).open(order)
    assert trouble.type is GatewayError, "not a refusal: it may be repeated"
    assert len(kept) == (1 if fault is Fault.LOSE_REPLY else 0)
    before = [*kept]
    checkout = await stripe_account.gateway.open(order)
    assert [*kept] == (before or [checkout.provider_ref])
    if fault is Fault.SLOW:  # the first call arrives at last
        await asyncio.sleep(0.5)
    assert [*kept] == [checkout.provider_ref]


@pytest.mark.parametrize("fault", list(Fault))
async def test_asking_in_trouble_is_trouble_and_no_news(stripe_account: Account, fault: Fault) -> None:
    payment = await stripe_account.paid()
    stripe_account.double.slowness = 0.6
    stripe_account.double.faults.append(fault)
    with pytest.raises(GatewayError) as trouble:
        await stripe_account.gateway_with(gateway_seconds=0.3).fetch(payment)
    assert trouble.type is GatewayError
    assert len(await stripe_account.gateway.fetch(payment)) == 1


async def test_trouble_on_a_later_page_is_trouble_and_not_half_the_news(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    stripe_account.double.faults.append(None)
    stripe_account.double.faults.append(Fault.DROP)  # when the refunds are asked for
    with pytest.raises(GatewayError):
        await stripe_account.gateway.fetch(payment)


async def test_a_stripe_that_is_nowhere_is_trouble(stripe_account: Account) -> None:
    gateway = stripe_account.gateway_with(stripe_api_url="http://127.0.0.1:9")
    with pytest.raises(GatewayError, match=r"^Stripe could not be reached.$") as trouble:
        await gateway.open(an_order())
    assert trouble.type is GatewayError


async def test_a_call_that_is_still_under_way_may_be_repeated(stripe_account: Account) -> None:
    order = an_order()
    key = f"marquee-payment-{order.payment_id}"
    stripe_account.double.door.busy_keys.add(key)
    with pytest.raises(GatewayError) as trouble:
        await stripe_account.gateway.open(order)
    assert trouble.type is GatewayError
    stripe_account.double.door.busy_keys.clear()
    await stripe_account.gateway.open(order)
    assert len(stripe_account.double.sessions) == 1


@pytest.mark.parametrize("status", [200, 400, 403, 404, 502])
async def test_somebody_in_between_has_no_last_word(stripe_account: Account, status: int) -> None:
    stripe_account.double.failure = lambda fault: HTMLResponse("<p>Blocked: sk_test_1</p>", status)
    stripe_account.double.faults.append(Fault.ERROR)
    with pytest.raises(GatewayError, match=rf"^Stripe answered {status}, without a reason\.$") as trouble:
        await stripe_account.gateway.open(an_order())
    assert trouble.type is GatewayError


async def test_a_wrong_key_is_trouble_that_somebody_can_mend_and_is_not_told(stripe_account: Account) -> None:
    wrong = "sk_test_wrong_wrong_wrong_wrong_9999"
    with pytest.raises(GatewayError, match="Stripe answered 401: Invalid API Key") as trouble:
        await stripe_account.gateway_with(stripe_secret_key=wrong).open(an_order())
    assert trouble.type is GatewayError
    told = f"{trouble.value!r} {trouble.value.__cause__!r}"
    assert wrong not in told
    assert SECRET_KEY not in told


@pytest.mark.parametrize("money", [Money(5_124, "KWD"), Money(100, "XXX"), Money(0, "INR")])
async def test_what_stripe_cannot_take_is_refused_before_it_is_asked(stripe_account: Account, money: Money) -> None:
    with pytest.raises(GatewayRefusal):
        await stripe_account.gateway.open(an_order(money))
    assert stripe_account.double.calls == []


def test_it_takes_the_currencies_of_stripe_and_no_other() -> None:
    gateway = Account(StripeDouble()).gateway
    taken = [code for code in ("INR", "VND", "USD", "KWD", "UGX", "IQD", "XXX", "usd", "") if gateway.takes(code)]
    assert taken == ["INR", "VND", "USD", "KWD", "UGX"]


@pytest.mark.parametrize(
    "broken",
    [
        {"status": 7},
        {"id": None},
        {"amount_received": "much"},
        {"currency": None},
        {"status": "succeeded", "amount_received": -1},
    ],
)
async def test_an_answer_that_makes_no_sense_is_trouble(stripe_account: Account, broken: dict[str, object]) -> None:
    payment = await stripe_account.paid(embedded=True)
    stripe_account.double.intents[payment.provider_ref].update(broken)
    for asking in (
        stripe_account.gateway.fetch(payment),
        stripe_account.gateway.recent(payment.opened_at, payment.opened_at.replace(year=2100)),
    ):
        with pytest.raises(GatewayError, match="made no sense"):
            await asking


async def test_a_checkout_that_stripe_forgot_to_name_is_trouble(stripe_account: Account) -> None:
    order = an_order()
    stripe_account.double.sessions = _Forgetful()
    with pytest.raises(GatewayError, match="gave no url"):
        await stripe_account.gateway.open(order)


class _Forgetful(dict[str, dict[str, object]]):
    def __setitem__(self, name: str, session: dict[str, object]) -> None:
        session["url"] = None
        super().__setitem__(name, session)


async def test_eight_hanging_calls_do_not_hold_up_the_rest_of_the_process(stripe_account: Account) -> None:
    stripe_account.double.slowness = 0.6
    stripe_account.double.faults.extend([Fault.SLOW] * 8)
    gateway = stripe_account.gateway_with(gateway_seconds=0.4)
    hanging = [asyncio.create_task(gateway.open(an_order())) for _ in range(8)]
    await asyncio.sleep(0.1)
    assert await asyncio.to_thread(lambda: [task.done() for task in hanging]) == [False] * 8
    answers = await asyncio.gather(*hanging, return_exceptions=True)
    assert [type(answer) for answer in answers] == [GatewayError] * 8
