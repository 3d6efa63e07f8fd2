"""A started server with the demo cinema, and a browser to look at it."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, async_playwright

from tests.servers import Server, started_server

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
async def server(database_url: str, live_url: str) -> AsyncIterator[Server]:
    """A started server with the demo cinema."""
    async with started_server(database_url=database_url, redis_url=live_url, env={"DEMO": "true"}) as running:
        yield running


@pytest.fixture
async def page(server: Server) -> AsyncIterator[Page]:
    """A page of a browser; at the end nothing was complained about and nobody else was asked for anything."""
    wrong: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((server.url, server.ws_url, "data:", "blob:")):
            wrong.append(f"asked {request.url}")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened = await browser.new_page(locale="en-GB")
        opened.on("request", asked)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        yield opened
        await browser.close()
    assert wrong == []


@pytest.fixture
def axe() -> Callable[[Page], Awaitable[None]]:
    """Fails where axe finds something wrong by WCAG 2.2 AA."""

    async def check(page: Page) -> None:
        await page.evaluate(AXE.read_text())
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = await page.evaluate("tags => axe.run(document, { runOnly: tags })", tags)
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []

    return check
