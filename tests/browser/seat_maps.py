"""A page with nothing but a `<seat-map>` on it, served by the server itself under its own strict policy; and who looks at it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.async_api import Locator, Page, Route, expect

from tests.servers import Server

EVENTS = [
    "map-ready",
    "map-change",
    "seat-select",
    "seat-lost",
    "hold-start",
    "hold-change",
    "hold-end",
    "hold-expired",
    "selection-refused",
    "connection-change",
    "map-error",
]
PUT = """async ([showtime, events]) => {
  window.told = [];
  document.title = "Seats";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { color-scheme: light dark; background: light-dark(#faf8f5, #141113); color: light-dark(#221d1a, #f3ede8) }`);
  document.adoptedStyleSheets = [sheet];
  const main = document.createElement("main");
  const heading = document.createElement("h1");
  heading.textContent = "Seats";
  const map = document.createElement("seat-map");
  for (const name of events) map.addEventListener(name, ({ detail }) => told.push([name, structuredClone(detail)]));
  map.showtime = showtime;
  main.append(heading, map);
  document.body.replaceChildren(main);
  if (!customElements.get("seat-map")) {
    const script = document.createElement("script");
    script.type = "module";
    script.src = "/seat-map.js";
    document.head.append(script);
  }
}"""
CREATE_SCREEN = "mutation S($input: CreateScreenInput!) { createScreen(input: $input) { ... on Screen { id } } }"
CREATE_SHOWTIME = (
    "mutation S($input: CreateShowtimeInput!) { createShowtime(input: $input) { ... on Showtime { id } } }"
)
CATALOGUE = '{ venues(search: "Marigold") { nodes { id } } movies(filter: {status: NOW_SHOWING}) { nodes { id } } }'
HOLD = """mutation H($input: HoldSeatsInput!) {
  holdSeats(input: $input) { __typename ... on Hold { id seats } ... on Problem { message } }
}"""


async def log_in(server: Server, who: str) -> str:
    """The access token of one of the demo's people."""
    document = "mutation L($input: LoginInput!) { login(input: $input) { ... on Session { accessToken } } }"
    person = {"email": f"{who}@marquee.test", "password": f"popcorn-{who}"}
    token: str = (await server.execute(document, {"input": person}))["data"]["login"]["accessToken"]
    return token


async def somebody(server: Server) -> str:
    """The access token of a new customer, who has no holds yet."""
    document = "mutation R($input: RegisterInput!) { register(input: $input) { ... on Session { accessToken } } }"
    person = {"name": "Cleo", "email": f"{uuid4()}@example.com", "password": "popcorn-cleo"}
    token: str = (await server.execute(document, {"input": person}))["data"]["register"]["accessToken"]
    return token


async def new_showtime(server: Server, layout: str) -> str:
    """A showtime in a house of its own, so that no test meets another's holds."""
    admin = await log_in(server, "admin")
    found = (await server.execute(CATALOGUE))["data"]
    name = f"House {datetime.now(UTC).timestamp()}"
    screen = {"venueId": found["venues"]["nodes"][0]["id"], "name": name, "layout": layout}
    made = (await server.execute(CREATE_SCREEN, {"input": screen}, token=admin))["data"]["createScreen"]
    plan = {"movieId": found["movies"]["nodes"][0]["id"], "screenId": made["id"], "basePrice": "250.00"}
    plan["startsAt"] = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    showtime = (await server.execute(CREATE_SHOWTIME, {"input": plan}, token=admin))["data"]["createShowtime"]
    return str(showtime["id"])


async def take(server: Server, showtime: str, seats: list[str]) -> str:
    """Somebody else holds seats; the hold's id."""
    variables = {"input": {"showtimeId": showtime, "seats": seats}}
    answer = await server.execute(HOLD, variables, token=await somebody(server))
    assert answer["data"]["holdSeats"]["__typename"] == "Hold", answer
    return str(answer["data"]["holdSeats"]["id"])


async def no_assets(route: Route) -> None:
    """The desk's own scripts and styles are not wanted here."""
    kind = "text/css" if route.request.url.endswith(".css") else "text/javascript"
    await route.fulfill(body="", content_type=kind)


async def put_map(page: Page, showtime: str) -> Locator:
    """The element on an otherwise empty page, ready."""
    await page.route("**/assets/**", no_assets)
    await page.goto("/desk")
    await page.evaluate(PUT, [showtime, EVENTS])
    element = page.locator("seat-map")
    await expect(element.locator("[role=gridcell]").first).to_be_visible()
    return element


def seat(element: Locator, label: str) -> Locator:
    """One seat of the map."""
    return element.locator(f"[data-label={label}]")


async def told(page: Page, name: str) -> list[Any]:
    """What the element has said under this name, so far."""
    return [detail for each, detail in await page.evaluate("() => window.told") if each == name]


async def wait_until_told(page: Page, name: str, times: int = 1) -> list[Any]:
    """The same, when it has been said so often."""
    await page.wait_for_function(
        "([name, times]) => window.told.filter(([each]) => each === name).length >= times", arg=[name, times]
    )
    return await told(page, name)


async def property_of(element: Locator, name: str) -> Any:
    """A property of the element."""
    return await element.evaluate("(element, name) => element[name]", name)


async def give(element: Locator, name: str, value: object) -> None:
    """Set a property of the element."""
    await element.evaluate("(element, [name, value]) => { element[name] = value }", [name, value])


def watches(page: Page) -> list[dict[str, Any]]:
    """The variables of every subscription that this page begins from now on."""
    begun: list[dict[str, Any]] = []

    def sent(frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "subscribe":
            begun.append(message["payload"]["variables"])

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    return begun
