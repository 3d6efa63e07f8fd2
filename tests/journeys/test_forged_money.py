"""What is not the provider's own word moves nothing: at the webhooks' door, where browsers come back, in confirmPayment."""

import asyncio
from collections.abc import Mapping
from uuid import uuid4

import pytest

from domain.payments import PaymentProvider
from schema.ids import global_id, read_id
from tests.journeys.forgeries import (
    PAYERS,
    RAZORPAY,
    SECRETS,
    STRIPE,
    VNPAY,
    all_enabled,
    forgeries,
    private_news,
    signature_of,
)
from tests.journeys.people import Answer, a_customer
from tests.journeys.rows import everything, rows
from tests.journeys.tills import AtCheckout, Sale, every_provider, send
from tests.money.bank import CURRENCIES

CONFIRM = """
mutation C($input: ConfirmPaymentInput!) {
  confirmPayment(input: $input) { __typename ... on Payment { id status } ... on Problem { message } }
}"""
ALL = {"PAYMENT_PROVIDERS": ",".join(CURRENCIES)}
IDLE = {"JOBS": "false"}  # nothing changes but what a request changes


def everybody(provider: PaymentProvider) -> dict[str, str]:
    """All providers are enabled; this one is there."""
    return {**ALL, **{name: value for name, value in all_enabled().items() if not name.startswith(provider.value)}}


@every_provider
async def test_at_the_door_nothing_but_the_providers_own_word_is_kept(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider, **everybody(provider), **IDLE) as sale:
        await sale.till.pay(sale.payment)
        good = next(webhook for webhook in sale.till.double.outbox if b"authorized" not in webhook.body)
        before, tried = await everything(database_url), 0
        for forgery in forgeries(sale.till, good):
            answer = await send(sale.server, sale.till.door, forgery.webhook)
            said = answer.json().get("RspCode") if answer.status_code == 200 else None
            assert (answer.status_code, said) == (forgery.status, forgery.code), forgery.what
            assert await everything(database_url) == before, forgery.what
            tried += 1
        for door in ("/webhooks/counter", "/webhooks/sandbox", "/webhooks/nobody", "/webhooks/%00"):
            assert (await send(sale.server, door, good)).status_code == 404
        assert await everything(database_url) == before
        assert tried >= 25
        assert "request_failed" not in sale.server.log()
        assert (await send(sale.server, sale.till.door, good)).status_code == 200  # the control
        assert await everything(database_url) != before


@every_provider
async def test_told_again_and_again_it_is_told_once(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider) as sale:
        await sale.till.pay(sale.payment)
        told = list(sale.till.double.outbox)
        await sale.till.deliver(sale.server, *told)
        await sale.person.until(sale.booking["id"], "CONFIRMED")
        await until_applied(database_url, len(told))
        before = await everything(database_url)
        for _ in range(3):
            answers = await sale.till.deliver(sale.server, *reversed(told))
            assert {answer.status_code for answer in answers} == {200}
        assert await everything(database_url) == before


async def until_applied(database_url: str, count: int) -> None:
    """Wait until this many messages are done with."""
    done = "SELECT COUNT(*) FROM payment_messages WHERE state <> 'NEW'"
    for _ in range(200):
        if await rows(database_url, done) == [(count,)]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("Not every message is done with.")


@every_provider
async def test_a_browser_that_brings_a_forged_proof_is_not_believed(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider, **everybody(provider), **IDLE) as sale:
        await sale.till.pay(sale.payment)
        _, payment_id = read_id(sale.payment["id"])
        path = f"/payments/{provider.value.lower()}/return/{payment_id}"
        before = await everything(database_url)
        for proof in forged_proofs(sale):
            for method, given in (("GET", {"params": proof}), ("POST", {"data": proof})):
                answer = await sale.server.client.request(method, path, **given)
                assert answer.status_code == 400, (method, proof)
                assert await everything(database_url) == before, (method, proof)
        for content in (b"\xff\xfe", b"x=" + b"y" * 20_000, b"&".join(b"a=1" for _ in range(100))):
            assert (await sale.server.client.post(path, content=content)).status_code == 400, content[:9]
        mine, others = (
            provider.value.lower(),
            {each.value.lower() for each in PaymentProvider} - {provider.value.lower()},
        )
        elsewhere = [path.replace(mine, other) for other in others] + [path.replace(str(payment_id), str(uuid4()))]
        for wrong in elsewhere:
            assert (await sale.server.client.get(wrong)).status_code == 404, wrong
        assert await everything(database_url) == before
        assert "request_failed" not in sale.server.log()
        assert (await sale.till.come_back(sale.server, sale.payment)).status_code == 303  # the control
        assert (await sale.person.booking(sale.booking["id"]))["status"] == "CONFIRMED"


def forged_proofs(sale: Sale) -> list[Mapping[str, str]]:
    """What no checkout of this payment gives to a browser."""
    if sale.till.provider is STRIPE:
        return [{"session_id": "cs_test_of_somebody_else"}, {"payment_intent": "pi_of_somebody_else"}]
    genuine = sale.till.double.proof(sale.payment["providerRef"])
    if sale.till.provider is VNPAY:
        pairs = dict(pair.split("=") for pair in genuine["query"].split("&"))
        return [{}, pairs | {"vnp_SecureHash": "0" * 128}, pairs | {"vnp_TxnRef": "f" * 32}, {"query": "x"}]
    name = "razorpay_signature"
    return [
        {},
        {key: value for key, value in genuine.items() if key != name},
        genuine | {name: "0" * 64},
        genuine | {"razorpay_payment_id": "pay_of_somebody"},
        genuine | {"razorpay_order_id": "order_of_somebody"},
    ]


@pytest.mark.parametrize("provider", [RAZORPAY, VNPAY])
async def test_confirm_payment_believes_no_forged_proof(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider, **IDLE) as sale:
        ben = await a_customer(sale.server)
        await sale.till.pay(sale.payment)
        before = await money(database_url)
        for proof in given_proofs(sale):
            answer = await confirm(sale, proof)
            assert answer["__typename"] == "PaymentRefused", proof
            assert await money(database_url) == before, proof
        unknown = global_id("Payment", uuid4())
        assert await ben.code_of(CONFIRM, input={"paymentId": sale.payment["id"]}) == "NOT_FOUND"
        assert await sale.person.code_of(CONFIRM, input={"paymentId": unknown}) == "NOT_FOUND"
        assert await money(database_url) == before
        good = sale.till.double.proof(sale.payment["providerRef"])  # the control
        assert (await confirm(sale, as_given(provider, good)))["status"] == "SUCCEEDED"


async def confirm(sale: Sale, proof: Mapping[str, object]) -> Answer:
    return dict((await sale.person.ask(CONFIRM, input={"paymentId": sale.payment["id"], **proof}))["confirmPayment"])


def given_proofs(sale: Sale) -> list[Mapping[str, object]]:
    """Forged proofs as a client of the API would give them."""
    forged = [proof for proof in forged_proofs(sale) if len(proof) == 3 or "vnp_TxnRef" in proof]
    return [{}, *(as_given(sale.till.provider, proof) for proof in forged)]


def as_given(provider: PaymentProvider, proof: Mapping[str, str]) -> Mapping[str, object]:
    if provider is VNPAY:
        return {"vnpayQuery": proof.get("query") or "&".join(f"{name}={value}" for name, value in proof.items())}
    words = {name: f"razorpay{''.join(part.title() for part in name.split('_')[1:])}" for name in proof}
    return {"razorpay": {words[name]: value for name, value in proof.items()}}


async def money(database_url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row but those about who is logged in."""
    return {
        table: found for table, found in (await everything(database_url)).items() if table not in ("users", "sessions")
    }


@every_provider
async def test_nothing_secret_or_private_is_written_anywhere(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider, **everybody(provider)) as sale:
        await sale.till.pay(sale.payment)
        genuine = [*sale.till.double.outbox, *private_news(sale.till, sale.payment["providerRef"])]
        forged = [forgery.webhook for forgery in forgeries(sale.till, genuine[-1])]
        for webhook in (*forged, *genuine, *genuine):
            await send(sale.server, sale.till.door, webhook)
        await sale.till.come_back(sale.server, sale.payment)
        await sale.person.until(sale.booking["id"], "CONFIRMED")
        sent = "".join(webhook.query + webhook.body.decode() for webhook in genuine)
        assert [marker for marker in PAYERS[provider] if marker not in sent] == []  # the control
        hidden = {*PAYERS[provider], *SECRETS[provider], *filter(None, map(signature_of, [*genuine, *forged]))}
        hidden |= {marker.replace("+", " ") for marker in PAYERS[provider]}
        where = {"the log": sale.server.log(), "the database": repr(await everything(database_url))}
        for place, text in where.items():
            assert [each for each in hidden if each in text] == [], place
        assert '"path":"' + sale.till.door in where["the log"]
        assert str(sale.payment["providerRef"]) in where["the database"]
