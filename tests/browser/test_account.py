"""One's account in a browser: what is said stays said, ways in are proved, and what is kept can be taken along or deleted."""

import json
import re
from uuid import uuid4

import pyotp
import pytest
from playwright.async_api import Page, expect

from domain.access import Role
from tests.browser.account import PASSWORD, card, opened
from tests.browser.conftest import Axe, OpenPage
from tests.browser.desk import person
from tests.browser.sale import Visitor, a_visitor, emptiest
from tests.journeys.outbox import next_code, next_message
from tests.servers import Server

pytestmark = pytest.mark.once

ME = """{ me { name email emailVerified dateOfBirth secondFactor { enabled recoveryCodesLeft }
  preferences { language notifications { reminders { email sms } } seats { kinds position aisle } } } sessions { isCurrent } }"""
LOGIN = """mutation L($input: LoginInput!) { login(input: $input) {
  __typename ... on InvalidCredentials { secondFactorNeeded } } }"""
INVITE = "mutation I($input: InviteStaffInput!) { inviteStaff(input: $input) { __typename } }"


async def address_of(visitor: Visitor) -> str:
    return str((await visitor.ask(ME))["me"]["email"])


async def test_a_profile_is_kept_and_a_date_of_birth_is_said_once(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    await opened(page, visitor)
    profile = card(page, "Profile")
    await profile.get_by_label("Name").fill("Ana María")
    await profile.get_by_label("Date of birth").fill("1990-05-01")
    await profile.get_by_role("button", name="Save").click()
    await expect(profile.get_by_role("status")).to_have_text("Saved.")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ana María")
    await expect(page.locator(".top .who")).to_have_text("Ana María")
    await expect(profile).to_contain_text("1 May 1990")
    await expect(profile.get_by_label("Date of birth")).to_have_count(0)
    me = (await visitor.ask(ME))["me"]
    assert (me["name"], me["dateOfBirth"]) == ("Ana María", "1990-05-01")


async def test_what_one_likes_is_kept_and_shown_again(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    await opened(page, visitor)
    likes = card(page, "How you like it")
    await likes.get_by_label("Language of our letters").select_option("VI")
    await likes.get_by_label("A reminder before the film: Text").check()
    await likes.get_by_label("At the back").check()
    await likes.get_by_label("VIP").check()
    await likes.get_by_label("Beside an aisle").check()
    await likes.get_by_role("button", name="Save").click()
    await expect(likes.get_by_role("status")).to_have_text("Saved.")
    assert (await visitor.ask(ME))["me"]["preferences"] == {
        "language": "VI",
        "notifications": {"reminders": {"email": True, "sms": True}},
        "seats": {"kinds": ["VIP"], "position": "BACK", "aisle": True},
    }
    await page.reload()
    await expect(likes.get_by_label("At the back")).to_be_checked()
    await expect(likes.get_by_label("Offers and news: E-mail")).not_to_be_checked()


async def test_an_address_is_proved_with_the_code_it_is_sent(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    await opened(page, visitor)
    await expect(page.get_by_text("Not verified yet")).to_be_visible()
    await page.get_by_role("button", name="Send another code").click()  # the one of the registration is too young
    await expect(page.locator(".proof").get_by_role("alert")).not_to_be_empty()
    code = await next_code(server, await address_of(visitor))
    await page.get_by_label("Code of six digits").fill(code)
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_text("Verified", exact=True)).to_be_visible()
    assert (await visitor.ask(ME))["me"]["emailVerified"] is True


async def test_a_second_step_is_set_up_and_asked_for(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    await opened(page, visitor)
    factor = card(page, "Second step")
    await factor.get_by_role("button", name="Set it up").click()
    await expect(factor.get_by_alt_text("QR code for your authenticator app")).to_be_visible()
    secret = (await factor.locator(".key").inner_text()).replace(" ", "")
    await factor.get_by_label("Code that the app shows").fill("000000")
    await factor.get_by_role("button", name="Confirm").click()
    await expect(factor.get_by_role("alert")).to_be_visible()
    await factor.get_by_label("Code that the app shows").fill(pyotp.TOTP(secret).now())
    await factor.get_by_role("button", name="Confirm").click()
    codes = factor.locator(".codes li")
    await expect(codes).to_have_count(10)
    recovery = await codes.first.inner_text()
    await factor.get_by_role("button", name="I have kept them").click()
    await expect(factor).to_contain_text("10 recovery codes are left")
    address = await address_of(visitor)
    await page.get_by_role("button", name="Log out").click()
    await page.get_by_role("main").get_by_role("button", name="Log in").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("E-mail").fill(address)
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Log in").click()
    await dialog.get_by_label("Code of your app, or a recovery code").fill(recovery)
    await dialog.get_by_role("button", name="Log in").click()
    await expect(factor).to_contain_text("9 recovery codes are left")


async def test_other_sessions_are_ended(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    given = {"email": await address_of(visitor), "password": PASSWORD}
    for _ in range(2):
        await visitor.ask(LOGIN, input=given)
    await opened(page, visitor)
    sessions = card(page, "Where you are logged in")
    await expect(sessions.get_by_role("listitem")).to_have_count(3)
    await sessions.get_by_role("button", name=re.compile("^End the session on")).first.click()
    await expect(sessions.get_by_role("listitem")).to_have_count(2)
    await sessions.get_by_role("button", name="End all others").click()
    await expect(sessions.get_by_role("listitem")).to_have_count(1)
    assert (await visitor.ask(ME))["sessions"] == [{"isCurrent": True}]


async def test_a_password_is_changed_and_a_wrong_one_is_told(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    await opened(page, visitor)
    password = card(page, "Password")
    for current, new in (("wrong-one", "popcorn-and-a-play"), (PASSWORD, "popcorn-and-a-play")):
        await password.get_by_label("Your password").fill(current)
        await password.get_by_label("New password").fill(new)
        await password.get_by_role("button", name="Change the password").click()
        await expect(password.get_by_role("alert" if current == "wrong-one" else "status")).not_to_be_empty()
    given = {"email": await address_of(visitor), "password": "popcorn-and-a-play"}
    assert (await visitor.ask(LOGIN, input=given))["login"]["__typename"] == "Session"


async def test_what_is_held_of_somebody_is_a_file(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    await opened(page, visitor)
    async with page.expect_download() as download:
        await card(page, "Your data").get_by_role("button", name="Save my data").click()
    file = await (await download.value).path()
    content = json.loads(file.read_text())
    assert (content["format"], content["profile"]["name"]) == ("marquee-export", "Ana")
    assert re.fullmatch(r"marquee-\d{4}-\d\d-\d\d\.json", (await download.value).suggested_filename)


async def test_an_account_is_deleted_after_the_password(server: Server, page: Page) -> None:
    visitor = await a_visitor(server)
    address, show = await address_of(visitor), await emptiest(server, after=8)
    free = [seat["label"] for seat in show["seatMap"]["seats"] if seat["state"] == "AVAILABLE"]
    assert (await visitor.person.hold(show["id"], free[:1]))["__typename"] in ("Hold", "SeatSelectionRefused")
    await opened(page, visitor)
    await page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Your password").fill("wrong-one")
    await dialog.get_by_role("button", name="Delete for good").click()
    await expect(dialog.get_by_role("alert")).not_to_be_empty()
    await dialog.get_by_label("Your password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Delete for good").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your account is deleted")
    await expect(page.get_by_role("button", name="Log in")).to_be_visible()
    answer = await server.execute(LOGIN, {"input": {"email": address, "password": PASSWORD}})
    assert answer["data"]["login"]["__typename"] == "InvalidCredentials"


async def test_a_forgotten_password_is_another_after_a_code(server: Server, page: Page) -> None:
    address = await address_of(await a_visitor(server))
    await page.goto("/")
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("link", name="Forgot your password?").click()
    await page.get_by_role("main").get_by_label("E-mail").fill(address)
    await page.get_by_role("button", name="Send me a code").click()
    await page.get_by_label("Code of six digits").fill(await next_code(server, address, after=1))
    await page.get_by_role("textbox", name="New password").fill("popcorn-and-a-play")
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Your password is changed")
    given = {"email": address, "password": "popcorn-and-a-play"}
    assert (await server.execute(LOGIN, {"input": given}))["data"]["login"]["__typename"] == "Session"


async def test_an_invitation_opens_the_house_to_new_staff(server: Server, page: Page) -> None:
    address = f"{uuid4().hex[:8]}@marquee.test"
    given = {"email": address, "roles": [Role.EDITOR.value]}
    assert (await (await person(server, "admin")).ask(INVITE, input=given))["inviteStaff"]["__typename"] == "Invitation"
    token = re.findall(r"#invitation=(\S+)", await next_message(server, address))[0]
    await page.goto(f"/account#invitation={token}")
    await page.get_by_role("main").get_by_label("Name").fill("Eddi")
    await page.get_by_role("main").get_by_label("Password").fill("popcorn-eddi")
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Eddi")
    assert token not in page.url
    await expect(page.get_by_role("link", name="Desk")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
async def test_nothing_stands_in_anybodys_way(look: str, server: Server, open_page: OpenPage, axe: Axe) -> None:
    scheme = {"color_scheme": "dark"} if look == "dark" else {"viewport": {"width": 360, "height": 740}}
    page = await open_page(**scheme if look != "light" else {})
    await opened(page, await a_visitor(server))
    assert await axe(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await card(page, "Second step").get_by_role("button", name="Set it up").click()
    await expect(page.locator(".setup img")).to_be_visible()
    assert await axe(page, "#factor") == []
    await page.get_by_role("button", name="Delete my account").click()
    assert await axe(page, "#delete-account") == []
    for path in ("/account/password", "/account#invitation=x"):
        await page.goto("/")
        await page.goto(path)
        await expect(page.locator(".alone h1")).to_be_visible()
        assert await axe(page) == []
