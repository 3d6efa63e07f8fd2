"""GraphiQL in a browser, on the demo cinema: it asks as whoever is logged in, hears what happens, and has what is saved at hand."""

import json
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Axe, OpenPage
from tests.journeys.people import Person, a_customer
from tests.operations import saved_operations
from tests.servers import Server

pytestmark = pytest.mark.once

OPERATIONS = {operation.name: operation for operation in saved_operations()}
ON_SALE = "{ showtimes(first: 1, filter: { onSale: true }) { nodes { id seatMap { seats { label state } } } } }"
OUR_PARTS = [".bar", ".saved"]  # the rest is GraphiQL's own
TAB = ".graphiql-tab"
ANSWER = ".graphiql-response .monaco-editor"


async def open_graphiql(page: Page) -> Page:
    """The page once its editor is there and knows the schema."""
    await page.goto("/graphql")
    await has_opened(page)
    return page


async def has_opened(page: Page) -> None:
    """Before its editor is there the page's buttons run nothing."""
    await page.locator(".graphiql-query-editor .view-line").first.wait_for()


async def log_in(page: Page, email: str, password: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_label("Password").press("Enter")


async def open_saved(page: Page, name: str) -> None:
    """Click one in the drawer."""
    await page.locator(f"[data-operation='{name}']").click()


async def run(page: Page) -> None:
    await page.get_by_role("button", name="Execute query").click()


async def editor_text(page: Page, which: str) -> str:
    """All that one of GraphiQL's editors holds, shown or scrolled away."""
    read = "part => __MONACO.editor.getModels().find(model => model.uri.path.endsWith(part)).getValue()"
    return str(await page.evaluate(read, which))


async def answer(page: Page) -> Any:
    """The answer, once there is one."""
    await expect(page.locator(ANSWER)).to_contain_text("data")
    return json.loads(await editor_text(page, "response.json"))


async def test_the_page_opens_under_a_strict_policy_and_a_first_query_runs(page: Page) -> None:
    response = await page.goto("/graphql")
    assert response is not None
    assert "script-src 'self';" in response.headers["content-security-policy"]
    await expect(page.locator(TAB)).to_have_count(4)
    await expect(page.locator(f"{TAB}-active")).to_contain_text("TodaysSchedule")
    await has_opened(page)
    await run(page)
    assert (await answer(page))["data"]["showtimes"]["totalCount"] > 10


async def test_whoever_logs_in_is_who_asks_until_they_log_out(page: Page) -> None:
    await open_graphiql(page)
    await expect(page.get_by_text("You ask as a visitor")).to_be_visible()
    await log_in(page, "admin@marquee.test", "popcorn-admin")
    await expect(page.locator(".who")).to_have_text("You ask as Ada AdminADMIN")
    await open_saved(page, "people/2-who-am-i")
    await run(page)
    assert (await answer(page))["data"]["me"]["email"] == "admin@marquee.test"
    await page.reload()
    await expect(page.locator(".who")).to_contain_text("Ada Admin")
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_text("You ask as a visitor")).to_be_visible()
    await run(page)
    await expect(page.locator(ANSWER)).to_contain_text("null")
    assert (await answer(page))["data"] == {"me": None}


async def test_a_session_that_was_ended_elsewhere_is_over_here(page: Page, server: Server) -> None:
    await open_graphiql(page)
    await log_in(page, "staff@marquee.test", "popcorn-staff")
    await expect(page.locator(".who")).to_contain_text("Sam Staff")
    token = await page.evaluate("JSON.parse(localStorage.getItem('marquee.session')).accessToken")
    assert (await server.execute("mutation { logout }", token=token))["data"] == {"logout": True}
    await page.reload()
    await expect(page.get_by_text("You ask as a visitor")).to_be_visible()


async def test_a_wrong_password_is_said_and_changes_nothing(page: Page) -> None:
    await open_graphiql(page)
    await log_in(page, "admin@marquee.test", "not-this")
    await expect(page.locator(".log-in [role=alert]")).to_contain_text("password")
    await expect(page.get_by_text("You ask as a visitor")).to_be_visible()


async def test_the_headers_editor_has_the_last_word(page: Page, server: Server) -> None:
    ben = await a_customer(server)
    await open_graphiql(page)
    await log_in(page, "admin@marquee.test", "popcorn-admin")
    await expect(page.locator(".who")).to_contain_text("Ada Admin")
    await open_saved(page, "people/2-who-am-i")
    await page.get_by_role("button", name="Headers").click()
    set_headers = (
        "text => __MONACO.editor.getModels().find(model => model.uri.path.endsWith('headers.json')).setValue(text)"
    )
    await page.evaluate(set_headers, json.dumps({"authorization": f"Bearer {ben.token}"}))
    await expect(page.locator(".who")).to_have_text("You ask as the Headers editor says")
    await run(page)
    assert (await answer(page))["data"]["me"]["id"] == ben.id


async def test_a_subscription_shows_a_change_made_meanwhile(page: Page, server: Server) -> None:
    ana = await a_customer(server)
    showtime = (await Person(server).ask(ON_SALE))["showtimes"]["nodes"][0]
    seat = next(seat["label"] for seat in showtime["seatMap"]["seats"] if seat["state"] == "AVAILABLE")
    await open_graphiql(page)
    await open_saved(page, "house/2-live-seat-map")
    assert json.loads(await editor_text(page, "variables.json")) == {"showtimeId": showtime["id"]}
    await run(page)
    await expect(page.locator(ANSWER)).to_contain_text("capacity")
    hold = await ana.hold(showtime["id"], [seat])
    assert hold["__typename"] == "Hold"
    await expect(page.locator(ANSWER)).to_contain_text("SeatMapChange")
    assert (await answer(page))["data"]["seatMap"]["seats"] == [{"label": seat, "state": "HELD"}]


async def test_a_subscription_is_logged_in_like_everything_else(page: Page) -> None:
    await open_graphiql(page)
    await log_in(page, "ana@marquee.test", "popcorn-ana")
    await expect(page.locator(".who")).to_contain_text("Ana")
    for name in ("selling/2-hold-best-seats", "selling/3-book", "selling/5-settle"):
        await open_saved(page, name)
        await run(page)
        await expect(page.locator(ANSWER)).to_contain_text({"2": "Hold", "3": "PENDING", "5": "tickets"}[name[8]])
    assert (await answer(page))["data"]["booking"]["status"] == "PENDING"


async def test_a_saved_operation_opens_in_one_tab_with_what_is_known_filled_in(page: Page) -> None:
    await open_graphiql(page)
    for _ in range(2):
        await open_saved(page, "programme/5-make-showtime")
        await expect(page.locator(TAB)).to_have_count(5)
    assert await editor_text(page, "operation.graphql") == OPERATIONS["programme/5-make-showtime"].query
    assert "<" not in await editor_text(page, "variables.json")
    await open_saved(page, "bookings/3-cancel")
    await expect(page.locator(TAB)).to_have_count(6)
    assert "<booking>" in await editor_text(page, "variables.json"), "nobody's booking is offered for cancelling"


async def test_every_document_of_the_folder_is_in_the_drawer_and_can_be_found(page: Page) -> None:
    await open_graphiql(page)
    listed = page.locator("[data-operation]")
    names = [await each.get_attribute("data-operation") for each in await listed.all()]
    assert sorted(filter(None, names)) == sorted(OPERATIONS)
    await page.get_by_label("Find an operation").fill("Ends every hold")
    await expect(listed).to_have_count(1)
    await page.get_by_label("Find an operation").fill("nothing like that")
    await expect(listed).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_our_parts_are_for_everybody(open_page: OpenPage, axe: Axe, scheme: str) -> None:
    page = await open_graphiql(await open_page(color_scheme=scheme))
    assert await axe(page, *OUR_PARTS) == []
    await log_in(page, "admin@marquee.test", "popcorn-admin")
    await expect(page.locator(".who")).to_contain_text("Ada Admin")
    assert await axe(page, *OUR_PARTS) == []


async def test_on_a_phone_the_drawer_makes_way_and_nothing_is_cut_off(open_page: OpenPage, axe: Axe) -> None:
    page = await open_graphiql(await open_page(viewport={"width": 320, "height": 640}))
    await expect(page.locator(".saved")).to_have_count(0)
    await page.get_by_role("button", name="Show Saved operations").click()
    assert await axe(page, *OUR_PARTS) == []
    await open_saved(page, "people/2-who-am-i")
    await expect(page.locator(".saved")).to_have_count(0)
    await page.locator(".fold").click()
    await log_in(page, "ana@marquee.test", "popcorn-ana")
    await expect(page.locator(".who")).to_contain_text("Ana")
    await run(page)
    assert (await answer(page))["data"]["me"]["name"] == "Ana"
    assert await page.evaluate("document.documentElement.scrollWidth") == 320


async def test_it_opens_although_the_api_is_away(page: Page, expected_errors: list[str]) -> None:
    async def away(route: Route) -> None:
        await (route.abort() if route.request.method == "POST" else route.fallback())

    expected_errors += ["ERR_FAILED", "Failed to fetch"]
    await page.route("**/graphql", away)
    await open_graphiql(page)
    assert "<showtime>" in await variables_of_tab(page, "LiveSeatMap")


async def variables_of_tab(page: Page, title: str) -> str:
    await page.get_by_role("tab", name=title).click()
    return await editor_text(page, "variables.json")


async def test_the_bar_opens_the_docs_and_changes_colours_and_language(open_page: OpenPage) -> None:
    page = await open_graphiql(await open_page(color_scheme="light"))
    colour = "getComputedStyle(document.querySelector('.graphiql-container')).getPropertyValue('--color-base')"
    assert await page.evaluate(colour) == "0.0, 0.0%, 100.0%"
    await page.get_by_role("button", name="Dark colours").click()
    await expect(page.locator(".monaco-editor.vs-dark").first).to_be_visible()
    assert await page.evaluate(colour) == "315.0, 7.4%, 10.6%"  # --panel: #1d191c
    await page.get_by_label("Language").select_option("vi")
    await expect(page.get_by_role("heading", name="Thao tác đã lưu")).to_be_visible()
    await page.get_by_role("button", name="Tài liệu").click()
    await expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Query")
