"""Payments at Stripe: opened, asked about, and found again when their name was lost."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
import stripe
import structlog

import clock
import telemetry
from adapters.payments.base import BadSignature, GatewayRefusal, Receipt
from adapters.payments.stripe_api import API_VERSION
from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider
from tests.adapters.stripe_account import HOUSE, PRICE, Account, account, an_order, opened
from tests.doubles.stripe_objects import VERSION, intent_object
from tests.doubles.stripe_server import PUBLISHABLE_KEY, SECRET_KEY

pytestmark = pytest.mark.once


@pytest.fixture
async def stripe_account() -> AsyncIterator[Account]:
    async with account() as opened_account:
        yield opened_account


async def test_a_payer_is_sent_to_a_page_of_stripe(stripe_account: Account) -> None:
    order = an_order()
    checkout = await stripe_account.gateway.open(order)
    (session,) = stripe_account.double.sessions.values()
    assert (checkout.provider_ref, checkout.url) == (session["id"], session["url"])
    assert checkout.details == {"publishable_key": PUBLISHABLE_KEY, "session_id": session["id"]}
    assert (session["amount_total"], session["currency"]) == (50_000, "inr")
    assert session["client_reference_id"] == session["metadata"]["payment_id"] == str(order.payment_id)
    assert session["success_url"] == session["cancel_url"] == f"{HOUSE}/payments/stripe/return/{order.payment_id}"
    to_be = stripe_account.double.intents_to_be[session["id"]]
    assert to_be["metadata"] == {"payment_id": str(order.payment_id)}


async def test_a_form_in_the_clients_page_gets_what_it_needs_and_no_secret_of_ours(stripe_account: Account) -> None:
    order = an_order(embedded=True)
    checkout = await stripe_account.gateway.open(order)
    (intent,) = stripe_account.double.intents.values()
    assert (checkout.provider_ref, checkout.url) == (intent["id"], None)
    assert checkout.details == {"publishable_key": PUBLISHABLE_KEY, "client_secret": intent["client_secret"]}
    assert (intent["amount"], intent["currency"]) == (50_000, "inr")
    assert intent["metadata"] == {"payment_id": str(order.payment_id)}


async def test_every_call_is_keyed_pinned_and_speaks_stripes_language(stripe_account: Account) -> None:
    order = an_order()
    await stripe_account.gateway.open(order)
    (call,) = stripe_account.double.calls
    assert (call.method, call.path) == ("POST", "/v1/checkout/sessions")
    assert call.headers["idempotency-key"] == f"marquee-payment-{order.payment_id}"
    assert call.headers["stripe-version"] == API_VERSION == VERSION == stripe.api_version
    assert call.headers["authorization"] == f"Bearer {SECRET_KEY}"
    form = parse_qs(call.body.decode())
    assert form["line_items[0][price_data][product_data][name]"] == ["MQ7K2A"]
    assert form["line_items[0][price_data][unit_amount]"] == ["50000"]
    assert stripe.api_key is None


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (timedelta(minutes=10), timedelta(minutes=31)),
        (timedelta(minutes=45), timedelta(minutes=45)),
        (timedelta(days=3), timedelta(hours=23, minutes=59)),
    ],
)
async def test_a_page_ends_when_stripe_lets_it(stripe_account: Account, wanted: timedelta, given: timedelta) -> None:
    order = an_order()
    order = order.__class__(**{**vars(order), "expires_at": order.opened_at + wanted})
    await stripe_account.gateway.open(order)
    (session,) = stripe_account.double.sessions.values()
    assert session["expires_at"] == int((order.opened_at + given).timestamp())


@pytest.mark.parametrize("embedded", [False, True])
async def test_a_payment_opened_twice_is_opened_once(stripe_account: Account, *, embedded: bool) -> None:
    order = an_order(embedded=embedded)
    assert await stripe_account.gateway.open(order) == await stripe_account.gateway.open(order)
    assert len(stripe_account.double.sessions) + len(stripe_account.double.intents) == 1


async def test_one_payment_of_two_amounts_is_refused(stripe_account: Account) -> None:
    order = an_order()
    await stripe_account.gateway.open(order)
    changed = order.__class__(**{**vars(order), "amount": Money(50_001, "INR")})
    with pytest.raises(GatewayRefusal, match="same parameters"):
        await stripe_account.gateway.open(changed)
    assert [session["amount_total"] for session in stripe_account.double.sessions.values()] == [50_000]


@pytest.mark.parametrize("embedded", [False, True])
async def test_a_payment_nobody_has_paid_is_no_news(stripe_account: Account, *, embedded: bool) -> None:
    payment = await stripe_account.open(embedded=embedded)
    assert await stripe_account.gateway.fetch(payment) == []


@pytest.mark.parametrize("embedded", [False, True])
@pytest.mark.parametrize(
    ("doing", "news"),
    [("process", News.PROCESSING), ("cancel", News.CANCELLED), ("pay", News.CAPTURED), ("decline", None)],
)
async def test_asking_tells_what_has_become_of_a_payment(
    stripe_account: Account, doing: str, news: News | None, *, embedded: bool
) -> None:
    payment = await stripe_account.open(embedded=embedded)
    await getattr(stripe_account.double, doing)(payment.provider_ref)
    told = await stripe_account.gateway.fetch(payment)
    assert [event.news for event in told] == ([] if news is None else [news])
    for event in told:
        captured = news is News.CAPTURED
        assert event == GatewayEvent(
            PaymentProvider.STRIPE,
            event.event_id,
            event.news,
            PRICE,
            payment.provider_ref,
            payment.id,
            capture_ref=stripe_account.capture_ref(payment) if captured else None,
            reason=event.reason,
        )
        assert event.event_id.startswith("fetch:")
    assert await stripe_account.gateway.fetch(payment) == told


async def test_a_page_whose_bank_said_no_in_the_end_has_failed(stripe_account: Account) -> None:
    payment = await stripe_account.open()
    await stripe_account.double.fail(payment.provider_ref)
    assert [event.news for event in await stripe_account.gateway.fetch(payment)] == [News.FAILED]


async def test_asking_tells_of_every_refund_in_order(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    first, second, third = [
        await stripe_account.gateway.refund(stripe_account.refund_order(payment, Money(minor, "INR")))
        for minor in (10_000, 20_000, 5_000)
    ]
    stripe_account.double.fail_refund(second.refund_ref)
    told = await stripe_account.gateway.fetch(payment)
    assert [(event.news, event.amount.minor, event.refund_ref) for event in told] == [
        (News.CAPTURED, 50_000, None),
        (News.REFUNDED, 10_000, first.refund_ref),
        (News.REFUND_FAILED, 20_000, second.refund_ref),
        (News.REFUNDED, 5_000, third.refund_ref),
    ]
    assert {event.provider_ref for event in told} == {payment.provider_ref}
    assert len({event.event_id for event in told}) == 4


@pytest.mark.parametrize("embedded", [False, True])
async def test_a_payment_whose_name_was_lost_is_found_again(stripe_account: Account, *, embedded: bool) -> None:
    order = an_order(embedded=embedded)
    checkout = await stripe_account.gateway.open(order)
    await stripe_account.double.pay(checkout.provider_ref)
    for _ in range(101):  # more than one page of strangers
        await _stranger(stripe_account, embedded=embedded)
    told = await stripe_account.gateway.fetch(opened(order, None))
    assert [(event.news, event.provider_ref) for event in told] == [(News.CAPTURED, checkout.provider_ref)]
    assert told == await stripe_account.gateway.fetch(opened(order, checkout.provider_ref))


async def _stranger(at: Account, *, embedded: bool) -> None:
    """A payment of somebody else: made at the double itself, which is quicker than a hundred calls."""
    kept = at.double.intents if embedded else at.double.sessions
    like = next(iter(kept.values()))
    name = f"{like['id'].partition('_')[0]}_stranger{len(kept)}"
    kept[name] = {**like, "id": name, "metadata": {"payment_id": str(uuid4())}}


async def test_a_payment_that_stripe_never_heard_of_is_no_news(stripe_account: Account) -> None:
    payment = OpenedPayment(uuid4(), None, PRICE, clock.now())
    assert await stripe_account.gateway.fetch(payment) == []
    with pytest.raises(GatewayRefusal, match="No such"):
        await stripe_account.gateway.fetch(opened(an_order(), "pi_unknown"))


async def test_recent_money_is_all_money_with_our_name(stripe_account: Account) -> None:
    began = clock.now()
    paid = [await stripe_account.paid(embedded=embedded) for embedded in (True, False, True)]
    await stripe_account.open(embedded=True)  # not paid
    stranger = intent_object({"amount": "700", "currency": "inr"}, clock.now())
    stripe_account.double.intents[stranger["id"]] = {**stranger, "status": "succeeded", "amount_received": 700}
    told = await stripe_account.gateway.recent(began, clock.now() + timedelta(seconds=1))
    assert [(event.payment_id, event.news, event.capture_ref) for event in told] == [
        (payment.id, News.CAPTURED, stripe_account.capture_ref(payment)) for payment in paid
    ]
    assert await stripe_account.gateway.recent(began - timedelta(hours=2), began - timedelta(hours=1)) == []


async def test_recent_money_fills_more_than_a_page(stripe_account: Account) -> None:
    payment = await stripe_account.paid(embedded=True)
    like = stripe_account.double.intents[payment.provider_ref]
    for number in range(250):
        stripe_account.double.intents[f"pi_{number}"] = {**like, "id": f"pi_{number}"}
    told = await stripe_account.gateway.recent(payment.opened_at, clock.now() + timedelta(seconds=1))
    assert [event.capture_ref for event in told] == [payment.provider_ref, *(f"pi_{number}" for number in range(250))]
    assert len([call for call in stripe_account.double.calls if call.method == "GET"]) == 3


async def test_the_event_loop_goes_on_while_stripe_thinks(stripe_account: Account) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    heart = asyncio.create_task(beat())
    await stripe_account.gateway.open(an_order())
    heart.cancel()
    assert beats > 10


async def test_nothing_secret_is_logged_even_at_debug(
    stripe_account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    caplog.set_level(logging.DEBUG)
    telemetry.configure(stripe_account.settings(log_level="DEBUG"))
    try:
        checkout = await stripe_account.gateway.open(an_order(embedded=True))
    finally:
        structlog.reset_defaults()
        root.handlers[:] = before
        root.setLevel(level)
    assert SECRET_KEY not in caplog.text
    assert checkout.details["client_secret"] not in caplog.text


async def test_what_a_browser_brings_back_must_be_about_this_payment(stripe_account: Account) -> None:
    payment = await stripe_account.open()
    stripe_account.gateway.check_proof(payment, {})
    stripe_account.gateway.check_proof(payment, {"session_id": payment.provider_ref, "redirect_status": "succeeded"})
    for proof in ({"session_id": "cs_test_other"}, {"payment_intent": "pi_other"}, {"session_id": ""}):
        with pytest.raises(BadSignature):
            stripe_account.gateway.check_proof(payment, proof)


async def test_stripe_is_told_that_all_is_well_unless_it_was_not_stripe(stripe_account: Account) -> None:
    told = {receipt: stripe_account.gateway.answer(receipt).status for receipt in Receipt}
    assert told == {**dict.fromkeys(Receipt, 200), Receipt.FORGED: 401}
