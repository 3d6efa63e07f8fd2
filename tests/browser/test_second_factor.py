"""Who has a second factor can log in on every page: the field for it appears when it is needed, and not before."""

import pyotp
import pytest
from playwright.async_api import Locator, Page, expect

import clock
from tests.browser.conftest import Axe, OpenPage
from tests.browser.desk import person
from tests.servers import Server

pytestmark = pytest.mark.once

START = "mutation { startSecondFactor { ... on NewSecondFactor { uri } } }"
CONFIRM = "mutation ($code: String!) { confirmSecondFactor(input: {code: $code}) { ... on RecoveryCodes { codes } } }"
FIELD = "Code of your app, or a recovery code"


async def with_paper(server: Server, name: str) -> list[str]:
    """Set an app up for one of the demo's people; the recovery codes."""
    somebody = await person(server, name)
    app = pyotp.parse_uri((await somebody.ask(START))["startSecondFactor"]["uri"])
    codes: list[str] = (await somebody.ask(CONFIRM, code=app.at(clock.now())))["confirmSecondFactor"]["codes"]
    return codes


async def log_in(form: Locator, name: str, code: str) -> None:
    """By hand: without the code, with a wrong one, with the right one."""
    await expect(form.get_by_label("E-mail")).to_be_visible()
    await expect(form.get_by_label(FIELD)).to_have_count(0)
    await form.get_by_label("E-mail").fill(f"{name}@marquee.test")
    await form.get_by_label("Password").fill(f"popcorn-{name}")
    submit = form.get_by_role("button", name="Log in", exact=True)
    await submit.click()
    await expect(form.get_by_role("alert")).to_have_text("Now the code of your app, or a recovery code.")
    await form.get_by_label(FIELD).fill("0000-0000-0000-0000")
    await submit.click()
    await expect(form.get_by_role("alert")).to_have_text("That is not the code of now; please wait for the next one.")
    await form.get_by_label(FIELD).fill(code)


async def test_a_second_factor_is_asked_for_on_every_page(
    server: Server, page: Page, open_page: OpenPage, axe: Axe
) -> None:
    paper = await with_paper(server, "admin")
    await page.goto("/")
    await page.get_by_role("button", name="Log in").click()
    dialog = page.get_by_role("dialog", name="Log in")
    await log_in(dialog, "admin", paper[0])
    assert await axe(page, "#login") == []
    await dialog.get_by_role("button", name="Log in", exact=True).click()
    await expect(dialog).to_have_count(0)

    desk = await open_page()
    await desk.goto("/desk")
    form = desk.get_by_role("form")
    await log_in(form, "admin", paper[1])
    assert await axe(desk) == []
    await form.get_by_role("button", name="Log in").click()
    await expect(form).to_have_count(0)

    graphiql = await open_page()
    await graphiql.goto("/graphql")
    bar = graphiql.get_by_role("form", name="Log in to ask as yourself")
    await log_in(bar, "admin", paper[2])
    await bar.get_by_role("button", name="Log in").click()
    await expect(graphiql.get_by_text("You ask as")).to_be_visible()
