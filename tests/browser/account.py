"""Somebody's account in a browser."""

from playwright.async_api import Locator, Page, expect

from tests.browser.sale import Visitor

PASSWORD = "popcorn-ana"


async def opened(page: Page, visitor: Visitor) -> Page:
    """Their account's page."""
    await visitor.log_in(page)
    await page.goto("/account")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ana")
    return page


def card(page: Page, name: str) -> Locator:
    """One of its cards."""
    return page.get_by_role("region", name=name, exact=True)
