"""What a visitor is shown of a price: it stays the same from the map to the booking, and every part of it has its words."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Axe
from tests.browser.test_sale import a_visitor, button, choose, faults
from tests.servers import Server

pytestmark = pytest.mark.once

SHOWTIMES = (
    "{ showtimes(first: 100, filter: {onSale: true}) { nodes { id basePrice { amount } screen { venue { city } } } } }"
)
SEATS = "query ($id: ID!) { showtime(id: $id) { seatMap { seats { label row kind pairedWith state } } } }"
HOUSES = {
    # A premium seat, its price, further rows, what its price contains, and the total.
    "Hanoi": ("85000", "₫106,250", ["Rounding\n-₫250"], [], "₫106,000"),
    "Mumbai": ("250.00", "₹312.50", [], ["GST 18 % (included)\n₹47.67"], "₹312.50"),
    "Kuwait City": ("3.500", "KWD 4.625", [], ["Booking fee\nKWD 0.250"], "KWD 4.625"),
}


async def show_in(server: Server, city: str, base_price: str) -> tuple[dict[str, str], str]:
    """A showtime there at this price, and the first seat of a free row of premium ones that are sold alone."""
    for show in (await server.execute(SHOWTIMES))["data"]["showtimes"]["nodes"]:
        if (show["screen"]["venue"]["city"], show["basePrice"]["amount"]) == (city, base_price):
            seats = (await server.execute(SEATS, {"id": show["id"]}))["data"]["showtime"]["seatMap"]["seats"]
            taken = {seat["row"] for seat in seats if seat["state"] != "AVAILABLE"}
            premium = [seat for seat in seats if (seat["kind"], seat["pairedWith"]) == ("PREMIUM", None)]
            if alone := [seat for seat in premium if seat["row"] not in taken]:
                return show, alone[0]["label"]
    raise LookupError(f"Nothing in {city} costs {base_price}.")


@pytest.mark.parametrize("city", HOUSES)
async def test_a_price_does_not_move_from_the_map_to_the_booking(
    city: str, server: Server, page: Page, axe: Axe
) -> None:
    base, price, further, within, total = HOUSES[city]
    show, label = await show_in(server, city, base)
    await (await a_visitor(server)).log_in(page)
    await choose(page, show, [label])
    cart = page.locator(".cart")
    for held in (False, True):
        if held:
            await button(page, "^Hold these seats").click()
            await expect(page.get_by_role("heading", name="These seats are yours")).to_be_focused()
        assert [spaced(each) for each in await cart.locator(".cart-lines .amount").all_inner_texts()] == [price]
        assert spaced(await cart.locator(".sum strong").inner_text()) == total
    assert await rows(page, ".cart-body > .sums > div") == further
    assert await rows(page, ".cart-body > .soft .sums > div") == within
    assert await faults(page, axe) == []
    await button(page, "^Pay ").click()
    await page.wait_for_url("**/sandbox/checkout/**")
    await page.goto("/bookings")
    await page.locator(".line a").first.click()
    await page.wait_for_url("**/bookings/*")
    await expect(page.locator(".booking-facts")).to_be_visible()
    assert await rows(page, ".booking-facts .sums > div") == [*further, *within]
    assert await faults(page, axe) == []


async def rows(page: Page, selector: str) -> list[str]:
    return [spaced(each) for each in await page.locator(selector).all_inner_texts()]


def spaced(text: str) -> str:
    """With plain spaces, whatever sort of space a language puts before a currency."""
    return re.sub(r"[^\S\n]", " ", text)
