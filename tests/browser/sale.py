"""What the tests of the sale have in common: visitors with accounts, seats to sell, buttons, and axe."""

import json
import re
from typing import Any
from uuid import uuid4

from playwright.async_api import Locator, Page

from tests.browser.conftest import Axe
from tests.journeys.people import Person
from tests.servers import Server

SHOWTIMES = (
    "{ showtimes(first: 100, filter: {onSale: true}) { nodes { id screen { venue { name } } seatMap { available } } } }"
)
SEATS = "query Seats($id: ID!) { showtime(id: $id) { id seatMap { seats { label row x kind state pairedWith } } } }"
REGISTER = """mutation Register($input: RegisterInput!) { register(input: $input) {
  ... on Session { accessToken accessTokenExpiresAt refreshToken user { id name email roles } } } }"""
SETTLED = """Promise.allSettled(document.getAnimations()
  .filter((moving) => moving.effect.getTiming().iterations === 1).map((moving) => moving.finished))"""
CONTRAST = """axe.run(document, { runOnly: { type: "rule", values: ["color-contrast"] } })
  .then(({ violations }) => violations.flatMap(({ nodes }) => nodes.map((node) => node.html.slice(0, 200))))"""

Answer = dict[str, Any]


class Visitor:
    """Somebody with an account of their own, so that no test counts the holds of another."""

    def __init__(self, server: Server, session: Answer) -> None:
        self._server = server
        self._session = session

    async def ask(self, query: str, **variables: object) -> Answer:
        answer = await self._server.execute(query, variables, token=self._session["accessToken"])
        return dict(answer["data"])

    @property
    def person(self) -> Person:
        """The same visitor, at the API."""
        return Person(self._server, self._session["accessToken"])

    async def log_in(self, page: Page) -> None:
        """Be logged in on this page from its first view on."""
        kept = {**self._session, "person": self._session["user"]}
        await page.add_init_script(f"localStorage['marquee.session'] ??= {json.dumps(json.dumps(kept))}")


async def a_visitor(server: Server) -> Visitor:
    given = {"name": "Ana", "email": f"{uuid4().hex}@marquee.test", "password": "popcorn-ana"}
    answer = await server.execute(REGISTER, {"input": given})
    return Visitor(server, answer["data"]["register"])


async def emptiest(server: Server, after: int = 0, at: str = "") -> Answer:
    """A showtime with most seats free, `at` a venue if one is named; `after` as many others."""
    shows = (await server.execute(SHOWTIMES))["data"]["showtimes"]["nodes"]
    shows = [show for show in shows if at in show["screen"]["venue"]["name"]]
    show = sorted(shows, key=lambda show: -show["seatMap"]["available"])[after]
    return dict((await server.execute(SEATS, {"id": show["id"]}))["data"]["showtime"])


def in_a_row(show: Answer, count: int) -> list[str]:
    """The first seats of the first free row that begins with two more side by side, so that nobody is left alone."""
    rows: dict[str, list[Answer]] = {}
    for seat in show["seatMap"]["seats"]:
        rows.setdefault(seat["row"], []).append(seat)
    plain = [
        row for row in rows.values() if {(seat["kind"], seat["pairedWith"]) for seat in row} == {("STANDARD", None)}
    ]
    free = [row for row in plain if len(row) > count + 3 and {seat["state"] for seat in row} == {"AVAILABLE"}]
    wide = next(row for row in free if row[count + 1]["x"] - row[0]["x"] == count + 1)
    return [seat["label"] for seat in wide[:count]]


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(name))


async def faults(page: Page, axe: Axe, without: str = "") -> list[str]:
    """What axe finds once nothing moves any more."""
    await page.evaluate(SETTLED)
    return await axe(page, without=without)


async def faults_in_both(page: Page, axe: Axe, without: str = "") -> list[str]:
    """The same, in light and in dark: there, only the colours are others."""
    light = await faults(page, axe, without)
    await page.emulate_media(color_scheme="dark")
    await page.evaluate(SETTLED)
    dark = await page.evaluate(CONTRAST)
    await page.emulate_media(color_scheme="light")
    return light + [f"dark: {each}" for each in dark]
