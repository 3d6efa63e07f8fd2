"""Money that came after the seats were sold: other seats are offered on the booking's page, and taken or left."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Axe
from tests.browser.sale import Answer, Visitor, a_visitor, button, emptiest, faults_in_both, in_a_row
from tests.servers import Server, started_server

pytestmark = pytest.mark.once

CONFIRM = "mutation Confirm($input: ConfirmPaymentInput!) { confirmPayment(input: $input) { __typename } }"
STATE = """query State($id: ID!) { booking(id: $id) { status seats offer { seats }
  payments { status } refunds { reason amount { amount } } total { amount } } }"""


@pytest.fixture(scope="module")
async def server(built: None, databases: Any) -> AsyncIterator[Server]:
    """A started server on which seats are held for a few seconds only."""
    env = {"DEMO": "true", "DEMO_CROWD": "false", "HOLD_MINUTES": "0.05"}
    async with started_server(database_url=databases.fresh(), env=env) as running:
        yield running


async def sold_before_the_money(server: Server, ana: Visitor, page: Page, after: int) -> tuple[Answer, str]:
    """Ana pays in time, but nobody hears of it; Ben gets her seats. The page waits for news; her payment's id."""
    show = await emptiest(server, after)
    seats = in_a_row(show, 2)
    hold = await ana.person.hold(show["id"], seats)
    booking = await ana.person.book(hold["id"])
    payment = await ana.person.pay(booking["id"])
    assert await ana.person.at_checkout(payment["checkoutUrl"], lose=True) == 202
    await ana.log_in(page)
    await page.goto(f"/bookings/{booking['id']}")
    await expect(page.locator(".standing-mark")).to_contain_text("Not paid in time")
    await (await a_visitor(server)).person.buy(show["id"], seats)
    return booking, payment["id"]


async def state(ana: Visitor, booking: Answer) -> Answer:
    return dict((await ana.ask(STATE, id=booking["id"]))["booking"])


async def test_offered_seats_are_shown_at_once_and_taken(server: Server, page: Page, axe: Axe) -> None:
    ana = await a_visitor(server)
    booking, payment = await sold_before_the_money(server, ana, page, 0)
    await ana.ask(CONFIRM, input={"paymentId": payment})
    await expect(page.get_by_role("heading", name="We are holding these for you")).to_be_visible()
    offered = (await state(ana, booking))["offer"]["seats"]
    assert set(offered).isdisjoint(booking["seats"])
    await expect(page.locator(".offer-seats li")).to_have_text(offered)
    await expect(page.locator(f'seat-map [data-label="{offered[0]}"]')).to_be_visible()
    assert await faults_in_both(page, axe) == []

    await button(page, "^Take these seats").click()
    await expect(page.get_by_role("heading", name="Your 2 tickets")).to_be_visible()
    await expect(page.locator("#standing-title")).to_be_focused()
    await expect(page.locator(".admission-seat dd")).to_have_text(offered)
    after = await state(ana, booking)
    assert (after["status"], after["seats"], after["refunds"]) == ("CONFIRMED", offered, [])


async def test_offered_seats_are_left_and_all_of_the_money_goes_back(server: Server, page: Page, axe: Axe) -> None:
    ana = await a_visitor(server)
    booking, payment = await sold_before_the_money(server, ana, page, 1)
    await ana.ask(CONFIRM, input={"paymentId": payment})
    await button(page, "^No, give my money back").click()
    await expect(page.locator(".standing-mark")).to_contain_text("The money came too late")
    await expect(page.locator(".refunds")).to_contain_text("You did not want the other seats.")
    await expect(page.locator(".refunds .badge")).to_have_text("Given back")
    assert await faults_in_both(page, axe) == []
    after = await state(ana, booking)
    assert [(refund["reason"], refund["amount"]) for refund in after["refunds"]] == [("OFFER_DECLINED", after["total"])]
    assert (after["status"], after["offer"]) == ("EXPIRED", None)
