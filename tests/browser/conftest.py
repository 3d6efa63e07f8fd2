"""A started server with the demo cinema, and a real browser: Chromium, driven by Playwright.

Where there is no Chromium these tests skip and say so; `.ci/run` installs one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from scripts import build_web
from scripts.chromium import find_chromium
from tests.servers import Server, StartServer

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE_MS = 15_000

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


@pytest.fixture(scope="module")
async def server(built: None, databases: Any, start_server: StartServer) -> AsyncIterator[Server]:
    """A started server with the demo cinema."""
    async with start_server(database_url=databases.fresh(), env={"DEMO": "true", "DEMO_CROWD": "false"}) as running:
        yield running


@pytest.fixture(scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One browser for the tests of a file; each page has a profile of its own."""
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
    """What is wrong with a page by WCAG 2.2 AA: `assert await axe(page) == []`.

    A part may be left out that other tests look at: a seat map takes axe seconds.
    """

    async def violations(page: Page, without: str = "") -> list[str]:
        await page.evaluate(AXE.read_text())
        where = {"exclude": [[without]] if without else []}
        found = await page.evaluate("([where, tags]) => axe.run(where, { runOnly: tags })", [where, WCAG])
        return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]

    return violations
