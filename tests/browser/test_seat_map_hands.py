"""Choosing seats on `<seat-map>` with a mouse, a finger and a keyboard."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.seat_maps import give, new_showtime, property_of, put_map, seat, take, told, wait_until_told
from tests.servers import Server

pytestmark = pytest.mark.once

HOUSE = "[Stalls]\nA wcss.sscw\nB ssss.ssss\n\n[Circle]\nC pppp.pppp\nD vvvv.vvvv\nE PPPP.VVVV"
WIDE = "\n".join(f"{row} {'s' * 40}" for row in "ABCDEFGHJKLMNPQRSTUV")


async def press(page: Page, *keys: str) -> str | None:
    """Press these keys; the label of the seat that then has the focus."""
    for key in keys:
        await page.keyboard.press(key)
    label: str | None = await page.evaluate(
        "() => document.querySelector('seat-map').shadowRoot.activeElement?.dataset.label ?? null"
    )
    return label


async def zoomed(element: Locator) -> float:
    """How wide a seat is drawn, in pixels."""
    box = await seat(element, "A1").locator(".body").bounding_box()
    assert box
    return box["width"]


async def test_seats_are_chosen_with_the_keyboard_alone(server: Server, page: Page) -> None:
    showtime = await new_showtime(server, HOUSE)
    await take(server, showtime, ["B1"])
    element = await put_map(page, showtime)
    await element.get_by_role("button", name="Show as a list").focus()
    assert await press(page, "Tab") == "A1"
    assert await press(page, "ArrowRight", "ArrowRight") == "A3"
    assert await press(page, "ArrowDown") == "B3"
    assert await press(page, "Home") == "B1"
    assert await press(page, "Space") == "B1"
    assert await property_of(element, "selection") == []
    assert await press(page, "ArrowRight", "Space") == "B2"
    assert await press(page, "PageDown") == "C2"
    assert await press(page, "End") == "C8"
    assert await press(page, "Control+End") == "E8"
    assert await press(page, "Enter") == "E8"
    assert await press(page, "PageUp", "PageUp") == "A8"
    assert await press(page, "Control+Home") == "A1"
    assert await property_of(element, "selection") == ["B2", "E8", "E7"]
    await expect(seat(element, "B2")).to_have_attribute("aria-selected", "true")
    await expect(element.get_by_role("status")).to_contain_text("E8 selected. Seats: 3, ₹1,050.00")
    assert await element.locator("svg [tabindex]").count() == 1
    assert await press(page, "Tab") is None


async def test_the_focus_can_be_seen_and_stays_in_view_when_zoomed_in(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, WIDE))
    await element.evaluate("element => element.focusSeat('A1')")
    await press(page, "+", "+", "+", "Control+End")
    await expect(element.locator(".ring")).to_be_visible()
    await page.wait_for_timeout(400)  # until it has moved there
    frame, last = await element.locator(".stage").bounding_box(), await seat(element, "V40").bounding_box()
    assert frame
    assert last
    assert frame["x"] <= last["x"] <= frame["x"] + frame["width"] - last["width"]
    assert frame["y"] <= last["y"] <= frame["y"] + frame["height"] - last["height"]


async def test_the_halves_of_a_love_seat_are_chosen_and_left_together(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await seat(element, "E3").click()
    assert await property_of(element, "selection") == ["E3", "E4"]
    await seat(element, "E4").click()
    assert await property_of(element, "selection") == []
    totals = [each["total"] for each in await told(page, "seat-select")]
    assert totals == [{"amount": "625.00", "currency": "INR"}, None]


async def test_no_more_seats_are_chosen_than_are_allowed(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "max", 2)
    for label in ("C1", "C2", "C3"):
        await seat(element, label).click()
    assert await property_of(element, "selection") == ["C1", "C2"]
    [refused] = await told(page, "selection-refused")
    assert (refused["reason"], refused["message"]) == ("TooManySeats", "At most 2 seats at once.")


async def test_nothing_is_chosen_where_one_may_only_look(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "readonly", True)
    await seat(element, "C1").click(force=True)
    assert await property_of(element, "selection") == []
    await expect(seat(element, "C1")).to_have_attribute("aria-disabled", "true")


async def test_a_seat_that_somebody_else_takes_leaves_the_selection(server: Server, page: Page) -> None:
    showtime = await new_showtime(server, HOUSE)
    element = await put_map(page, showtime)
    await give(element, "selection", ["C1", "C2", "D1"])
    await take(server, showtime, ["C1", "C2"])
    assert await wait_until_told(page, "seat-lost") == [{"seats": ["C1", "C2"]}]
    assert await property_of(element, "selection") == ["D1"]
    assert [each["label"] for each in (await told(page, "seat-select"))[-1]["seats"]] == ["D1"]
    await expect(element.get_by_role("status")).to_have_text("Somebody else was faster: C1, C2")


async def test_a_tap_on_small_seats_comes_nearer_first(server: Server, open_page: OpenPage) -> None:
    page = await open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    element = await put_map(page, await new_showtime(server, WIDE))
    assert await zoomed(element) < 10
    await seat(element, "L20").tap()
    await expect(element.locator("svg.in")).to_be_visible()
    await page.wait_for_timeout(400)
    assert await property_of(element, "selection") == []
    assert await zoomed(element) >= 24
    await seat(element, "L20").tap()
    assert await property_of(element, "selection") == ["L20"]
    await element.get_by_role("button", name="Whole house").tap()
    await page.wait_for_timeout(400)
    assert await zoomed(element) < 10


async def test_the_wheel_scrolls_the_page_and_zooms_with_control(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, WIDE))
    await page.evaluate("() => { document.body.style.minHeight = '3000px' }")
    await seat(element, "L20").hover()
    before = await zoomed(element)
    await page.mouse.wheel(0, 200)
    await page.wait_for_function("() => scrollY === 200")
    assert await zoomed(element) == before
    await page.evaluate("() => scrollTo(0, 0)")
    await seat(element, "C20").hover()
    await page.keyboard.down("Control")
    await page.mouse.wheel(0, -80)
    await page.keyboard.up("Control")
    await expect(element.locator("svg.in")).to_be_visible()
    assert await zoomed(element) > 2 * before
    await page.mouse.wheel(0, 40)
    await page.wait_for_timeout(200)
    assert await page.evaluate("() => scrollY") == 0


async def test_the_filter_of_the_legend_dims_other_kinds(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "kinds", ["VIP"])
    await expect(seat(element, "C1")).to_have_class(re.compile(r"\bdim\b"))
    await expect(seat(element, "D1")).not_to_have_class(re.compile(r"\bdim\b"))
    await give(element, "kinds", None)
    await expect(seat(element, "C1")).not_to_have_class(re.compile(r"\bdim\b"))
