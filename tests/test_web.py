"""The pages as they are built: they can be, they are small, they need nobody else, and the API does not need them."""

import gzip
import re
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from routes.pages import Pages
from scripts import build_web

pytestmark = pytest.mark.once
DIST = build_web.WEB / "dist"
KIB = 1024
SCRIPT = re.compile(r'(?:src|href)="/(assets/[^"]+\.js)"')
IMPORT = re.compile(r'(?:from|import)\s*"\./([^"]+\.js)"')


@pytest.fixture(scope="module")
def dist() -> Path:
    """web/dist, built from what the sources are now; where that cannot be done, this fails and says why."""
    build_web.build()
    return DIST


def zipped(files: set[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def scripts_of(page: Path) -> set[Path]:
    """Every script a page loads at first: those it names and those these import."""
    found: set[Path] = set()
    waiting = [DIST / name for name in SCRIPT.findall(page.read_text())]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += [file.parent / name for name in IMPORT.findall(file.read_text())]
    return found


def test_the_element_and_the_picker_are_small(dist: Path) -> None:
    assert 1 * KIB < zipped({dist / "seat-map.js"}) <= 20 * KIB
    assert 1 * KIB < zipped(scripts_of(dist / "index.html")) <= 60 * KIB


def test_building_again_does_nothing_until_something_changes(dist: Path) -> None:
    assert build_web.build() is False
    assert (dist / ".built").read_text() == build_web.fingerprint()


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (build_web.WEB / "package-lock.json").read_text()


@pytest.mark.parametrize(
    "path", ["/movies/x", "/showtimes/x", "/bookings", "/bookings/x", "/account", "/account/password", "/desk"]
)
async def test_every_view_is_a_page_under_a_strict_policy(dist: Path, path: str) -> None:
    page = await ask(Pages(dist), path)
    policy = page.headers["content-security-policy"]
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<(script|style)[^>]*>[^<]", page.text), "nothing inline"


async def test_files_whose_names_change_are_kept_for_ever_and_the_element_for_an_hour(dist: Path) -> None:
    script = max(scripts_of(dist / "index.html"), key=lambda file: file.stat().st_size)
    assert "immutable" in (await ask(Pages(dist), f"/assets/{script.name}")).headers["cache-control"]
    assert (dist / "assets" / f"{script.name}.gz").stat().st_size < script.stat().st_size / 2
    zipped, plain = [await ask(Pages(dist), f"/assets/{script.name}", encoding=each) for each in ("gzip", "identity")]
    assert (zipped.headers["content-encoding"], zipped.headers["content-type"]) == ("gzip", "text/javascript")
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content == script.read_bytes()
    element = await ask(Pages(dist), "/seat-map.js")
    assert element.headers["cache-control"] == "public, max-age=3600"
    assert element.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/bookings", "/desk"])
async def test_without_a_build_a_plain_page_stands_in_and_says_how_to_build(tmp_path: Path, path: str) -> None:
    page = await ask(Pages(tmp_path), path)
    assert page.status_code == 200
    assert "make web" in page.text


@pytest.mark.parametrize("name", ["..%2Ffavicon", "nothing-like-that", "%00"])
async def test_no_picture_but_ours(dist: Path, name: str) -> None:
    assert (await ask(Pages(dist), f"/posters/{name}.svg")).status_code == 404


async def ask(pages: Pages, path: str, encoding: str = "gzip") -> httpx2.Response:
    """What a browser gets."""
    app = Starlette(routes=[*pages.routes()])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:
        return await client.get(path, headers={"Accept": "text/html", "Accept-Encoding": encoding})
