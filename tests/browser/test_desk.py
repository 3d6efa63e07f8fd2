"""The admin desk in a browser, on the demo cinema: what a manager sees, and how soon."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.people import Person
from tests.servers import Server

pytestmark = pytest.mark.once

SOON_MS = 15_000
LOGIN = "mutation L($input: LoginInput!) { login(input: $input) { ... on Session { accessToken } } }"
VENUES = "{ venues { nodes { id name timezone } } }"
TODAY = """query T($venue: ID!, $day: Date!) {
  showtimes(filter: { venueId: $venue, date: $day }, first: 100) { nodes { id } }
}"""
ON_SALE = """{ showtimes(filter: { onSale: true }, first: 40) { nodes {
  id startsAt screen { venue { id } } seatMap { capacity available seats { label row state kind } } } } }"""
ADMIN = "admin@marquee.test"
Axe = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True)
class Show:
    """A showtime to sell seats of, and two seats side by side at the beginning of a row, all of it free."""

    id: str
    path: str
    capacity: int
    available: int
    seats: list[str]

    @property
    def share(self) -> str:
        """What its block says when these two seats are taken."""
        taken = self.capacity - self.available + len(self.seats)
        return f"{min(99, max(1, int(taken / self.capacity * 100 + 0.5)))}%"


async def show_on_sale(server: Server) -> Show:
    """The least occupied showtime among the next ones on sale, with its place on the desk."""
    nodes = (await Person(server).ask(ON_SALE))["showtimes"]["nodes"]
    node = max(nodes, key=lambda each: each["seatMap"]["available"] / each["seatMap"]["capacity"])
    day = datetime.fromisoformat(node["startsAt"]).date()
    path = f"/desk?venue={node['screen']['venue']['id']}&day={day}"
    seat_map = node["seatMap"]
    return Show(node["id"], path, seat_map["capacity"], seat_map["available"], _pair(seat_map["seats"]))


def _pair(seats: list[dict[str, Any]]) -> list[str]:
    for row in dict.fromkeys(seat["row"] for seat in seats):
        there = [seat for seat in seats if seat["row"] == row]
        if all(seat["state"] == "AVAILABLE" and seat["kind"] in ("STANDARD", "PREMIUM") for seat in there):
            return [seat["label"] for seat in there[:2]]
    raise AssertionError("No row of this showtime is free.")


async def person(server: Server, name: str) -> Person:
    """One of the demo's people, at the API."""
    given = {"email": f"{name}@marquee.test", "password": f"popcorn-{name}"}
    return Person(server, (await Person(server).ask(LOGIN, input=given))["login"]["accessToken"])


async def buy(customer: Person, show: Show) -> dict[str, Any]:
    """Two seats held, booked, paid for and confirmed."""
    hold = await customer.hold(show.id, show.seats)
    assert hold["__typename"] == "Hold", hold
    booking = await customer.book(hold["id"])
    payment = await customer.pay(booking["id"])
    await customer.at_checkout(payment["checkoutUrl"])
    for _ in range(100):
        bought = await customer.booking(booking["id"])
        if bought["status"] == "CONFIRMED":
            return bought
        await asyncio.sleep(0.1)
    raise AssertionError(f"The payment was not heard of: {bought}")


async def log_in(page: Page, address: str, name: str = "admin") -> None:
    """Open the desk and log in there."""
    await page.goto(address)
    await page.get_by_label("E-mail").fill(f"{name}@marquee.test")
    await page.get_by_label("Password").fill(f"popcorn-{name}")
    await page.get_by_role("button", name="Log in").click()


def figure(page: Page, name: str) -> Locator:
    """The value on one of the cards."""
    return page.locator(f"[data-figure={name}] .value")


async def number(place: Locator) -> int:
    """The figure that stands there, once there is one."""
    await expect(place).not_to_have_text("–", timeout=SOON_MS)
    return int((await place.inner_text()).replace(",", ""))


async def test_staff_log_in_and_see_todays_house(server: Server, page: Page) -> None:
    await log_in(page, f"{server.url}/desk")
    await expect(page.locator(".block").first).to_be_visible(timeout=SOON_MS)
    venue = (await Person(server).ask(VENUES))["venues"]["nodes"][0]
    day = await page.locator("input[type=date]").input_value()
    assert day == datetime.now(ZoneInfo(venue["timezone"])).date().isoformat()
    shown = (await Person(server).ask(TODAY, venue=venue["id"], day=day))["showtimes"]["nodes"]
    blocks = await page.locator(".block").evaluate_all("all => all.map(each => each.dataset.showtime)")
    assert sorted(blocks) == sorted(each["id"] for each in shown)
    assert await page.get_by_label("Venue").input_value() == venue["id"]
    assert await number(figure(page, "viewers")) == 0
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()


async def test_a_customer_is_refused_in_words(server: Server, page: Page) -> None:
    await log_in(page, f"{server.url}/desk", "ana")
    await expect(page.get_by_role("alert")).to_contain_text("Ana may not look at the desk", timeout=SOON_MS)
    assert await page.locator(".block, .figure").count() == 0
    await page.get_by_role("button", name="Log in as somebody else").click()
    await expect(page.get_by_label("Password")).to_be_visible()


async def test_a_wrong_password_is_told(server: Server, page: Page) -> None:
    await page.goto(f"{server.url}/desk")
    await page.get_by_label("E-mail").fill(ADMIN)
    await page.get_by_label("Password").fill("popcorn-wrong")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")


async def test_a_hold_moves_the_figures_and_its_block_within_seconds(server: Server, page: Page) -> None:
    show = await show_on_sale(server)
    await log_in(page, server.url + show.path)
    block = page.locator(f"[data-showtime='{show.id}']")
    held = await number(figure(page, "heldSeats"))
    before = show.capacity - show.available
    await expect(block).to_contain_text(f"{before} of {show.capacity} seats taken", timeout=SOON_MS)
    customer = await person(server, "ana")
    assert (await customer.hold(show.id, show.seats))["__typename"] == "Hold"
    await expect(figure(page, "heldSeats")).to_have_text(str(held + 2), timeout=SOON_MS)
    await expect(block).to_contain_text(f"{before + 2} of {show.capacity} seats taken", timeout=SOON_MS)
    await expect(block).to_contain_text(show.share)


async def test_a_sale_moves_the_sales(server: Server, page: Page) -> None:
    show = await show_on_sale(server)
    await log_in(page, f"{server.url}{show.path}")
    before = await number(figure(page, "tickets"))
    await buy(await person(server, "ben"), show)
    await expect(figure(page, "tickets")).to_have_text(f"{before + 2:,}", timeout=2 * SOON_MS)


async def test_charts_are_tables_too(server: Server, page: Page) -> None:
    show = await show_on_sale(server)
    await buy(await person(server, "ben"), show)
    await log_in(page, server.url + show.path)
    chart = page.get_by_role("img", name="Tickets by hour")
    await expect(chart).to_be_visible(timeout=SOON_MS)
    sold = await number(figure(page, "tickets"))
    await page.locator(".sales.hours").get_by_role("button", name="As a table").click()
    await expect(chart).to_have_count(0)
    cells = await page.locator(".sales.hours tbody tr td:nth-child(2)").all_inner_texts()
    assert sum(int(cell.replace(",", "")) for cell in cells) == sold
    await page.locator(".sales.hours").get_by_role("button", name="As a table").click()
    await expect(chart).to_be_visible()


async def test_find_a_booking_and_cancel_it(server: Server, page: Page) -> None:
    show = await show_on_sale(server)
    bought = await buy(await person(server, "ben"), show)
    await log_in(page, server.url + show.path)
    await page.get_by_label("Reference or e-mail").fill(bought["reference"].lower())
    await page.get_by_role("button", name="Find", exact=True).click()
    found = page.locator(f"[data-booking='{bought['reference']}']")
    await expect(found).to_contain_text("Confirmed", timeout=SOON_MS)
    await expect(found).to_contain_text(", ".join(show.seats))
    await found.get_by_role("button").click()
    question = page.get_by_role("dialog")
    await expect(question).to_contain_text(f"Cancel booking {bought['reference']}?")
    await question.get_by_role("button", name="Keep it").click()
    await expect(found).to_contain_text("Confirmed")
    await found.get_by_role("button").click()
    await question.get_by_role("button", name="Cancel booking").click()
    await expect(page.get_by_text(f"Booking {bought['reference']} is cancelled.")).to_be_visible(timeout=SOON_MS)
    await expect(found).to_contain_text("Cancelled")
    assert (await (await person(server, "ben")).booking(bought["id"]))["status"] == "CANCELLED"


async def test_the_house_is_walked_with_the_keyboard(server: Server, page: Page) -> None:
    await log_in(page, f"{server.url}/desk")
    first = page.locator(".row").nth(0).locator(".block")
    await first.nth(0).focus(timeout=SOON_MS)
    await page.keyboard.press("ArrowRight")
    await expect(first.nth(1)).to_be_focused()
    await page.keyboard.press("ArrowDown")
    assert await page.evaluate("document.activeElement.closest('.row').previousElementSibling.matches('.row')")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(".row").nth(0).locator(".block:focus")).to_have_count(1)
    await first.nth(1).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").locator("seat-map")).to_have_attribute("readonly", "")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(first.nth(1)).to_be_focused()


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing(server: Server, page: Page, axe: Axe, colours: str) -> None:
    await page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    show = await show_on_sale(server)
    bought = await buy(await person(server, "ben"), show)
    await page.goto(f"{server.url}/desk")
    await expect(page.get_by_label("Password")).to_be_visible()
    await axe(page)
    await log_in(page, server.url + show.path)
    await page.get_by_label("Reference or e-mail").fill(bought["reference"])
    await page.get_by_role("button", name="Find", exact=True).click()
    await expect(page.locator("[data-booking]")).to_be_visible(timeout=SOON_MS)
    await axe(page)
    await page.locator(f"[data-showtime='{show.id}']").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await axe(page)


@pytest.mark.parametrize("width", [320, 360, 1440, 3840])
async def test_nothing_but_the_timetable_scrolls_sideways(server: Server, page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await log_in(page, f"{server.url}/desk")
    await expect(page.locator(".block").first).to_be_attached(timeout=SOON_MS)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
