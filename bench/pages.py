"""The element `<seat-map>` in a real browser: how soon it is there, how soon it shows a change, and whether it stays smooth."""

import asyncio
import time
from pathlib import Path

import orjson
from playwright.async_api import Page, Route, async_playwright

from bench import http
from bench.figures import Figure, percentile
from bench.holds import DOCUMENT
from bench.house import House, open_house
from bench.scale import scaled
from scripts import build_web
from scripts.chromium import find_chromium

SEATS, WIDTH = 600, 24
LOADS, HOLDS = scaled(15), scaled(60)
CHANGES_PER_SECOND, SECONDS = 200, scaled(6)
WHEEL_PIXELS, WHEELS_PER_SECOND = 60, 30
RELEASE = "mutation R($i: HoldInput!) { releaseHold(input: $i) { __typename } }"
# What Playwright serves has no address, so Chromium would take it for a foreign page that calls a local server.
ARGUMENTS = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
HERE = Path(__file__).resolve().parent / "browser"


async def measure() -> dict[str, list[Figure]]:
    """First paint and live updates of 600 seats, and frames per second while 200 changes a second come in."""
    browser = find_chromium()
    if browser is None:
        return {"The seat map in a browser": [Figure("not measured: there is no Chromium here", 0.0, "")]}
    build_web.build()
    async with open_house(showtimes=1, customers=40, seats=SEATS) as house, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        page = await chromium.new_page(viewport={"width": 1280, "height": 800}, base_url=house.server.url)
        await page.route("**/bench/*", _serve)
        figures = [*await _first_paints(page, house), *await _updates(page, house), *await _frames(page, house)]
        await chromium.close()
    return {f"A map of {SEATS} seats in Chromium": figures}


async def _serve(route: Route) -> None:
    name = route.request.url.partition("/bench/")[2].partition("?")[0]
    await route.fulfill(body=(HERE / name).read_text(), content_type="text/html; charset=utf-8")


async def _first_paints(page: Page, house: House) -> list[Figure]:
    """By turns, so that neither has the warmer machine."""
    found: dict[str, list[float]] = {"element.html": [], "bare.html": []}
    for _ in range(LOADS):
        for name, painted in found.items():
            await _open(page, house, name)
            painted.append(float(await page.evaluate("window.painted")))
    ours, bare = found.values()
    beside = "a page that asks for the map once and draws circles"
    return [
        Figure("from navigation to all seats painted, p50", percentile(ours, 0.5), "ms", percentile(bare, 0.5), beside),
        Figure("the slowest of them", max(ours), "ms", max(bare), beside),
    ]


async def _open(page: Page, house: House, name: str) -> None:
    await page.goto(f"/bench/{name}?showtime={house.showtime_ids[0]}")
    await page.wait_for_function("window.painted")


async def _updates(page: Page, house: House) -> list[Figure]:
    """From the answer of a hold to the frame that shows it."""
    await _open(page, house, "element.html")
    late: list[float] = []
    for number in range(HOLDS):
        await page.evaluate("window.waitForChange()")
        hold_id = await _hold(house, number)
        answered = time.time() * 1000
        late.append(max(0.0, float(await page.evaluate("window.changed")) - answered))
        await _release(house, number, hold_id)
        await asyncio.sleep(0.05)
    return [
        Figure("hold answered to change painted, p50", percentile(late, 0.5), "ms"),
        Figure(
            "hold answered to change painted, p99 (at most 300)", percentile(late, 0.99), "ms", 300.0, "two windows"
        ),
    ]


async def _frames(page: Page, house: House) -> list[Figure]:
    """Frames while the page scrolls: at rest, then while seats change."""
    await _open(page, house, "element.html")
    calm, _ = await _scrolled(page)
    stop = asyncio.Event()
    stirring = asyncio.create_task(_stir(house, stop))
    await asyncio.sleep(0.5)
    stirred, changes = await _scrolled(page)
    stop.set()
    await stirring
    return [
        Figure("changes of the map per second meanwhile", changes, "/s", float(CHANGES_PER_SECOND), "asked for"),
        Figure("frames per second while scrolling (at least 50)", stirred, "/s", calm, "the same without changes"),
    ]


async def _scrolled(page: Page) -> tuple[float, float]:
    """Frames and changes per second while the wheel turns."""
    await page.mouse.move(1200, 400)
    await page.evaluate("window.startCounting()")
    began = time.perf_counter()
    for number in range(int(SECONDS * WHEELS_PER_SECOND)):
        await page.mouse.wheel(0, WHEEL_PIXELS if number // 20 % 2 == 0 else -WHEEL_PIXELS)
        await asyncio.sleep(max(0.0, began + (number + 1) / WHEELS_PER_SECOND - time.perf_counter()))
    frames, changes = await page.evaluate("window.counted()")
    took = time.perf_counter() - began
    return frames / took, changes / took


async def _stir(house: House, stop: asyncio.Event) -> None:
    """Hold and release, so many changes a second in all, each buyer on seats of their own."""
    buyers = len(house.tokens)
    await asyncio.gather(*(_stir_one(house, number, 2 * buyers / CHANGES_PER_SECOND, stop) for number in range(buyers)))


async def _stir_one(house: House, number: int, every: float, stop: asyncio.Event) -> None:
    turn = time.perf_counter() + every * number / len(house.tokens)
    while not stop.is_set():
        await asyncio.sleep(max(0.0, turn - time.perf_counter()))
        await _release(house, number, await _hold(house, number))
        turn += every


async def _hold(house: House, number: int) -> str:
    pair = number % (SEATS // 2)
    row, first = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[pair // (WIDTH // 2)], 2 * (pair % (WIDTH // 2)) + 1
    given: dict[str, object] = {
        "showtimeId": house.showtime_ids[0],
        "seats": [f"{row}{first}", f"{row}{first + 1}"],
    }
    answer = await _ask(house, number, DOCUMENT, given)
    return str(answer["data"]["holdSeats"]["id"])


async def _release(house: House, number: int, hold_id: str) -> None:
    await _ask(house, number, RELEASE, {"holdId": hold_id})


async def _ask(
    house: House, number: int, document: str, given: dict[str, object]
) -> dict[str, dict[str, dict[str, str]]]:
    token = house.tokens[number % len(house.tokens)]
    body = orjson.dumps({"query": document, "variables": {"i": given}})
    request = http.post("/graphql", body, {"Authorization": f"Bearer {token}"})
    answer: dict[str, dict[str, dict[str, str]]] = orjson.loads(
        (await http.run(house.server.port, [request], 1, keep_bodies=True)).bodies[0]
    )
    return answer
