"""What Stripe's webhooks tell, and what of them is kept."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

import clock
from adapters.payments.stripe_api import API_VERSION
from adapters.payments.stripe_news import INTENT_KINDS, REFUND_KINDS, SESSION_KINDS
from domain.money import Money
from domain.payments import GatewayEvent, News, PaymentProvider
from tests.adapters.stripe_account import PRICE, Account, account, delivery
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_objects import (
    BILLING,
    CARD,
    charge_object,
    decline_error,
    event_object,
    intent_object,
    refund_object,
)
from tests.doubles.stripe_server import RefundOutcome

pytestmark = pytest.mark.once


@pytest.fixture
async def stripe_account() -> AsyncIterator[Account]:
    async with account() as opened_account:
        yield opened_account


async def test_money_from_a_page_is_told_twice_under_one_name(stripe_account: Account) -> None:
    payment = await stripe_account.open()
    await stripe_account.double.pay(payment.provider_ref)
    (first_kind, of_intent), (second_kind, of_session) = stripe_account.told()
    assert (first_kind, second_kind) == ("payment_intent.succeeded", "checkout.session.completed")
    capture_ref = stripe_account.capture_ref(payment)
    expected = {
        "provider": PaymentProvider.STRIPE, "news": News.CAPTURED, "amount": PRICE, "payment_id": payment.id,
        "capture_ref": capture_ref,
    }  # fmt: skip
    assert of_intent == GatewayEvent(event_id=of_intent.event_id, provider_ref=capture_ref, **expected)
    assert of_session == GatewayEvent(event_id=of_session.event_id, provider_ref=payment.provider_ref, **expected)
    assert of_intent.event_id != of_session.event_id


@pytest.mark.parametrize(
    ("doings", "news"),
    [
        (["pay"], [("payment_intent.succeeded", "CAPTURED")]),
        (["process", "pay"], [("payment_intent.processing", "PROCESSING"), ("payment_intent.succeeded", "CAPTURED")]),
        (["decline", "pay"], [("payment_intent.payment_failed", None), ("payment_intent.succeeded", "CAPTURED")]),
        (["cancel"], [("payment_intent.canceled", "CANCELLED")]),
        (["fail"], [("payment_intent.processing", "PROCESSING"), ("payment_intent.payment_failed", None)]),
    ],
)
async def test_what_a_form_tells(stripe_account: Account, doings: list[str], news: list[tuple[str, str]]) -> None:
    payment = await stripe_account.open(embedded=True)
    for doing in doings:
        await getattr(stripe_account.double, doing)(payment.provider_ref)
    assert stripe_account.news() == news


@pytest.mark.parametrize(
    ("doings", "news"),
    [
        (["cancel"], [("checkout.session.expired", "CANCELLED")]),
        (
            ["process", "pay"],
            [
                ("payment_intent.processing", "PROCESSING"),
                ("checkout.session.completed", "PROCESSING"),
                ("payment_intent.succeeded", "CAPTURED"),
                ("checkout.session.async_payment_succeeded", "CAPTURED"),
            ],
        ),
        (
            ["decline", "pay"],
            [
                ("payment_intent.payment_failed", None),
                ("payment_intent.succeeded", "CAPTURED"),
                ("checkout.session.completed", "CAPTURED"),
            ],
        ),
        (
            ["fail"],
            [
                ("payment_intent.processing", "PROCESSING"),
                ("checkout.session.completed", "PROCESSING"),
                ("payment_intent.payment_failed", None),
                ("checkout.session.async_payment_failed", "FAILED"),
            ],
        ),
    ],
)
async def test_what_a_page_tells(stripe_account: Account, doings: list[str], news: list[tuple[str, str]]) -> None:
    payment = await stripe_account.open()
    for doing in doings:
        await getattr(stripe_account.double, doing)(payment.provider_ref)
    assert stripe_account.news() == news


async def test_what_nobody_asked_for_is_told_as_it_came(stripe_account: Account) -> None:
    for other in (Money(49_999, "INR"), Money(50_000, "USD"), Money(50_000, "VND")):
        payment = await stripe_account.open()
        await stripe_account.double.pay(payment.provider_ref, amount=other)
        assert [event.amount for _, event in stripe_account.told()] == [other, other]


async def test_the_same_payment_paid_twice_is_money_of_two_names(stripe_account: Account) -> None:
    payment = await stripe_account.open(embedded=True)
    await stripe_account.double.pay_twice(payment.provider_ref)
    events = [event for _, event in stripe_account.told()]
    assert [(event.news, event.payment_id, event.amount) for event in events] == [
        (News.CAPTURED, payment.id, PRICE)
    ] * 2
    assert len({event.capture_ref for event in events}) == 2


@pytest.mark.parametrize(
    ("outcome", "news"),
    [
        (RefundOutcome.SUCCEED, [("refund.created", "REFUNDED")]),
        (RefundOutcome.PENDING, [("refund.created", None)]),
        (RefundOutcome.PENDING_THEN_SUCCEED, [("refund.created", None), ("refund.updated", "REFUNDED")]),
        (
            RefundOutcome.PENDING_THEN_FAIL,
            [("refund.created", None), ("refund.updated", "REFUND_FAILED"), ("refund.failed", "REFUND_FAILED")],
        ),
    ],
)
async def test_what_a_refund_tells(
    stripe_account: Account, outcome: RefundOutcome, news: list[tuple[str, str | None]]
) -> None:
    payment = await stripe_account.paid()
    stripe_account.double.refund_outcomes.append(outcome)
    order = stripe_account.refund_order(payment, Money(12_345, "INR"))
    taken = await stripe_account.gateway.refund(order)
    told = stripe_account.told()
    assert [(kind, event and event.news.value) for kind, event in told] == news
    for event in (event for _, event in told if event is not None):
        assert event == GatewayEvent(
            PaymentProvider.STRIPE,
            event.event_id,
            event.news,
            Money(12_345, "INR"),
            provider_ref=order.capture_ref,
            payment_id=payment.id,
            capture_ref=order.capture_ref,
            refund_ref=taken.refund_ref,
            refund_id=order.id,
            reason="lost_or_stolen_card" if event.news is News.REFUND_FAILED else None,
        )


async def test_a_refund_that_somebody_made_at_stripe_itself_is_told_without_our_names(stripe_account: Account) -> None:
    payment = await stripe_account.paid()
    refund = refund_object(stripe_account.double.intents[stripe_account.capture_ref(payment)], 500, {}, clock.now())
    stripe_account.double.tell("refund.created", refund)
    ((_, event),) = stripe_account.told()
    assert (event.payment_id, event.refund_id) == (None, None)
    assert (event.capture_ref, event.refund_ref) == (stripe_account.capture_ref(payment), refund["id"])


SESSION = {
    "id": "cs_1", "object": "checkout.session", "mode": "payment", "payment_status": "paid", "status": "complete",
    "amount_total": 500, "currency": "usd", "payment_intent": "pi_1", "metadata": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("charge.refunded", {"id": "ch_1"}),
        ("charge.refund.updated", {"id": "re_1", "status": "succeeded"}),
        ("payment_intent.created", {"id": "pi_1"}),
        ("payment_intent.payment_failed", {"id": "pi_1", "status": "requires_payment_method"}),
        ("customer.created", {"id": "cus_1"}),
        ("a.kind.of.the.future", {}),
        ("checkout.session.completed", {**SESSION, "mode": "subscription", "payment_intent": None}),
        ("checkout.session.completed", {**SESSION, "payment_status": "no_payment_required", "amount_total": 0}),
        ("refund.created", {"id": "re_1", "status": "succeeded", "amount": 5, "currency": "usd"}),
        ("refund.updated", {"id": "re_1", "status": "requires_action", "payment_intent": "pi_1"}),
    ],
)
async def test_what_says_nothing_about_our_money_is_no_event(kind: str, subject: dict[str, object]) -> None:
    double = StripeDouble()
    event = event_object(kind, subject, clock.now())
    message = Account(double).gateway.read(delivery(double.signed(event)))
    assert (message.event_id, message.kind, message.event) == (event["id"], kind, None)
    assert json.loads(message.body)["type"] == kind


async def test_our_name_is_found_where_stripe_shows_it_and_only_if_it_is_one() -> None:
    double, ours = StripeDouble(), uuid4()
    for said, found in [
        ({"metadata": {"payment_id": str(ours)}}, ours),
        ({"client_reference_id": str(ours)}, ours),
        ({"client_reference_id": "cart 7", "metadata": {"payment_id": 7}}, None),
        ({"metadata": None}, None),
    ]:
        event = event_object("checkout.session.completed", {**SESSION, **said}, clock.now())
        told = Account(double).gateway.read(delivery(double.signed(event))).event
        assert (told.payment_id, told.provider_ref, told.amount) == (found, "cs_1", Money(500, "USD"))


async def test_card_data_and_contacts_are_not_kept() -> None:
    double = StripeDouble()
    intent = intent_object(
        {"amount": "50000", "currency": "inr", "metadata": {"payment_id": str(uuid4())}}, clock.now()
    )
    intent |= {"latest_charge": "ch_1", "amount_received": 50_000, "receipt_email": BILLING["email"]}
    intent |= {"last_payment_error": decline_error(), "shipping": {"address": BILLING["address"], "name": "Meera Iyer"}}
    session = {**SESSION, "customer_details": BILLING, "customer_email": BILLING["email"]}
    session |= {"collected_information": {"shipping_details": BILLING}, "custom_fields": [{"text": {"value": "Meera"}}]}
    refund = refund_object(intent, 100, {"refund_id": str(uuid4())}, clock.now())
    private = [*_leaves(BILLING), *_leaves(CARD), "Meera", "123456789012", "1230-98", "204577", "CAcaFwoVYWNjdF8"]
    private = [word for word in private if word not in ("visa", "IN", "credit", "pass")] + [intent["client_secret"]]
    for kind, subject in [
        ("payment_intent.payment_failed", intent),
        ("charge.succeeded", charge_object(intent)),
        ("checkout.session.completed", session),
        ("refund.created", refund),
    ]:
        webhook = double.signed(event_object(kind, subject, clock.now()))
        kept = Account(double).gateway.read(delivery(webhook)).body
        sent = webhook.body.decode()
        assert [word for word in private if word in kept] == []
        assert len([word for word in private if word in sent]) >= 2, "the test shows nothing"
        assert subject["id"] in kept


def _leaves(tree: dict[str, object]) -> list[str]:
    found = []
    for value in tree.values():
        found += _leaves(value) if isinstance(value, dict) else [str(value)]
    return [word for word in found if len(word) > 3]


async def test_what_can_be_written_nowhere_is_kept_as_a_question_mark() -> None:
    double = StripeDouble()
    body = b'{"id": "evt_1", "type": "customer.created", "data": {"object": {"description": "\\ud800 \\u0000"}}}'
    message = Account(double).gateway.read(delivery(double.signed_body(body)))
    assert '"description":"? \\u0000"' in message.body
    assert message.body.encode().isascii()


def test_the_operators_page_names_every_event_that_must_be_enabled() -> None:
    page = (Path(__file__).parents[2] / "docs/gateways/stripe.md").read_text(encoding="utf-8")
    assert [kind for kind in INTENT_KINDS | SESSION_KINDS | REFUND_KINDS if f"`{kind}`" not in page] == []
    assert API_VERSION in page
