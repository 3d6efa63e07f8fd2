"""A started server with the demo cinema, and a real browser: Chromium, driven by Playwright.

Where there is no Chromium these tests skip and say so; `.ci/run` installs one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright, expect

import clock
from adapters.passwords import Passwords
from scripts import build_web, demo
from scripts.chromium import find_chromium
from settings import Settings
from tests.databases import Databases
from tests.servers import Server, StartServer

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Nothing but violations, and no selectors: to describe all that is well in a house of 600 seats takes ten times as long.
RUN_AXE = """([parts, without, tags]) => axe
  .run({
    include: parts.length ? parts.filter((part) => document.querySelector(part)) : [":root"],
    exclude: without && document.querySelector(without) ? [without] : [],
  }, { runOnly: tags, resultTypes: ["violations"], selectors: false })
  .then((found) => found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)))"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)

OpenPage = Callable[..., Awaitable[Page]]
Axe = Callable[..., Awaitable[list[str]]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of this machine."""
    found = find_chromium()
    if found is None:
        pytest.skip("NO BROWSER: the pages were not tried. Install Debian's `chromium`, as .ci/run does.")
    return found


@pytest.fixture(scope="session")
def built(chromium: str) -> None:
    """The pages as they are now; where they cannot be built these tests fail."""
    build_web.build()


async def fill(settings: Settings) -> None:
    """The demo cinema, as a first start makes it."""
    assert await demo.load(settings.model_copy(update={"demo": True}), Passwords(settings.bcrypt_rounds), clock.now())


@pytest.fixture(scope="session")
def cinema(databases: Databases) -> str:
    """The demo cinema, for copies."""
    return databases.filled(fill)


@pytest.fixture(scope="module")
async def server(built: None, databases: Databases, cinema: str, start_server: StartServer) -> AsyncIterator[Server]:
    """A started server with a demo cinema for the tests of a file."""
    url = databases.copy_of(cinema)
    async with start_server(database_url=url, env={"DEMO": "true", "DEMO_CROWD": "false"}) as running:
        yield running


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One browser for all tests; each page has a profile of its own."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        await running.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """Parts of console messages that a test brings about on purpose: append them."""
    return []


@pytest.fixture
async def open_page(server: Server, browser: Browser, expected_errors: list[str]) -> AsyncIterator[OpenPage]:
    """Opens a page of a new visitor; at the end nobody complained, and nobody else was asked for anything."""
    wrong: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((server.url, server.url.replace("http", "ws", 1), "data:", "blob:")):
            wrong.append(f"asked {request.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in expected_errors):
            wrong.append(message.text)

    async with AsyncExitStack() as stack:

        async def opened(**options: Any) -> Page:
            context = await browser.new_context(base_url=server.url, **{"locale": "en-GB", **options})
            stack.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = await context.new_page()
            page.on("request", asked)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", said)
            return page

        yield opened
    assert wrong == []


@pytest.fixture
async def page(open_page: OpenPage) -> Page:
    """One visitor's page."""
    return await open_page()


@pytest.fixture
def axe() -> Axe:
    """What is wrong with a page, or with some parts of it, by WCAG 2.2 AA: `assert await axe(page) == []`.

    A part may be left out that other tests look at.
    """

    async def violations(page: Page, *parts: str, without: str = "") -> list[str]:
        await page.evaluate(AXE.read_text())
        return list(await page.evaluate(RUN_AXE, [parts, without, WCAG]))

    return violations
