"""Photograph every page of a running demo: `python -m scripts.screenshots http://127.0.0.1:8000`, into docs/screenshots."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from scripts.chromium import find_chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SETTLED_MS = 1_500
QUALITY = 84
LOOKS: dict[str, tuple[ViewportSize, str]] = {
    "light": ({"width": 1440, "height": 900}, "light"),
    "dark": ({"width": 1440, "height": 900}, "dark"),
    "phone": ({"width": 390, "height": 844}, "light"),
}
EMAIL = {"customer": "ana@marquee.test", "admin": "admin@marquee.test"}
PASSWORD = {"customer": "popcorn-ana", "admin": "popcorn-admin"}
ASK = """async ({ query, variables, token }) => {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return (await answer.json()).data;
}"""
LOGIN = """mutation LogIn($input: LoginInput!) { login(input: $input) { ... on Session {
  accessToken accessTokenExpiresAt refreshToken person: user { id name email roles } } } }"""
ON_SALE = """{ showtimes(filter: {onSale: true}, first: 40) { nodes {
  id movie { id } seatMap { available capacity } } } }"""
HOLD = """mutation Hold($showtime: ID!) { holdBestSeats(input: {showtimeId: $showtime, count: 2}) {
  ... on Hold { id } ... on Problem { message } } }"""
BOOK = "mutation Book($hold: ID!) { createBooking(input: {holdId: $hold}) { ... on Booking { id } } }"
PAY = """mutation Pay($booking: ID!) { startPayment(input: {bookingId: $booking, provider: SANDBOX}) {
  ... on Payment { checkoutUrl } } }"""
SUCCEED = "url => fetch(url, { method: 'POST', body: new URLSearchParams({ outcome: 'succeed' }) })"
KEEP = "session => localStorage.setItem('marquee.session', JSON.stringify(session))"


@dataclass
class Visit:
    """A page that is logged in, and the showtime it goes to."""

    page: Page
    token: str
    showtime: str
    movie: str

    async def home(self) -> None:
        """What is on."""
        await self.page.goto("/")

    async def film(self) -> None:
        """One film."""
        await self.page.goto(f"/movies/{self.movie}")

    async def seats(self) -> None:
        """Choosing seats."""
        await self.page.goto(f"/showtimes/{self.showtime}")
        await self._settled()
        await self.page.evaluate("document.querySelector('seat-map').bestSeats(2)")

    async def hold(self) -> None:
        """Seats that are held, with the countdown."""
        await self.page.goto(f"/showtimes/{self.showtime}")
        await self._settled()
        await self.page.evaluate("document.querySelector('seat-map').holdBest(2)")

    async def tickets(self) -> None:
        """Two tickets, bought."""
        hold = await self._ask(HOLD, showtime=self.showtime)
        booking = await self._ask(BOOK, hold=hold["holdBestSeats"]["id"])
        payment = await self._ask(PAY, booking=booking["createBooking"]["id"])
        await self.page.evaluate(SUCCEED, payment["startPayment"]["checkoutUrl"])
        await self.page.goto(f"/bookings/{booking['createBooking']['id']}")
        await self.page.wait_for_timeout(SETTLED_MS)

    async def _ask(self, query: str, **variables: str) -> dict[str, dict[str, str]]:
        asked = {"query": query, "variables": variables, "token": self.token}
        answer: dict[str, dict[str, str]] = await self.page.evaluate(ASK, asked)
        return answer

    async def account(self) -> None:
        """Everything about oneself."""
        await self.page.goto("/account")

    async def desk(self) -> None:
        """The admin's desk."""
        await self.page.goto("/desk")

    async def graphiql(self) -> None:
        """GraphiQL."""
        await self.page.goto("/graphql")
        await self.page.wait_for_timeout(2 * SETTLED_MS)

    async def _settled(self) -> None:
        while not await self.page.evaluate("!!document.querySelector('seat-map')?.map"):
            await self.page.wait_for_timeout(100)

    async def shoot(self, name: str, look: str) -> None:
        """Take the picture when everything has come to rest."""
        await self.page.wait_for_timeout(SETTLED_MS)
        await self.page.screenshot(path=FOLDER / f"{name}-{look}.jpg", type="jpeg", quality=QUALITY)


SUBJECTS: dict[str, tuple[str, Callable[[Visit], Awaitable[None]]]] = {
    "whats-on": ("customer", Visit.home),
    "film": ("customer", Visit.film),
    "seats": ("customer", Visit.seats),
    "hold": ("customer", Visit.hold),
    "tickets": ("customer", Visit.tickets),
    "account": ("customer", Visit.account),
    "desk": ("admin", Visit.desk),
    "graphiql": ("admin", Visit.graphiql),
}


async def photograph(address: str, browser: Browser) -> None:
    """Every subject in every look, each by a visitor of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for look, (viewport, scheme) in LOOKS.items():
        for name, (person, go) in SUBJECTS.items():
            context = await browser.new_context(
                base_url=address, viewport=viewport, color_scheme="dark" if scheme == "dark" else "light",
                locale="en-GB", timezone_id="Asia/Kolkata", device_scale_factor=1 if look != "phone" else 2,
            )  # fmt: skip
            visit = await _enter(await context.new_page(), person)
            await go(visit)
            await visit.shoot(name, look)
            if name == "hold":
                await visit.page.evaluate("document.querySelector('seat-map').release()")
            await context.close()


async def _enter(page: Page, person: str) -> Visit:
    """Log in, and find the showtime of a large house that is a third sold, or the largest."""
    await page.goto("/")
    given = {"input": {"email": EMAIL[person], "password": PASSWORD[person]}}
    answer = await page.evaluate(ASK, {"query": LOGIN, "variables": given, "token": None})
    await page.evaluate(KEEP, answer["login"])
    nodes = (await page.evaluate(ASK, {"query": ON_SALE, "variables": {}, "token": None}))["showtimes"]["nodes"]
    chosen = max(nodes, key=lambda node: _liveliness(**node["seatMap"]))
    return Visit(page, answer["login"]["accessToken"], chosen["id"], chosen["movie"]["id"])


def _liveliness(available: int, capacity: int) -> float:
    sold = 1 - available / capacity
    return min(capacity, 300) * (0.3 + min(sold, 0.5))


async def main(address: str) -> int:
    """Photograph a running demo; 1 where there is no Chromium."""
    chromium = find_chromium()
    if chromium is None:
        print("There is no Chromium here.", file=sys.stderr)
        return 1
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        await photograph(address, browser)
        await browser.close()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Photograph every page of a running demo.")
    parser.add_argument("address", help="where it is, as the server prints it")
    sys.exit(asyncio.run(main(parser.parse_args().address)))
