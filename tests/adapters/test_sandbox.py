"""The sandbox's signature: only what it signed, unchanged and fresh, is believed."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.payments.base import BadSignature
from adapters.payments.sandbox import SIGNATURE, SandboxGateway, event_body, ref_of
from domain.money import Money
from domain.payments import GatewayEvent, PaymentProvider, PaymentStatus
from settings import Settings

pytestmark = pytest.mark.once

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
BODY = event_body("evt_1", "sbx_1", PaymentStatus.SUCCEEDED, Money(50_000, "INR")).encode()


def gateway(secret: str = "a secret of the sandbox") -> SandboxGateway:
    return SandboxGateway(Settings(_env_file=None, sandbox_webhook_secret=secret), now=lambda: NOW)


def signed(body: bytes, at: datetime = NOW) -> dict[str, str]:
    return {SIGNATURE: gateway().sign(body, at)}


def test_what_was_signed_is_read() -> None:
    assert gateway().read(BODY, signed(BODY)) == GatewayEvent(
        PaymentProvider.SANDBOX, "evt_1", "sbx_1", PaymentStatus.SUCCEEDED, Money(50_000, "INR")
    )


@pytest.mark.parametrize("age", [timedelta(seconds=299), timedelta(seconds=-299)])
def test_a_clock_may_be_a_little_off(age: timedelta) -> None:
    assert gateway().read(BODY, signed(BODY, NOW - age)).event_id == "evt_1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SIGNATURE: ""},
        {SIGNATURE: "rubbish"},
        {SIGNATURE: "t=,v1="},
        {SIGNATURE: f"t={'9' * 400},v1=00"},
        {SIGNATURE: "t=١٢٣,v1=00"},
        {SIGNATURE: signed(BODY)[SIGNATURE].upper()},
        {SIGNATURE: signed(BODY)[SIGNATURE][:-1]},
        {SIGNATURE: signed(BODY)[SIGNATURE].replace("v1", "v0")},
        {SIGNATURE: signed(BODY)[SIGNATURE].split(",")[1]},
        {SIGNATURE: gateway("another secret").sign(BODY, NOW)},
        {SIGNATURE: signed(json.dumps(json.loads(BODY), indent=1).encode())[SIGNATURE]},
        signed(BODY, NOW - timedelta(seconds=301)),
        signed(BODY, NOW + timedelta(seconds=301)),
    ],
)
def test_what_is_not_signed_by_the_sandbox_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        gateway().read(BODY, headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"not json",
        b"[" * 100_000,
        BODY.replace(b"50000", b"Infinity"),
        BODY.replace(b"50000", b'"many"'),
        BODY.replace(b"evt_1", b"\\u0000"),
        BODY.replace(b"evt_1", b"e" * 256),
        BODY.replace(b"payment.succeeded", b"payment.invented"),
    ],
)
def test_rubbish_stays_rubbish_when_it_is_signed(body: bytes) -> None:
    with pytest.raises(BadSignature):
        gateway().read(body, signed(body))


async def test_the_same_payment_has_the_same_name_and_page() -> None:
    payment_id = uuid4()
    once, again = [await gateway().open(payment_id, Money(1, "INR"), "x") for _ in range(2)]
    assert once == again
    assert once.url is not None
    assert once.url.endswith(f"/sandbox/checkout/{ref_of(payment_id)}")
