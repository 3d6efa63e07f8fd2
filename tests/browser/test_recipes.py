"""The recipes, built as their readers would build them: each lists what is on, shows the seats, logs in and holds."""

import fcntl
import re
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from scripts import build_web
from tests.browser.seat_maps import no_assets
from tests.servers import Server

pytestmark = pytest.mark.once

WEB = build_web.WEB
BUILT = WEB / "dist-recipes"
ADD_SCRIPTS = """async ([body, scripts]) => {
  const page = new DOMParser().parseFromString(body, "text/html");
  document.body.replaceChildren(...page.body.children);
  for (const src of scripts) {
    const script = document.createElement("script");
    script.type = "module";
    script.src = src;
    document.head.append(script);
  }
}"""


@pytest.fixture(scope="session")
def recipes(built: None, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the built recipes; one worker builds them for all."""
    shared = tmp_path_factory.getbasetemp()
    done = (shared if worker_id == "master" else shared.parent) / "recipes-built"
    command = [str(build_web.node_folder() / "node"), "node_modules/vite/bin/vite.js", "build"]
    with (WEB / "vite.recipes.config.js").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            subprocess.run([*command, "--config", lock.name], cwd=WEB, check=True, capture_output=True, timeout=120)
            done.touch()
    return BUILT


async def put_recipe(page: Page, recipes: Path, name: str) -> None:
    """Open a recipe as a page of the server: its real address and policy, and the recipe's markup and scripts."""

    async def serve(route: Route) -> None:
        await route.fulfill(
            path=recipes / "assets" / route.request.url.rsplit("/", 1)[-1], content_type="text/javascript"
        )

    await page.route("**/assets/**", no_assets)
    await page.route("**/recipes/assets/**", serve)
    await page.goto("/desk")
    document = (recipes / name / "index.html").read_text()
    scripts = [f"/recipes/{src}" for src in re.findall(r'<script[^>]* src="\.\./([^"]+)"', document)]
    assert scripts, document
    await page.evaluate(ADD_SCRIPTS, [document, scripts])


@pytest.mark.parametrize(("name", "place"), [("plain", 19), ("react-apollo", 18), ("vue-urql", 17)])
async def test_a_recipe_lists_showtimes_shows_seats_and_holds(
    server: Server, page: Page, recipes: Path, name: str, place: int
) -> None:
    await put_recipe(page, recipes, name)
    await expect(page.get_by_label("Showtime").get_by_role("option")).to_have_count(20)
    await page.get_by_label("Showtime").select_option(index=place)
    for label in ("D1", "D2"):
        await page.locator(f"[data-label={label}]").click()
    await page.get_by_role("button", name="Hold D1, D2").click()
    await expect(page.locator("main > p")).to_have_text("Please log in to hold seats.")
    await page.get_by_label("E-mail").fill("ana@marquee.test")
    await page.get_by_label("Password").fill("popcorn-ana")
    await page.get_by_role("button", name="Log in and hold").click()
    await expect(page.locator("main > p")).to_contain_text("D1, D2: yours until 20")
    await expect(page.locator("[data-label=D1]")).to_have_accessible_name(re.compile("yours$"))
    await expect(page.get_by_role("button", name="Log in and hold")).to_be_hidden()
