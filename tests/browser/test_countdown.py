"""The countdown in a browser: it warns aloud, ends by itself, and goes by the server's clock even after a sleep."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.sale import a_visitor, button, emptiest
from tests.servers import Server

pytestmark = pytest.mark.once


def is_about_time(route: Route) -> bool:
    """Whether this asks the server for its time."""
    return "serverTime" in (route.request.post_data or "")


def at_the_time_of(page: Page) -> Callable[[Route], Awaitable[None]]:
    """Let the server's clock be the page's own."""

    async def answer(route: Route) -> None:
        if not is_about_time(route):
            return await route.fallback()
        return await route.fulfill(json={"data": {"serverTime": await page.evaluate("new Date().toISOString()")}})

    return answer


async def test_time_that_runs_out_is_said_aloud_and_leads_back_to_choosing(server: Server, page: Page) -> None:
    await (await a_visitor(server)).log_in(page)
    await page.clock.install()
    await page.route("**/graphql", at_the_time_of(page))  # or the page would learn that its clock has been moved
    await page.goto(f"/showtimes/{(await emptiest(server, 8))['id']}")
    await button(page, "One person more").click()
    await button(page, "^Hold best seats").click()
    await expect(page.get_by_role("timer")).to_be_visible()
    aloud = page.locator(".seat-page > [role=status].unseen")
    for forward, said in (("05:02", "5 minutes left"), ("04:00", "1 minute left"), ("00:30", "30 seconds left")):
        await page.clock.fast_forward(forward)
        await expect(aloud).to_contain_text(said)
    await page.clock.fast_forward("01:00")
    await expect(page.get_by_role("alert")).to_contain_text("Your time ran out")
    await expect(page.get_by_role("group", name="How many are you?").get_by_role("status")).to_contain_text("3")


async def test_a_sleep_between_a_question_and_its_answer_moves_no_countdown(server: Server, page: Page) -> None:
    await (await a_visitor(server)).log_in(page)
    await page.clock.install()
    own_time, awake, asked = at_the_time_of(page), asyncio.Event(), asyncio.Event()
    awake.set()

    async def only_after_the_sleep(route: Route) -> None:
        if is_about_time(route) and not awake.is_set():
            asked.set()
            await awake.wait()
        await own_time(route)

    await page.route("**/graphql", only_after_the_sleep)
    await page.goto(f"/showtimes/{(await emptiest(server, 10))['id']}")
    await button(page, "^Hold best seats").click()
    await expect(page.get_by_role("timer")).to_contain_text(re.compile(r"10:00|9:5\d"))
    await page.wait_for_load_state("networkidle")
    awake.clear()
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await asked.wait()
    await page.clock.fast_forward("01:00")
    async with page.expect_response(lambda answer: "MineHere" in (answer.request.post_data or "")):  # asked next
        awake.set()
    await page.clock.run_for(1_000)
    await expect(page.get_by_role("timer")).to_contain_text(re.compile(r"9:00|8:5\d"))
