"""Only what Stripe signed, unchanged and lately, is believed; and rubbish stays rubbish when it is signed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given, strategies as st

from adapters.payments.base import BadSignature, Delivery, Message
from adapters.payments.stripe import SIGNATURE, StripeGateway
from domain.payments import News
from settings import Settings
from tests.adapters.stripe_account import delivery
from tests.doubles.provider import Webhook
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_objects import event_object, intent_object
from tests.doubles.stripe_server import WEBHOOK_SECRET

pytestmark = pytest.mark.once

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
INTENT = intent_object({"amount": "50000", "currency": "inr"}, NOW) | {"status": "succeeded", "amount_received": 50_000}
EVENT = event_object("payment_intent.succeeded", INTENT, NOW)
DOUBLE = StripeDouble(now=lambda: NOW)
GOOD = DOUBLE.signed(EVENT)


def gateway(secret: str = WEBHOOK_SECRET, now: datetime = NOW) -> StripeGateway:
    settings = Settings(_env_file=None, stripe_secret_key="sk_test_1", stripe_webhook_secret=secret)
    return StripeGateway(settings, now=lambda: now)


def read(webhook: Webhook, secret: str = WEBHOOK_SECRET) -> Message:
    return gateway(secret).read(delivery(webhook))


def with_header(header: str) -> Webhook:
    return Webhook("POST", "", GOOD.body, {SIGNATURE: header})


def changed(**fields: object) -> Mapping[str, object]:
    """The event, with other fields in its PaymentIntent; None: without them."""
    intent = {name: value for name, value in {**INTENT, **fields}.items() if value is not None}
    return {**EVENT, "data": {"object": intent}}


def test_stripes_signature_is_the_one_we_have_always_known() -> None:
    body, at = b'{"id":"evt_1"}', datetime.fromtimestamp(1_700_000_000, UTC)
    digest = "23306e806a7a6207754b8427de902f00e08c31a0c535b07ee9bf05368ea8362c"
    signed = DOUBLE.signed_body(body, at, "whsec_for_tests")
    assert signed.headers[SIGNATURE] == f"t=1700000000,v1={digest}"
    with pytest.raises(BadSignature, match="is no event of Stripe"):  # it is signed, and says too little
        gateway("whsec_for_tests", at).read(delivery(signed))


def test_the_double_signs_as_stripes_own_library_wants_it() -> None:
    fresh = StripeDouble()
    event = stripe.Webhook.construct_event(
        (webhook := fresh.signed(EVENT)).body, webhook.headers[SIGNATURE], WEBHOOK_SECRET
    )
    assert (event.id, event.type) == (EVENT["id"], "payment_intent.succeeded")
    for bad in (fresh.forged(webhook), fresh.stale(webhook), fresh.of_somebody_else(webhook)):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(bad.body, bad.headers[SIGNATURE], WEBHOOK_SECRET)


def test_what_stripe_signed_is_read() -> None:
    message = read(GOOD)
    assert (message.event_id, message.kind) == (EVENT["id"], "payment_intent.succeeded")
    assert (message.event.news, message.event.amount.minor) == (News.CAPTURED, 50_000)


@pytest.mark.parametrize("secret", [f"whsec_new,{WEBHOOK_SECRET}", f" {WEBHOOK_SECRET} , whsec_old", WEBHOOK_SECRET])
def test_while_a_secret_is_replaced_either_fits(secret: str) -> None:
    assert read(GOOD, secret).event_id == EVENT["id"]


def test_two_signatures_of_which_one_fits_are_enough() -> None:
    moment, _, good = GOOD.headers[SIGNATURE].partition(",")
    assert read(with_header(f"{moment},v1={'0' * 64},{good},v0=old")).event_id == EVENT["id"]


@pytest.mark.parametrize("secret", ["", " ", ",", "whsec_another", WEBHOOK_SECRET.upper()])
def test_without_the_right_secret_nothing_is_believed(secret: str) -> None:
    blank = DOUBLE.signed_body(GOOD.body, secret="")
    for webhook in (GOOD, blank):
        with pytest.raises(BadSignature):
            read(webhook, secret)


@pytest.mark.parametrize("seconds", [299, -299, 300, 0])
def test_a_clock_may_be_a_little_off(seconds: int) -> None:
    assert read(DOUBLE.signed(EVENT, NOW - timedelta(seconds=seconds))).event_id == EVENT["id"]


@pytest.mark.parametrize(
    "webhook",
    [
        DOUBLE.forged(GOOD),
        DOUBLE.stale(GOOD),
        DOUBLE.of_somebody_else(GOOD),
        DOUBLE.signed(EVENT, NOW - timedelta(seconds=301)),
        DOUBLE.signed(EVENT, NOW + timedelta(seconds=301)),
        Webhook("POST", "", GOOD.body, {}),
        Webhook("POST", "", json.dumps(json.loads(GOOD.body)).encode(), GOOD.headers),
        with_header(""),
        with_header("rubbish"),
        with_header("t=,v1="),
        with_header(f"t={'9' * 5_000},v1=00"),
        with_header("t=١٨٩٣٤٩٩٢٠٠,v1=00"),
        with_header(GOOD.headers[SIGNATURE].upper()),
        with_header(GOOD.headers[SIGNATURE][:-1]),
        with_header(GOOD.headers[SIGNATURE].replace("v1", "v0")),
        with_header(GOOD.headers[SIGNATURE].split(",")[1]),
        with_header(GOOD.headers[SIGNATURE].replace("v1=", "v1=é")),
        with_header(f"t=0,{GOOD.headers[SIGNATURE]}"),
        with_header(GOOD.headers[SIGNATURE].replace("t=1", "t=+1")),
        with_header(GOOD.headers[SIGNATURE].replace("t=1", "t= 1")),
    ],
)
def test_what_is_not_signed_by_stripe_is_refused(webhook: Webhook) -> None:
    with pytest.raises(BadSignature):
        read(webhook)


@given(st.integers(0, len(GOOD.body) - 1), st.integers(1, 255))
def test_no_byte_of_the_body_may_be_another(place: int, flip: int) -> None:
    body = bytearray(GOOD.body)
    body[place] ^= flip
    with pytest.raises(BadSignature):
        gateway().read(Delivery(bytes(body), headers=GOOD.headers))


@given(st.integers(0, len(GOOD.headers[SIGNATURE]) - 1), st.characters(max_codepoint=0x2FF))
def test_no_character_of_the_signature_may_be_another(place: int, other: str) -> None:
    header = GOOD.headers[SIGNATURE]
    forged = header[:place] + other + header[place + 1 :]
    if forged != header:
        with pytest.raises(BadSignature):
            read(with_header(forged))


@given(st.binary() | st.text().map(str.encode), st.text(max_size=80))
def test_noise_is_refused_and_breaks_nothing(body: bytes, header: str) -> None:
    with pytest.raises(BadSignature):
        gateway().read(Delivery(body, headers={SIGNATURE: header}))


RUBBISH = [
    b"",
    b"null",
    b"[]",
    b"7",
    b'"event"',
    b"{}",
    b"not json",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"id": "evt_1", "type": "refund.created", "data": ' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"id": "evt_1", "type": "payment_intent.succeeded"}',
    b'{"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": "pi_1"}}',
    b'{"id": 7, "type": "customer.created"}',
    b'{"id": "evt_1", "type": ["customer.created"]}',
    b'{"id": "evt_\\u0000", "type": "customer.created"}',
    b'{"id": "", "type": "customer.created"}',
    b'{"id": "' + b"e" * 256 + b'", "type": "customer.created"}',
    *(
        json.dumps(changed(**fields)).encode()
        for fields in [
            {"id": None},
            {"id": 7},
            {"id": "pi_\x00"},
            {"id": "pi_\ud800"},
            {"status": None},
            {"status": 1},
            {"currency": None},
            {"currency": "rupees"},
            {"currency": "i\x00r"},
            {"currency": "ıɲʀ"},
            {"amount_received": None},
            {"amount_received": "50000"},
            {"amount_received": 50_000.0},
            {"amount_received": True},
            {"amount_received": -1},
            {"amount_received": 10**40},
            {"amount_received": 10**4_000},
            {"amount_received": float("inf")},
            {"amount_received": float("nan")},
            {"currency": "isk", "amount_received": 50_001},
        ]
    ),
    json.dumps(EVENT).replace("50000", "9" * 5_000).encode(),
]


@pytest.mark.parametrize("body", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_stays_rubbish_when_it_is_signed(body: bytes) -> None:
    with pytest.raises(BadSignature):
        read(DOUBLE.signed_body(body))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
kinds = st.sampled_from(["payment_intent.succeeded", "checkout.session.completed", "refund.updated", "other"])
names = ["id", "status", "amount", "amount_received", "amount_total", "currency", "metadata", "mode", "payment_status"]


@given(kinds, st.dictionaries(st.sampled_from([*names, "payment_intent", "client_reference_id"]), json_values))
def test_whatever_is_signed_is_read_or_refused(kind: str, subject: dict[str, object]) -> None:
    event = {"id": "evt_1", "type": kind, "data": {"object": {**INTENT, **subject}}}
    try:
        message = read(DOUBLE.signed_body(json.dumps(event).encode()))
    except BadSignature:
        return
    assert (message.event_id, message.kind) == ("evt_1", kind)
    message.body.encode()
