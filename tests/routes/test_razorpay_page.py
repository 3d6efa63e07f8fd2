"""The page before Razorpay's: what is paid, one form that leads there and nowhere else, and no script."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID

import httpx2
import pytest
from starlette.applications import Starlette

from adapters.payments.razorpay import RazorpayGateway
from domain.bookings import BookingStatus
from domain.money import Money
from domain.payments import PaymentStatus
from resolvers.checkouts import Checkout
from routes.razorpay_page import razorpay_routes
from settings import Settings
from tests.adapters.razorpay_account import account

pytestmark = pytest.mark.once

SHOWN = Checkout(
    ref="order_1",
    starts_at=datetime(2026, 11, 21, 18, 30, tzinfo=UTC),
    timezone="Asia/Kolkata",
    expires_at=datetime(2026, 11, 21, 12, 30, tzinfo=UTC),
    booking_status=BookingStatus.PENDING,
    status=PaymentStatus.PENDING,
    reference="MQ7K2A",
    movie="Tom & <Jerry>",
    venue='Marquee "Grand"',
    seats=["F7", "F8"],
    amount=Money(50_000, "INR"),
    payment_id=UUID(int=7),
    return_url="https://cinema.test/booking/MQ7K2A",
)
FIELDS = {
    "key_id": "rzp_test_1",
    "order_id": "order_1",
    "amount": "50000",
    "currency": "INR",
    "name": "Marquee",
    "description": "MQ7K2A",
    "notes[payment_id]": str(UUID(int=7)),
    "callback_url": f"https://cinema.test/payments/razorpay/return/{UUID(int=7)}",
    "cancel_url": "https://cinema.test/checkout/razorpay/order_1",
}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.fields: dict[str, str] = {}
        self.links: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.tags.append(tag)
        if tag == "form":
            self.forms.append(given)
        if tag == "input":
            self.fields[given["name"]] = given["value"]
        if tag == "a":
            self.links.append(given["href"])

    def handle_data(self, text: str) -> None:
        self.text += text


def application(shown: Checkout, gateway: RazorpayGateway | None = None) -> Starlette:
    settings = Settings(_env_file=None, razorpay_key_id="rzp_test_1", public_url="https://cinema.test/")

    async def look_up(order_id: str) -> Checkout | None:
        return shown if order_id.startswith("order_") else None

    return Starlette(routes=razorpay_routes(gateway or RazorpayGateway(settings), look_up))


async def visit(app: Starlette, path: str = "/checkout/razorpay/order_1") -> tuple[httpx2.Response, Reader]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://cinema.test") as browser:
        answer = await browser.get(path)
    reader = Reader()
    reader.feed(answer.text)
    return answer, reader


async def test_the_page_shows_what_is_paid_and_leads_to_razorpay() -> None:
    answer, page = await visit(application(SHOWN))
    assert answer.status_code == 200
    assert page.forms == [{"method": "post", "action": "https://api.razorpay.com/v1/checkout/embedded"}]
    assert page.fields == FIELDS
    assert page.links == ["https://cinema.test/booking/MQ7K2A"]
    for shown in ("Tom & <Jerry>", 'Marquee "Grand"', "F7, F8", "MQ7K2A", "Pay 500.00 INR"):
        assert shown in page.text


async def test_the_page_may_post_to_razorpay_only_and_runs_nothing() -> None:
    answer, page = await visit(application(SHOWN))
    (nonce,) = re.findall(r'<style nonce="([\w-]{22})">', answer.text)
    assert answer.headers["content-security-policy"].split("; ") == [
        "default-src 'none'",
        f"style-src 'nonce-{nonce}'",
        "form-action https://api.razorpay.com",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "strict-origin")
    assert "script" not in page.tags
    assert nonce not in (await visit(application(SHOWN)))[0].text


async def test_a_payment_that_is_over_cannot_be_paid_here() -> None:
    answer, page = await visit(application(replace(SHOWN, status=PaymentStatus.SUCCEEDED)))
    assert (answer.status_code, page.forms, page.fields) == (200, [], {})
    assert "This payment is over." in page.text


async def test_an_order_of_somebody_else_has_no_page() -> None:
    answer, page = await visit(application(SHOWN), "/checkout/razorpay/sbx_1")
    assert (answer.status_code, page.forms) == (404, [])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//elsewhere.test", "data:text/html,x", "\\\\elsewhere", ""])
async def test_no_link_leads_anywhere_odd(url: str) -> None:
    _, page = await visit(application(replace(SHOWN, return_url=url)))
    assert page.links == []


async def test_a_link_within_the_house_is_kept() -> None:
    _, page = await visit(application(replace(SHOWN, return_url="/?booking=MQ7K2A")))
    assert page.links == ["/?booking=MQ7K2A"]


async def test_the_form_is_what_razorpay_takes_and_its_proof_comes_back() -> None:
    async with account() as there:
        payment = await there.open()
        _, page = await visit(
            application(replace(SHOWN, payment_id=payment.id), there.gateway),
            f"/checkout/razorpay/{payment.provider_ref}",
        )
        async with httpx2.AsyncClient(trust_env=False) as browser:
            answer = await browser.post(page.forms[0]["action"], data=page.fields)
        home = Reader()
        home.feed(answer.text)
        assert home.forms == [{"method": "post", "action": page.fields["callback_url"]}]
        there.gateway.check_proof(payment, home.fields)
        assert len(there.double.payments) == 1
