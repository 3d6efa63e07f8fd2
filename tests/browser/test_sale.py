"""Buying seats in a browser: chosen, held, paid for, shown as tickets, given back; by mouse, by keyboard, on a phone."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Axe, OpenPage
from tests.browser.sale import Answer, a_visitor, button, emptiest, faults, in_a_row
from tests.servers import Server

pytestmark = pytest.mark.once
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

HOLD = "mutation Hold($input: HoldSeatsInput!) { holdSeats(input: $input) { ... on Hold { id } ... on Problem { message } } }"
HOLDS = "{ me { holds { seats } bookings { nodes { id status payments { id } } } } }"


def seat(page: Page, label: str) -> Locator:
    return page.locator(f'seat-map [data-label="{label}"]')


async def choose(page: Page, show: Answer, seats: list[str]) -> None:
    await page.goto(f"/showtimes/{show['id']}")
    for label in seats:
        await seat(page, label).click()
    await expect(page.locator(".cart-lines strong")).to_have_text(seats)


async def log_in_by_hand(page: Page, name: str) -> None:
    """Answer the log-in dialog as one of the demo's people."""
    dialog = page.get_by_role("dialog", name="Log in")
    await dialog.get_by_label("E-mail").fill(f"{name}@marquee.test")
    await dialog.get_by_label("Password").fill(f"popcorn-{name}")
    await dialog.get_by_role("button", name="Log in").click()


async def until_paid(page: Page) -> None:
    """From a hold to its tickets."""
    await button(page, "^Pay ").click()
    await page.wait_for_url("**/sandbox/checkout/**")
    await page.get_by_role("button", name=re.compile("^Pay")).click()
    await page.wait_for_url("**/bookings/**")


async def test_a_purchase_by_mouse(server: Server, page: Page, axe: Axe) -> None:
    show = await emptiest(server)
    seats = in_a_row(show, 2)
    await choose(page, show, seats)
    assert await faults(page, axe) == []
    await button(page, "^Hold these seats").click()
    await log_in_by_hand(page, "ana")

    await expect(page.get_by_role("heading", name="These seats are yours")).to_be_focused()
    await expect(page.get_by_role("timer")).to_contain_text(re.compile(r"10:00|9:\d\d"))
    assert await faults(page, axe) == []
    await until_paid(page)

    await expect(page.get_by_role("heading", name="Your 2 tickets")).to_be_visible()
    await expect(page.locator(".admission-seat dd")).to_have_text(seats)
    codes = page.get_by_role("img", name=re.compile("QR code"))
    assert await codes.evaluate_all("all => all.map((code) => code.naturalWidth > 0)") == [True, True]
    assert await faults(page, axe) == []
    await page.get_by_role("link", name="My bookings", exact=True).click()
    await expect(page.locator(".line .badge")).to_have_text(["Confirmed"])
    assert await faults(page, axe) == []


async def test_a_purchase_by_keyboard_alone(server: Server, page: Page) -> None:
    await (await a_visitor(server)).log_in(page)
    show = await emptiest(server, 1)
    await page.goto(f"/showtimes/{show['id']}")
    await press(page, "Tab", button(page, "One person more"))
    await page.keyboard.press("Enter")
    await press(page, "Tab", button(page, "^Best seats"))
    await page.keyboard.press("Enter")
    await expect(page.locator(".cart-lines li")).to_have_count(3)
    await press(page, "Tab", button(page, "^Hold these seats"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="These seats are yours")).to_be_focused()
    await press(page, "Tab", button(page, "^Pay "))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sandbox/checkout/**")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/bookings/**")
    await expect(page.locator(".admission")).to_have_count(3)


async def press(page: Page, key: str, target: Locator) -> None:
    """Go on with a key until something has the focus."""
    await expect(target).to_be_enabled()
    for _ in range(60):
        await page.keyboard.press(key)
        if await target.evaluate("target => target === document.activeElement"):
            return
    raise AssertionError(f"{key} does not lead to {target}")


async def test_a_purchase_on_a_phone(server: Server, open_page: OpenPage, axe: Axe) -> None:
    page = await open_page(**PHONE)
    await (await a_visitor(server)).log_in(page)
    await page.goto(f"/showtimes/{(await emptiest(server, 2))['id']}")
    await button(page, "^Best seats").tap()
    await button(page, "Show or hide").tap()
    await expect(page.locator(".cart-lines li")).to_have_count(2)
    assert await faults(page, axe) == []
    await button(page, "^Hold these seats").tap()
    await expect(page.get_by_role("timer")).to_be_in_viewport()
    await expect(button(page, "^Pay ")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await until_paid(page)
    await expect(page.locator(".admission")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_a_reload_keeps_the_hold_and_the_unpaid_booking(server: Server, page: Page) -> None:
    ana = await a_visitor(server)
    await ana.log_in(page)
    await page.goto(f"/showtimes/{(await emptiest(server, 3))['id']}")
    await button(page, "^Hold best seats").click()
    heading = page.get_by_role("heading", name="These seats are yours")
    await expect(heading).to_be_visible()
    held = await page.locator(".cart .seats").inner_text()
    await page.reload()
    await expect(heading).to_be_visible()
    assert await page.locator(".cart .seats").inner_text() == held
    assert [", ".join(hold["seats"]) for hold in (await ana.ask(HOLDS))["me"]["holds"]] == [held]

    await button(page, "^Pay ").click()
    await page.wait_for_url("**/sandbox/checkout/**")
    await page.go_back()
    await expect(page.get_by_role("heading", name="waits for its payment")).to_be_visible()
    await until_paid(page)
    await expect(page.locator(".admission")).to_have_count(2)
    (booking,) = (await ana.ask(HOLDS))["me"]["bookings"]["nodes"]
    assert (booking["status"], len(booking["payments"])) == ("CONFIRMED", 1)


async def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_done_twice(
    server: Server, page: Page, expected_errors: list[str]
) -> None:
    ana = await a_visitor(server)
    await ana.log_in(page)
    await page.goto(f"/showtimes/{(await emptiest(server, 4))['id']}")
    await button(page, "^Hold best seats").click()
    pay = button(page, "^Pay ")
    await expect(pay).to_be_visible()
    expected_errors.append("net::ERR_FAILED")
    lost: list[str] = []

    async def lose(route: Any) -> None:
        asked = route.request.post_data or ""
        if "mutation Pay" in asked and not lost:
            lost.append(asked)
            await route.fetch()  # it arrives, but its answer does not
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/graphql", lose)
    await pay.click()
    await expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    await page.reload()
    await until_paid(page)
    (booking,) = (await ana.ask(HOLDS))["me"]["bookings"]["nodes"]
    assert len(booking["payments"]) == 1


async def test_whoever_loses_a_chosen_seat_is_told(server: Server, open_page: OpenPage) -> None:
    show = await emptiest(server, 5)
    seats = in_a_row(show, 3)
    ana, ben = await open_page(), await open_page()
    await (await a_visitor(server)).log_in(ana)
    await (await a_visitor(server)).log_in(ben)
    await choose(ben, show, seats)
    await choose(ana, show, seats[:2])
    await button(ana, "^Hold these seats").click()
    await expect(ana.get_by_role("heading", name="These seats are yours")).to_be_visible()
    await expect(ben.get_by_role("alert")).to_contain_text(f"{seats[0]} and {seats[1]} have just been taken")
    await expect(ben.locator(".cart-lines strong")).to_have_text(seats[2:])


async def test_a_refusal_names_the_rule_and_is_put_right_in_one_click(server: Server, page: Page, axe: Axe) -> None:
    await (await a_visitor(server)).log_in(page)
    show = await emptiest(server, 6)
    first, lonely, third = in_a_row(show, 3)
    await choose(page, show, [first, third])
    await button(page, "^Hold these seats").click()
    await expect(page.get_by_role("alert")).to_contain_text(f"{lonely} would be left on its own")
    assert await faults(page, axe) == []
    await page.get_by_role("alert").get_by_role("button").click()
    await expect(page.get_by_role("heading", name="These seats are yours")).to_be_visible()
    held = (await page.locator(".cart .seats").inner_text()).split(", ")
    assert len(held) == 2
    assert held != [first, third]


async def test_what_is_done_in_one_window_is_seen_in_the_other(server: Server, page: Page) -> None:
    ana = await a_visitor(server)
    await ana.log_in(page)
    show = await emptiest(server, 7)
    other = await page.context.new_page()
    await other.goto(f"/showtimes/{show['id']}")
    await page.goto(f"/showtimes/{show['id']}")
    await button(page, "^Hold best seats").click()
    await expect(other.get_by_role("heading", name="These seats are yours")).to_be_visible()
    await button(other, "^Give back").click()
    await expect(other.get_by_role("alert")).to_contain_text("given the seats back")
    await expect(page.get_by_role("heading", name="Your seats")).to_be_visible()
    assert (await ana.ask(HOLDS))["me"]["holds"] == []


async def test_tickets_are_given_back_and_their_seats_are_free_again(server: Server, page: Page, axe: Axe) -> None:
    ana = await a_visitor(server)
    await ana.log_in(page)
    show = await emptiest(server, 9)
    seats = in_a_row(show, 2)
    await choose(page, show, seats)
    await button(page, "^Hold these seats").click()
    await until_paid(page)
    await expect(page.locator(".admission")).to_have_count(2)

    await button(page, "^Give tickets back").click()
    question = page.get_by_role("dialog", name="Give tickets back")
    await question.get_by_label("All of them").check()
    await expect(question.locator(".quote-back")).to_contain_text("100%")
    assert await faults(page, axe) == []
    await question.get_by_role("button", name="Keep them").click()
    await expect(question).to_be_hidden()
    await expect(button(page, "^Give tickets back")).to_be_focused()
    await button(page, "^Give tickets back").click()
    await question.get_by_label("All of them").check()
    await question.get_by_role("button", name="Give 2 tickets back").click()
    await expect(page.locator(".standing-mark")).to_contain_text("Cancelled")
    await expect(page.locator(".admission .stamp")).to_have_text(["Void", "Void"])
    again = await (await a_visitor(server)).ask(HOLD, input={"showtimeId": show["id"], "seats": seats})
    assert "id" in again["holdSeats"]


async def test_a_page_without_a_connection_says_so_and_comes_back(
    server: Server, page: Page, expected_errors: list[str]
) -> None:
    expected_errors.append("ERR_INTERNET_DISCONNECTED")
    await (await a_visitor(server)).log_in(page)
    await page.goto(f"/showtimes/{(await emptiest(server, 10))['id']}")
    state, words = page.locator("seat-map [data-state]"), page.get_by_text("You are offline.")
    await expect(state).to_have_attribute("data-state", "live")
    await page.context.set_offline(True)
    await expect(words).to_be_visible()
    await button(page, "^Hold best seats").click()
    await expect(page.get_by_role("alert")).to_be_visible(timeout=20_000)  # it does not give up at once
    await page.context.set_offline(False)
    await expect(state).to_have_attribute("data-state", "live")
    await expect(words).to_be_hidden()
    await page.get_by_role("alert").get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="These seats are yours")).to_be_visible()


async def test_a_session_that_has_ended_elsewhere_is_begun_again_and_the_hold_goes_on(
    server: Server, page: Page
) -> None:
    ana = await a_visitor(server)
    await ana.log_in(page)
    await page.goto(f"/showtimes/{(await emptiest(server, 11))['id']}")
    await expect(page.locator("seat-map [data-label]").first).to_be_visible()
    assert await ana.ask("mutation { logout(everywhere: true) }") == {"logout": True}
    await button(page, "^Hold best seats").click()
    await log_in_by_hand(page, "ben")
    await expect(page.get_by_role("heading", name="These seats are yours")).to_be_visible()


async def test_bookings_ask_for_a_person_and_go_on(page: Page, axe: Axe) -> None:
    for path in ("/bookings", "/bookings/Qm9va2luZzox"):
        await page.goto(path)
        await expect(page.get_by_text("Log in to see your bookings")).to_be_visible()
    assert await faults(page, axe) == []
    await page.locator("main").get_by_role("button", name="Log in").click()
    await log_in_by_hand(page, "ben")
    await expect(page.get_by_text("There is no such booking of yours.")).to_be_visible()
