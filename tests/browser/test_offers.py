"""Money that came after the seats were sold: other seats are offered on the booking's page, and taken or left."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Axe
from tests.browser.sale import Answer, Visitor, a_visitor, button, emptiest, faults_in_both, in_a_row
from tests.databases import Databases
from tests.servers import Server, StartServer

pytestmark = pytest.mark.once

CONFIRM = "mutation Confirm($input: ConfirmPaymentInput!) { confirmPayment(input: $input) { __typename } }"
STATE = """query State($id: ID!) { booking(id: $id) { status seats offer { seats }
  payments { status } refunds { reason amount { amount } } total { amount } } }"""


@pytest.fixture(scope="module")
async def server(built: None, databases: Databases, start_server: StartServer) -> AsyncIterator[Server]:
    """A started server on which seats are held for a few seconds only."""
    looks_late = {"PAYMENT_LOOK_AFTER_SECONDS": "3600"}  # nobody asks the provider but these tests
    env = {"DEMO": "true", "DEMO_CROWD": "false", "HOLD_MINUTES": "0.1", **looks_late}
    async with start_server(database_url=databases.fresh(), env=env) as running:
        yield running


@dataclass(frozen=True)
class Late:
    """A visitor who paid in time for seats that were sold to somebody else, because nobody had heard of it."""

    visitor: Visitor
    booking: Answer
    payment: str

    async def is_heard_of(self) -> None:
        """Have the provider asked: the money is here now."""
        await self.visitor.ask(CONFIRM, input={"paymentId": self.payment})

    async def state(self) -> Answer:
        """The booking as it is now."""
        return dict((await self.visitor.ask(STATE, id=self.booking["id"]))["booking"])


async def sold_before_the_money(server: Server, show: Answer) -> Late:
    """Ana pays, but no webhook comes; when her time is over Ben buys her seats."""
    ana, ben = await a_visitor(server), await a_visitor(server)
    seats = in_a_row(show, 2)
    hold = await ana.person.hold(show["id"], seats)
    booking = await ana.person.book(hold["id"])
    payment = await ana.person.pay(booking["id"])
    assert await ana.person.at_checkout(payment["checkoutUrl"], lose=True) == 202
    await ana.person.until(booking["id"], "EXPIRED")
    await ben.person.buy(show["id"], seats)
    return Late(ana, booking, payment["id"])


@pytest.fixture(scope="module")
async def late(server: Server) -> list[Late]:
    """Two of them, at once: each waits until a hold is over."""
    shows = [await emptiest(server, after) for after in (0, 1)]
    return await asyncio.gather(*(sold_before_the_money(server, show) for show in shows))


async def opened(page: Page, late: Late) -> None:
    """The page of their booking, which has yet to hear of the money."""
    await late.visitor.log_in(page)
    await page.goto(f"/bookings/{late.booking['id']}")
    await expect(page.locator(".standing-mark")).to_contain_text("Not paid in time")
    await late.is_heard_of()


async def test_offered_seats_are_shown_at_once_and_taken(late: list[Late], page: Page, axe: Axe) -> None:
    ana = late[0]
    await opened(page, ana)
    await expect(page.get_by_role("heading", name="We are holding these for you")).to_be_visible()
    offered = (await ana.state())["offer"]["seats"]
    assert set(offered).isdisjoint(ana.booking["seats"])
    await expect(page.locator(".offer-seats li")).to_have_text(offered)
    await expect(page.locator(f'seat-map [data-label="{offered[0]}"]')).to_be_visible()
    assert await faults_in_both(page, axe, without="seat-map") == []

    await button(page, "^Take these seats").click()
    await expect(page.get_by_role("heading", name="Your 2 tickets")).to_be_visible()
    await expect(page.locator("#standing-title")).to_be_focused()
    await expect(page.locator(".admission-seat dd")).to_have_text(offered)
    after = await ana.state()
    assert (after["status"], after["seats"], after["refunds"]) == ("CONFIRMED", offered, [])


async def test_offered_seats_are_left_and_all_of_the_money_goes_back(late: list[Late], page: Page, axe: Axe) -> None:
    ana = late[1]
    await opened(page, ana)
    await button(page, "^No, give my money back").click()
    await expect(page.locator(".standing-mark")).to_contain_text("The money came too late")
    await expect(page.locator(".refunds")).to_contain_text("You did not want the other seats.")
    await expect(page.locator(".refunds .badge")).to_have_text("Given back")
    assert await faults_in_both(page, axe) == []
    after = await ana.state()
    assert [(refund["reason"], refund["amount"]) for refund in after["refunds"]] == [("OFFER_DECLINED", after["total"])]
    assert (after["status"], after["offer"]) == ("EXPIRED", None)
