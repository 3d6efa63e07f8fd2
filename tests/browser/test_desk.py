"""The admin desk in a browser, on the demo cinema: what a manager sees, and how soon."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from scripts.demo.people import PEOPLE
from tests.browser.desk import SOON_MS, buy, figure, log_in, number, person, show_on_sale
from tests.journeys.people import Person
from tests.servers import Server

pytestmark = pytest.mark.once

STAFF = next(person for person in PEOPLE if person.email.startswith("staff@"))

VENUES = "{ venues { nodes { id name timezone } } }"
TODAY = """query T($venue: ID!, $day: Date!) {
  showtimes(filter: { venueId: $venue, date: $day }, first: 100) { nodes { id } }
}"""
ADMIN = "admin@marquee.test"
Axe = Callable[[Page], Awaitable[list[str]]]


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


async def test_who_stands_at_the_counter_may_find_bookings_only(server: Server, page: Page) -> None:
    show = await show_on_sale(server, at=STAFF.venues[0])
    bought = await buy(await person(server, "ben"), show)
    await log_in(page, server.url + show.path, "staff")
    await page.get_by_label("Reference or e-mail").fill("ben@marquee.test")
    await page.get_by_role("button", name="Find", exact=True).click()
    found = page.locator(f"[data-booking='{bought['reference']}']")
    await expect(found).to_contain_text("Confirmed")
    await expect(page.locator(".block").first).to_be_attached()
    assert await page.locator(".figure, .sales").count() == 0
    await found.get_by_role("button").click()
    question = page.get_by_role("dialog")
    await question.get_by_role("button", name="Cancel booking").click()
    await expect(question.get_by_role("alert")).to_have_text("You may not do that.")
    assert (await (await person(server, "ben")).booking(bought["id"]))["status"] == "CONFIRMED"


async def test_another_day_and_venue_stay_in_the_address(server: Server, page: Page) -> None:
    await log_in(page, f"{server.url}/desk")
    venue = (await Person(server).ask(VENUES))["venues"]["nodes"][1]
    await page.get_by_label("Venue").select_option(venue["id"])
    await page.get_by_role("button", name="The day after").click()
    tomorrow = (datetime.now(ZoneInfo(venue["timezone"])) + timedelta(days=1)).date().isoformat()
    await expect(page).to_have_url(f"{server.url}/desk?venue={venue['id']}&day={tomorrow}")
    await page.reload()
    await expect(page.locator("input[type=date]")).to_have_value(tomorrow)
    shown = (await Person(server).ask(TODAY, venue=venue["id"], day=tomorrow))["showtimes"]["nodes"]
    await expect(page.locator(".block")).to_have_count(len(shown))
    await page.get_by_role("button", name="Today").click()
    await expect(page).to_have_url(f"{server.url}/desk?venue={venue['id']}")


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
    assert await axe(page) == []
    await log_in(page, server.url + show.path)
    await page.get_by_label("Reference or e-mail").fill(bought["reference"])
    await page.get_by_role("button", name="Find", exact=True).click()
    await expect(page.locator("[data-booking]")).to_be_visible(timeout=SOON_MS)
    assert await axe(page) == []
    await page.locator(f"[data-showtime='{show.id}']").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await axe(page) == []


@pytest.mark.parametrize("width", [320, 360, 1440, 3840])
async def test_nothing_but_the_timetable_scrolls_sideways(server: Server, page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await log_in(page, f"{server.url}/desk")
    await expect(page.locator(".block").first).to_be_attached(timeout=SOON_MS)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
