"""What Razorpay did not sign, and what it signed but cannot have meant: refused, and never with another exception."""

import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from adapters.payments.base import BadSignature, Delivery
from domain.payments import OpenedPayment
from tests.adapters.razorpay_account import PRICE, account, an_order, delivery, gateway_of
from tests.doubles.razorpay import RazorpayDouble
from tests.doubles.razorpay_entities import new_order, new_payment, new_refund

pytestmark = pytest.mark.once

DOUBLE = RazorpayDouble()
GATEWAY = gateway_of(DOUBLE)
SIGNATURE = "x-razorpay-signature"
ORDER = new_order({"amount": 50_000, "currency": "INR"}, 1_893_499_200)
PAYMENT = new_payment(ORDER["id"], PRICE, "captured", 1_893_499_200) | {"captured": True}
REFUND = new_refund(PAYMENT["id"], "INR", {"amount": 50_000}, 1_893_499_200)
CAPTURED = DOUBLE.signed({"event": "payment.captured", "payload": {"payment": {"entity": PAYMENT}}}, "evt_1")
GOOD = delivery(CAPTURED)


def signed(body: bytes) -> Delivery:
    signature = hmac.new(DOUBLE.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(body, headers={SIGNATURE: signature})


def refused(message: Delivery) -> None:
    with pytest.raises(BadSignature):
        GATEWAY.read(message)


@settings(max_examples=200)
@given(st.integers(0, len(GOOD.body) - 1), st.integers(1, 255))
def test_a_body_with_one_byte_changed_is_refused(place: int, flip: int) -> None:
    assert GATEWAY.read(GOOD).event is not None
    body = bytearray(GOOD.body)
    body[place] ^= flip
    refused(replace(GOOD, body=bytes(body)))


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_signature_with_one_byte_changed_is_refused(place: int, flip: int) -> None:
    letters = bytearray(GOOD.headers[SIGNATURE].encode())
    letters[place] ^= flip
    refused(replace(GOOD, headers={SIGNATURE: letters.decode("latin-1")}))


@given(st.text())
def test_any_other_signature_is_refused(signature: str) -> None:
    refused(replace(GOOD, headers={SIGNATURE: signature}))


def test_a_message_without_a_signature_or_by_another_hand_is_refused() -> None:
    refused(replace(GOOD, headers={}))
    refused(delivery(DOUBLE.forged(CAPTURED)))
    refused(replace(GOOD, headers={SIGNATURE: GOOD.headers[SIGNATURE].upper()}))
    assert GATEWAY.read(delivery(DOUBLE.replayed(CAPTURED))) == GATEWAY.read(GOOD)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"7",
        b"not json",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"event":"payment.failed","payload":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"event":' + b"9" * 5000 + b"}",
        b'{"event":null}',
        b'{"event":""}',
        b'{"event":"\\u0000"}',
        b'{"event":"\\ud800"}',
        b'{"event":"' + b"e" * 256 + b'"}',
    ],
)
def test_rubbish_stays_rubbish_when_it_is_signed(body: bytes) -> None:
    refused(signed(body))


RUBBISH = [None, True, "", "\0", "x" * 256, -1, 2**63, 1.5, float("nan"), [], {}, [[]]]


@pytest.mark.parametrize("value", RUBBISH, ids=repr)
@pytest.mark.parametrize(
    ("kind", "entity", "field"),
    [
        *(("payment.captured", "payment", field) for field in ("id", "amount", "currency", "status", "created_at")),
        *(("refund.processed", "refund", field) for field in ("id", "amount", "currency", "payment_id", "status")),
        ("order.paid", "order", "id"),
    ],
)
def test_an_entity_that_makes_no_sense_is_refused(kind: str, entity: str, field: str, value: object) -> None:
    entities = {"payment": dict(PAYMENT), "refund": dict(REFUND), "order": dict(ORDER)}
    payload = {name: {"entity": fields} for name, fields in entities.items()}
    GATEWAY.read(signed(json.dumps({"event": kind, "payload": payload}).encode()))
    entities[entity][field] = value
    refused(signed(json.dumps({"event": kind, "payload": payload}).encode()))
    del entities[entity][field]
    refused(signed(json.dumps({"event": kind, "payload": payload}).encode()))


@pytest.mark.parametrize("payload", [*RUBBISH, {"payment": 7}, {"payment": {}}, {"payment": {"entity": []}}], ids=repr)
def test_a_payload_without_its_entity_is_refused(payload: object) -> None:
    refused(signed(json.dumps({"event": "payment.captured", "payload": payload}).encode()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from(["payment.captured", "order.paid", "refund.failed", "odd"]), JSON)
def test_whatever_is_signed_is_read_or_refused(kind: str, payload: object) -> None:
    body = json.dumps({"event": kind, "payload": {"payment": {"entity": payload}, "refund": payload}}).encode()
    try:
        assert GATEWAY.read(signed(body)).event is None
    except BadSignature:
        return


async def test_a_proof_is_about_one_payment() -> None:
    async with account() as there:
        payment, other = await there.paid(), await there.paid()
        proof = there.double.proof(payment.provider_ref)
        there.gateway.check_proof(payment, proof)
        wrong = [
            {},
            *({**proof, name: ""} for name in proof),
            *({name: value for name, value in proof.items() if name != left_out} for left_out in proof),
            *({**proof, name: value[:-1] + "é"} for name, value in proof.items()),
            *({**proof, name: value[:-1] + "\ud800"} for name, value in proof.items()),
            {**proof, "razorpay_payment_id": there.capture_ref(other)},
            there.double.proof(other.provider_ref),
        ]
        for given_proof in wrong:
            with pytest.raises(BadSignature):
                there.gateway.check_proof(payment, given_proof)
        unopened = OpenedPayment(payment.id, None, PRICE, an_order().opened_at)
        with pytest.raises(BadSignature, match="another payment"):
            there.gateway.check_proof(unopened, proof)


@given(st.sampled_from(["razorpay_payment_id", "razorpay_signature"]), st.integers(0, 17), st.integers(1, 127))
def test_a_proof_with_one_letter_changed_is_refused(name: str, place: int, flip: int) -> None:
    double = RazorpayDouble()
    order = double.create_order({"amount": 50_000, "currency": "INR"})
    payment = new_payment(order["id"], PRICE, "captured", 1)
    double.payments[payment["id"]] = payment
    proof = double.proof(order["id"])
    opened = OpenedPayment(an_order().payment_id, order["id"], PRICE, an_order().opened_at)
    GATEWAY.check_proof(opened, proof)
    letters = list(proof[name])
    letters[place] = chr(ord(letters[place]) ^ flip)
    with pytest.raises(BadSignature):
        GATEWAY.check_proof(opened, {**proof, name: "".join(letters)})
