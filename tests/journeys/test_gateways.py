"""A sale by each provider, over HTTP and a websocket against a started server, heard of in each of the ways there are."""

import asyncio
import re
from urllib.parse import urlsplit

import httpx2
import pytest

from domain.payments import PaymentProvider
from tests.journeys.books import at_provider, books_are_clean
from tests.journeys.people import Answer
from tests.journeys.rows import everything, rows
from tests.journeys.tills import START, AtCheckout, Sale, every_provider
from tests.journeys.viewers import socket, subscribe

STRIPE, RAZORPAY, VNPAY = PaymentProvider.STRIPE, PaymentProvider.RAZORPAY, PaymentProvider.VNPAY
STREAM = "subscription Mine($id: ID!) { booking(id: $id) { status tickets { seat } payments { status } } }"
METHODS = "query Methods($id: ID!) { booking(id: $id) { paymentMethods { provider embeddable } } }"
CHECKOUTS = {STRIPE: "StripeCheckout", RAZORPAY: "RazorpayCheckout", VNPAY: "VNPayCheckout"}
AMOUNTS = {STRIPE: ("250.00", "USD"), RAZORPAY: ("250.00", "INR"), VNPAY: ("25000", "VND")}
MINOR = 2 * 25_000
EAGER = {"PAYMENT_LOOK_AFTER_SECONDS": "0.3", "PAYMENT_LOOK_SECONDS": "0.2"}


async def until_confirmed(sale: Sale) -> list[Answer]:
    """What the live booking shows, until it is confirmed."""
    seen: list[Answer] = []
    async with asyncio.timeout(15), socket(sale.server, sale.person.token) as connection:
        async for payload in subscribe(connection, STREAM, {"id": sale.booking["id"]}):
            seen.append(payload["data"]["booking"])
            if seen[-1]["status"] == "CONFIRMED":
                break
    return seen


@every_provider
async def test_from_the_hold_to_the_tickets_and_all_the_way_back(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider, PAYMENT_LOOK_SECONDS="0.2") as sale:
        offered = (await sale.person.ask(METHODS, id=sale.booking["id"]))["booking"]["paymentMethods"]
        assert offered == [{"provider": provider.value, "embeddable": provider is not VNPAY}]
        amount, currency = AMOUNTS[provider]
        assert sale.payment["status"] == "PENDING"
        assert sale.payment["amount"] == sale.booking["total"] == {"amount": twice(amount), "currency": currency}
        assert checkout_of(sale) == (CHECKOUTS[provider], sale.payment["checkoutUrl"])
        watching = asyncio.create_task(until_confirmed(sale))
        await sale.till.pay(sale.payment)
        answers = await sale.till.deliver(sale.server)
        assert {answer.status_code for answer in answers} == {200}
        seen = await watching
        assert ([ticket["seat"] for ticket in seen[-1]["tickets"]], seen[-1]["payments"]) == (
            ["C7", "C8"],
            [{"status": "SUCCEEDED"}],
        )
        assert {each["status"] for each in seen[:-1]} <= {"PENDING"}
        assert (await sale.person.cancel(sale.booking["id"]))["status"] == "CANCELLED"
        await until_refunded(sale)
        assert list(at_provider(sale.till).values()) == [(MINOR, MINOR)]
        await books_are_clean(database_url, sale.till)


def twice(amount: str) -> str:
    """What two seats cost, as it is written."""
    whole, dot, part = amount.partition(".")
    return f"{2 * int(whole)}{dot}{part}"


def checkout_of(sale: Sale) -> tuple[str, str]:
    checkout = sale.payment["checkout"]
    return checkout["__typename"], checkout.get("page") or checkout["url"]


async def until_refunded(sale: Sale) -> None:
    """Wait for the refund, with whatever webhooks the provider sends of it."""
    async with asyncio.timeout(15):
        while (await sale.person.booking(sale.booking["id"]))["payments"][0]["status"] != "REFUNDED":
            await sale.till.deliver(sale.server)
            await asyncio.sleep(0.05)


@every_provider
async def test_the_browser_alone_brings_the_news(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider) as sale:
        await sale.till.pay(sale.payment)
        sale.till.double.outbox.clear()
        for _ in range(2):  # a browser may reload
            answer = await sale.till.come_back(sale.server, sale.payment)
            assert (answer.status_code, answer.headers["location"]) == (303, sale_page(sale))
        await sale.person.until(sale.booking["id"], "CONFIRMED")
        await books_are_clean(database_url, sale.till)


def sale_page(sale: Sale) -> str:
    return f"{sale.server.url}/bookings/{sale.booking['id']}"


async def test_razorpays_own_page_leads_there_and_back(at_checkout: AtCheckout, database_url: str) -> None:
    """As a browser walks it, form by form."""
    async with at_checkout(RAZORPAY) as sale, httpx2.AsyncClient(trust_env=False) as browser:
        ours = await browser.get(sale.payment["checkoutUrl"])
        theirs = await post_form(browser, ours.text)
        back = await post_form(browser, theirs.text)
        assert (back.status_code, back.headers["location"]) == (303, sale_page(sale))
        await sale.person.until(sale.booking["id"], "CONFIRMED")


async def post_form(browser: httpx2.AsyncClient, page: str) -> httpx2.Response:
    """Press the one button of a page."""
    action = re.search(r'action="([^"]+)"', page)
    assert action is not None, page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return await browser.post(action[1], data=fields)


@every_provider
async def test_with_no_webhook_and_no_browser_the_reconciler_finds_out(
    provider: PaymentProvider, at_checkout: AtCheckout, database_url: str
) -> None:
    async with at_checkout(provider, **EAGER) as sale:
        await sale.till.pay(sale.payment)
        sale.till.double.outbox.clear()
        await sale.person.until(sale.booking["id"], "CONFIRMED", seconds=20)
        assert await rows(database_url, "SELECT COUNT(*) FROM payment_messages") == [(0,)]
        await books_are_clean(database_url, sale.till)


async def test_vnpay_is_answered_in_its_own_codes(at_checkout: AtCheckout, database_url: str) -> None:
    async with at_checkout(VNPAY) as sale:
        double, ref = sale.till.double, sale.till.go_to_checkout(sale.payment)
        await sale.till.pay(sale.payment)
        said = double.told(ref)
        stranger = double.signed(said | {"vnp_TxnRef": "f" * 32})
        too_much = double.signed(said | {"vnp_Amount": "100", "vnp_TransactionNo": "14999999"})
        ipn = double.outbox[0]
        assert [await code_of(sale, webhook) for webhook in (stranger, ipn)] == ["01", "00"]
        await sale.person.until(sale.booking["id"], "CONFIRMED")
        assert [await code_of(sale, webhook) for webhook in (ipn, too_much)] == ["02", "04"]


async def code_of(sale: Sale, webhook: object) -> str:
    (answer,) = await sale.till.deliver(sale.server, webhook)
    assert answer.status_code == 200
    return str(answer.json()["RspCode"])


@pytest.mark.once
async def test_the_browser_is_sent_to_nobody_elses_address(at_checkout: AtCheckout, database_url: str) -> None:
    async with at_checkout(STRIPE, ALLOWED_ORIGINS="https://shop.example") as sale:
        given = {"bookingId": sale.booking["id"], "provider": "STRIPE"}
        before = await everything(database_url)
        for address in (
            "https://elsewhere.example/thanks",
            "https://shop.example.elsewhere.example/",
            "https://shop.example@elsewhere.example/",
            "http://shop.example/",
            "//shop.example/",
            "/thanks",
            "javascript:alert(1)",
            sale.server.url.replace("http", "https"),
            f"{sale.server.url}/\r\nx",
            f"{sale.server.url}/{'x' * 1_000}",
        ):
            assert await sale.person.code_of(START, input={**given, "returnUrl": address}) == "BAD_USER_INPUT", address
        assert await everything(database_url) == before
        good = "https://shop.example/thanks?booking=1"
        answer = await sale.person.ask(GIVE_UP, id=sale.payment["id"])
        assert answer["cancelPayment"]["status"] == "CANCELLED"
        payment = await sale.till.start(sale.person, sale.booking["id"], returnUrl=good)
        await sale.till.pay(payment)
        back = await sale.till.come_back(sale.server, payment)
        assert (back.status_code, back.headers["location"]) == (303, good)
        assert urlsplit(sale.till.return_address(payment["providerRef"])).netloc == urlsplit(sale.server.url).netloc


GIVE_UP = "mutation G($id: ID!) { cancelPayment(input: {paymentId: $id}) { ... on Payment { status } } }"
