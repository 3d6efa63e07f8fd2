"""What the tests of the desk have in common: something to sell, somebody to buy it, and the way in."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.journeys.people import Person
from tests.servers import Server

SOON_MS = 15_000
LOGIN = "mutation L($input: LoginInput!) { login(input: $input) { ... on Session { accessToken } } }"
ON_SALE = """{ showtimes(filter: { onSale: true }, first: 12) { nodes {
  id startsAt screen { venue { id name } } seatMap { capacity available seats { label row x state kind } } } } }"""


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


async def show_on_sale(server: Server, at: str = "") -> Show:
    """The least occupied showtime among the next ones on sale, `at` a venue if one is named, with its place on the desk."""
    nodes = (await Person(server).ask(ON_SALE))["showtimes"]["nodes"]
    nodes = [node for node in nodes if at in node["screen"]["venue"]["name"]]
    node = max(nodes, key=lambda each: each["seatMap"]["available"] / each["seatMap"]["capacity"])
    day = datetime.fromisoformat(node["startsAt"]).date()
    path = f"/desk?venue={node['screen']['venue']['id']}&day={day}"
    seat_map = node["seatMap"]
    return Show(node["id"], path, seat_map["capacity"], seat_map["available"], _pair(seat_map["seats"]))


def _pair(seats: list[dict[str, Any]]) -> list[str]:
    """The first two of a free row that begins with at least four side by side, so that nobody is left alone."""
    for row in dict.fromkeys(seat["row"] for seat in seats):
        there = [seat for seat in seats if seat["row"] == row]
        are_free = all(
            seat["state"] == "AVAILABLE" and seat["kind"] in ("STANDARD", "PREMIUM", "VIP") for seat in there
        )
        if are_free and there[3]["x"] - there[0]["x"] == 3:
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
