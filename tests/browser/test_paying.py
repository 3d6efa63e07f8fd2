"""Paying in a browser where there is a choice: the way to pay, the counter and its desk, and tickets given back."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from scripts.demo.people import PEOPLE
from tests.browser import desk
from tests.browser.conftest import Axe, OpenPage
from tests.browser.sale import Answer, Visitor, a_visitor, button, emptiest, faults_in_both, in_a_row
from tests.databases import Databases
from tests.servers import Server, StartServer

pytestmark = pytest.mark.once

STAFF = next(person for person in PEOPLE if person.email.startswith("staff@"))

VENUE = "query Venue($id: ID!) { showtime(id: $id) { screen { venue { id } } } }"
POLICY = "mutation Policy($input: SetRefundPolicyInput!) { setRefundPolicy(input: $input) { __typename } }"
MONEY = """query Money($id: ID!) { booking(id: $id) { status seats total { amount } refunded { amount }
  payments { provider status } refunds { seats reason amount { amount } kept { amount } } } }"""


@pytest.fixture(scope="module")
async def server(built: None, databases: Databases, start_server: StartServer) -> AsyncIterator[Server]:
    """A started server whose customers may pay at the counter, too."""
    env = {"DEMO": "true", "DEMO_CROWD": "false", "PAYMENT_PROVIDERS": "SANDBOX,COUNTER"}
    async with start_server(database_url=databases.fresh(), env=env) as running:
        yield running


async def booked(ana: Visitor, show: Answer, count: int) -> Answer:
    """A booking of so many seats that waits for its money."""
    hold = await ana.person.hold(show["id"], in_a_row(show, count))
    return await ana.person.book(hold["id"])


async def test_the_payer_chooses_how_to_pay_and_may_choose_again(server: Server, page: Page, axe: Axe) -> None:
    ana = await a_visitor(server)
    await ana.log_in(page)
    await page.goto(f"/showtimes/{(await emptiest(server))['id']}")
    await button(page, "^Hold best seats").click()
    await button(page, "^Pay ").click()
    await expect(page.get_by_role("heading", name="How would you like to pay?")).to_be_visible()
    assert await faults_in_both(page, axe) == []

    await button(page, "^At the counter").click()
    await expect(page.get_by_role("heading", name="Pay at the counter")).to_be_focused()
    booking = (await ana.ask("{ me { bookings { nodes { id reference } } } }"))["me"]["bookings"]["nodes"][0]
    await expect(page.locator(".counter-reference")).to_have_text(booking["reference"])
    await expect(page.get_by_role("timer")).to_contain_text(re.compile(r"30:00|29:\d\d"))
    assert await faults_in_both(page, axe) == []

    await button(page, "^Pay another way").click()
    await expect(page.get_by_role("heading", name="How would you like to pay?")).to_be_focused()
    await button(page, "^Sandbox").click()
    await page.wait_for_url("**/sandbox/checkout/**")
    await page.go_back()
    await expect(page.get_by_role("heading", name="You have begun to pay with Sandbox")).to_be_visible()
    await button(page, "^Go on with Sandbox").click()
    await page.wait_for_url("**/sandbox/checkout/**")
    await page.get_by_role("button", name=re.compile("^Pay")).click()
    await page.wait_for_url("**/bookings/**")
    await expect(page.locator(".admission")).to_have_count(2)
    payments = (await ana.ask(MONEY, id=booking["id"]))["booking"]["payments"]
    assert [(each["provider"], each["status"]) for each in payments] == [
        ("COUNTER", "CANCELLED"),
        ("SANDBOX", "SUCCEEDED"),
    ]


async def test_money_taken_at_the_counter_becomes_tickets_on_the_customers_page(
    server: Server, open_page: OpenPage
) -> None:
    ana, mine, staff = await a_visitor(server), await open_page(), await open_page()
    booking = await booked(ana, await emptiest(server, 1, at=STAFF.venues[0]), 2)
    await ana.person.pay(booking["id"], provider="COUNTER")
    await ana.log_in(mine)
    await mine.goto(f"/bookings/{booking['id']}")
    await expect(mine.locator(".counter-reference")).to_have_text(booking["reference"])

    await desk.log_in(staff, f"{server.url}/desk", "staff")
    await staff.get_by_label("Reference or e-mail").fill(booking["reference"])
    await staff.get_by_role("button", name="Find", exact=True).click()
    await staff.get_by_role("button", name=f"Paid {booking['reference']}").click()
    await staff.get_by_role("dialog").get_by_role("button", name=re.compile("is here$")).click()
    await expect(staff.locator(f"[data-booking='{booking['reference']}']")).to_contain_text("Confirmed")
    await expect(mine.locator(".admission")).to_have_count(2)
    assert (await ana.person.booking(booking["id"]))["status"] == "CONFIRMED"


async def test_some_tickets_are_given_back_for_what_the_quote_says(server: Server, page: Page, axe: Axe) -> None:
    show = await emptiest(server, 2)
    venue = (await (await a_visitor(server)).ask(VENUE, id=show["id"]))["showtime"]["screen"]["venue"]["id"]
    admin = await desk.person(server, "admin")
    await admin.ask(POLICY, input={"venueId": venue, "steps": [{"hours": 0, "percent": 75}]})
    ana = await a_visitor(server)
    await ana.log_in(page)
    booking = await ana.person.buy(show["id"], in_a_row(show, 3))
    first, *others = booking["seats"]

    await page.goto(f"/bookings/{booking['id']}")
    await button(page, "^Give tickets back").click()
    question = page.get_by_role("dialog", name="Give tickets back")
    await question.get_by_label(first, exact=True).check()
    await expect(question.locator(".quote-back")).to_contain_text("75%")
    promised = await question.locator(".quote-back dd").inner_text()
    assert await faults_in_both(page, axe) == []
    await question.get_by_role("button", name="Give 1 ticket back").click()
    await expect(page.get_by_role("heading", name="Money back")).to_be_focused()
    await expect(page.locator(".refund-head strong")).to_have_text(promised)
    await expect(page.get_by_role("heading", name="Your 2 tickets")).to_be_visible()
    await expect(page.locator(".admission.cancelled .admission-seat dd")).to_have_text(first)
    assert await faults_in_both(page, axe) == []

    after = (await ana.ask(MONEY, id=booking["id"]))["booking"]
    (refund,) = after["refunds"]
    assert (after["status"], after["seats"], refund["seats"], refund["reason"]) == (
        "CONFIRMED",
        others,
        [first],
        "CUSTOMER",
    )
    assert float(refund["amount"]["amount"]) == pytest.approx(3 * float(refund["kept"]["amount"]), abs=1)
    assert after["refunded"] == refund["amount"]
