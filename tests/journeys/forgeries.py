"""What others than a provider, or a provider that is not itself, might bring to our doors."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import clock
from domain.payments import PaymentProvider
from tests.doubles.provider import Webhook
from tests.doubles.razorpay_entities import PRIVATE_VALUES
from tests.doubles.stripe_objects import BILLING, CARD, charge_object
from tests.doubles.stripe_server import SECRET_KEY, WEBHOOK_SECRET
from tests.doubles.vnpay_wire import SECRET
from tests.journeys.tills import Till
from tests.money.bank import DOUBLES

STRIPE, RAZORPAY, VNPAY = PaymentProvider.STRIPE, PaymentProvider.RAZORPAY, PaymentProvider.VNPAY
SIGNATURES = {STRIPE: "stripe-signature", RAZORPAY: "x-razorpay-signature"}
REFUSED = {STRIPE: (401, None), RAZORPAY: (401, None), VNPAY: (200, "97")}  # the status, and VNPay's code
RUBBISH = (b"", b"null", b"[]", b"{}", b'"text"', b"7", b"\xff\xfe", b"[" * 30_000, b'{"id": 1, "type": 2}', b"{" * 9)
NOT_THERE = "http://127.0.0.1:9"


@dataclass
class Forgery:
    """Something at the door, and how it is to be answered."""

    what: str
    webhook: Webhook
    status: int
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def hex_of(secret: str, signed: bytes) -> str:
    """What Razorpay signs with."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def all_enabled() -> dict[str, str]:
    """The settings of a house that takes everybody's money, though only one of them will be there."""
    settings = {name: value for double in DOUBLES.values() for name, value in double().settings_env().items()}
    nowhere = {name: NOT_THERE for name in settings if name.endswith("_URL")}
    return {**settings, **nowhere}


def forgeries(till: Till, good: Webhook) -> Iterator[Forgery]:
    """Of a genuine message everything that is not one."""
    status, code = REFUSED[till.provider]
    for what, webhook in (*MAKERS[till.provider](till.double, good), *of_others(till.provider)):
        yield Forgery(what, webhook, status, code)
    yield Forgery("too large", replace(good, method="POST", body=b"x" * 200_000), 413)
    yield Forgery("too long", replace(good, query="a=" + "x" * 5_000), 414)
    yield Forgery("nothing asked", Webhook("GET", "", b""), 404)
    yield Forgery("an odd method", replace(good, method="PUT"), 405)
    wrong_way = Webhook("GET", "id=evt_1&type=payment_intent.succeeded", b"", dict(good.headers))
    if till.provider is VNPAY:
        wrong_way = Webhook("POST", "", b'{"vnp_TxnRef": "1"}', {"content-type": "application/json"})
    yield Forgery("the wrong way round", wrong_way, status, code)


def of_others(provider: PaymentProvider) -> Iterator[tuple[str, Webhook]]:
    """What the other providers would rightly bring to their own doors."""
    for other in set(DOUBLES) - {provider}:
        yield f"of {other.value}", SIGNED[other](DOUBLES[other](), b'{"id": "evt_1", "type": "payment.captured"}')


def _posted(double: Any, good: Webhook, name: str, rubbish: tuple[bytes, ...]) -> Iterator[tuple[str, Webhook]]:
    def signed(signature: str) -> Webhook:
        return replace(good, headers={**good.headers, name: signature})

    genuine = good.headers[name]
    yield "unsigned", replace(good, headers={k: v for k, v in good.headers.items() if k != name})
    yield "signed with nothing", signed("")
    yield "a spoilt signature", signed(genuine[:-1] + ("0" if genuine[-1] != "0" else "1"))
    yield "half a signature", signed(genuine[: len(genuine) // 2])
    yield "a signature in other letters", signed("é" * 64)
    yield "written anew", replace(good, body=json.dumps(json.loads(good.body), indent=7).encode())
    yield "one space more", replace(good, body=good.body + b" ")
    yield "a larger sum", replace(good, body=good.body.replace(b"50000", b"90000"))
    yield "nothing in it", replace(good, body=b"")
    for number, body in enumerate(rubbish):
        yield f"signed rubbish {number}", SIGNED[STRIPE if name == SIGNATURES[STRIPE] else RAZORPAY](double, body)


def of_stripe(double: Any, good: Webhook) -> Iterator[tuple[str, Webhook]]:
    yield from _posted(double, good, SIGNATURES[STRIPE], RUBBISH)
    now = clock.now()
    yield "another's secret", double.of_somebody_else(good)
    yield "stale", double.stale(good)
    yield "of the future", double.signed_body(good.body, now + timedelta(seconds=320))
    yield (
        "without a moment",
        replace(good, headers={SIGNATURES[STRIPE]: good.headers[SIGNATURES[STRIPE]].split(",")[1]}),
    )
    moved = good.headers[SIGNATURES[STRIPE]].replace("t=", "t=1")
    yield "at another moment", replace(good, headers={SIGNATURES[STRIPE]: moved})


def of_razorpay(double: Any, good: Webhook) -> Iterator[tuple[str, Webhook]]:
    yield from _posted(double, good, SIGNATURES[RAZORPAY], RUBBISH)
    yield "another's secret", double.forged(good)
    by_key = hex_of(double.key_secret, good.body)
    yield "the wrong one of our secrets", replace(good, headers={**good.headers, SIGNATURES[RAZORPAY]: by_key})


def of_vnpay(double: Any, good: Webhook) -> Iterator[tuple[str, Webhook]]:
    pairs, _, mark = good.query.rpartition("&vnp_SecureHash=")
    yield "unsigned", replace(good, query=pairs)
    yield "signed with nothing", replace(good, query=f"{pairs}&vnp_SecureHash=")
    yield "a spoilt signature", replace(good, query=good.query[:-1] + ("0" if mark[-1] != "0" else "1"))
    yield "half a signature", replace(good, query=good.query[:-64])
    yield "a larger sum", replace(good, query=good.query.replace("vnp_Amount=5", "vnp_Amount=9"))
    yield "one pair more", replace(good, query=f"vnp_Extra=1&{good.query}")
    yield "one pair twice", replace(good, query=f"vnp_Amount=1&{good.query}")
    yield "one pair less", replace(good, query=good.query.partition("&")[2])
    said = double.told(next(iter(double.payments)))
    yield "another's secret", double.signed(said, secret="a guess of the secret")
    for name in ("vnp_TxnRef", "vnp_ResponseCode", "vnp_TransactionStatus", "vnp_TransactionNo", "vnp_Amount"):
        yield f"signed, without {name}", double.signed({key: said[key] for key in said if key != name})
        yield f"signed, with odd {name}", double.signed(said | {name: "\x00<script>"})
    yield "for another merchant", double.signed(said | {"vnp_TmnCode": "OTHER001"})
    yield "signed rubbish", double.signed({"a": "b"})


def private_news(till: Till, payment_ref: str) -> list[Webhook]:
    """Genuine messages that say as much of the payer as a provider ever does."""
    double = till.double
    if till.provider is STRIPE:
        intent = double.intents[double.sessions[payment_ref]["payment_intent"]]
        double.tell("charge.succeeded", charge_object(intent))
        return [double.outbox.pop()]
    if till.provider is VNPAY:
        return [double.signed({**double.told(payment_ref), "vnp_BankTranNo": CARDS[2], **VNPAY_PAYER})]
    return []


CARDS = ("4242424242424242", "9704198526191432198", "VNP14999001")
VNPAY_PAYER = {"vnp_CardHolder": "NGUYEN VAN AN", "vnp_CardNumber": CARDS[1]}
LONG_ENOUGH = 8  # shorter ones turn up in ids by chance
PAYERS = {
    STRIPE: (BILLING["email"], BILLING["name"], BILLING["phone"], BILLING["tax_id"], CARD["fingerprint"]),
    RAZORPAY: tuple(value for value in PRIVATE_VALUES if len(value) >= LONG_ENOUGH and value != "MasterCard"),
    VNPAY: (CARDS[1], CARDS[2], "NGUYEN+VAN+AN"),
}
SECRETS = {
    STRIPE: (SECRET_KEY, WEBHOOK_SECRET),
    RAZORPAY: (DOUBLES[RAZORPAY].key_secret, DOUBLES[RAZORPAY].webhook_secret),
    VNPAY: (SECRET,),
}
SIGNED = {
    STRIPE: lambda double, body: double.signed_body(body),
    RAZORPAY: lambda double, body: Webhook(
        "POST", "", body, {"x-razorpay-event-id": "evt1", SIGNATURES[RAZORPAY]: hex_of(double.webhook_secret, body)}
    ),
    VNPAY: lambda double, body: double.signed({"vnp_TxnRef": "1", "vnp_TmnCode": "DOUBLE01"}),
}
MAKERS = {STRIPE: of_stripe, RAZORPAY: of_razorpay, VNPAY: of_vnpay}


def signature_of(webhook: Webhook) -> str:
    """The secret part of a message: what would let others repeat it."""
    if webhook.query:
        return webhook.query.rpartition("vnp_SecureHash=")[2]
    return next((value.rpartition("=")[2] for name, value in webhook.headers.items() if "signature" in name), "")
