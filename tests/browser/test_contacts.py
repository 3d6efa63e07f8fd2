"""Another e-mail address, another phone: each is proved by a code that is sent there, and nothing changes before."""

import random
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from tests.browser.account import PASSWORD, card, opened
from tests.browser.conftest import Axe
from tests.browser.sale import a_visitor
from tests.journeys.outbox import next_code, next_message
from tests.servers import Server

pytestmark = pytest.mark.once
REACHED = "{ me { email emailVerified phone } }"


async def test_an_e_mail_address_is_changed_by_the_code_that_the_new_one_is_sent(
    server: Server, page: Page, axe: Axe
) -> None:
    visitor, another = await a_visitor(server), f"{uuid4().hex[:8]}@example.com"
    before = (await visitor.ask(REACHED))["me"]
    contacts = card(await opened(page, visitor), "How we reach you")
    await contacts.locator("summary", has_text="New e-mail address").click()
    await contacts.get_by_label("New e-mail address").fill(another)
    asking = contacts.locator("form").first
    await asking.get_by_label("Your password").fill("popcorn-ben")
    await asking.get_by_role("button", name="Send me a code").click()
    await expect(contacts.get_by_role("alert")).not_to_be_empty()
    await asking.get_by_label("Your password").fill(PASSWORD)
    await asking.get_by_role("button", name="Send me a code").click()
    await contacts.get_by_label("Code of six digits").fill("000000")
    await contacts.get_by_role("button", name="Confirm").click()
    await expect(contacts.get_by_role("alert")).to_contain_text("not right")
    assert await axe(page, "#contacts") == []
    assert (await visitor.ask(REACHED))["me"] == before

    await contacts.get_by_label("Code of six digits").fill(await next_code(server, another))
    await contacts.get_by_role("button", name="Confirm").click()
    await expect(contacts.get_by_text(f"From now on we write to {another}.")).to_be_visible()
    await expect(page.locator(".self")).to_contain_text(another)
    assert (await visitor.ask(REACHED))["me"] == {"email": another, "emailVerified": True, "phone": None}
    assert "e-mail" in await next_message(server, before["email"], after=1)  # after the code of the registration


async def test_a_phone_is_linked_by_the_code_it_is_sent(server: Server, page: Page) -> None:
    visitor, number = await a_visitor(server), f"+8491{random.randrange(10**7):07}"
    contacts = card(await opened(page, visitor), "How we reach you")
    asking = contacts.locator("details").last
    await asking.locator("summary").click()
    await asking.get_by_label("Your password").fill(PASSWORD)
    for wrong in ("12", "not a number"):
        await asking.get_by_label("New number").fill(wrong)
        await asking.get_by_role("button", name="Send me a code").click()
        await expect(asking.locator(".wrong").first).not_to_be_empty()
    await asking.get_by_label("New number").fill(number)
    await asking.get_by_role("button", name="Send me a code").click()
    await contacts.get_by_role("button", name="Start again").click()
    await asking.locator("summary").click()
    another = f"+8491{random.randrange(10**7):07}"
    await asking.get_by_label("New number").fill(another)
    await asking.get_by_label("Your password").fill(PASSWORD)
    await asking.get_by_role("button", name="Send me a code").click()
    assert (await visitor.ask(REACHED))["me"]["phone"] is None
    await contacts.get_by_label("Code of six digits").fill(await next_code(server, another))
    await contacts.get_by_role("button", name="Confirm").click()
    await expect(contacts.get_by_text(f"From now on we write to {another}.")).to_be_visible()
    assert (await visitor.ask(REACHED))["me"]["phone"] == another
