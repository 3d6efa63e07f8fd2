"""What's on and the film page, as a visitor meets them: what is chosen, what is shown, and what the address says."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import Axe, OpenPage
from tests.servers import Server

pytestmark = pytest.mark.once

HANOI = "Asia/Ho_Chi_Minh"
LOTUS, MARIGOLD, PEARL = "Lotus Lantern Cinema", "Marigold Talkies", "Pearl Diver Pictures"
BILL = """query Bill($filter: ShowtimeFilter!) {
  showtimes(filter: $filter, first: 100) { nodes { id movie { title genres } } }
}"""


async def venue_id(server: Server, name: str) -> str:
    answer = await server.execute(
        "query Named($name: String) { venues(search: $name) { nodes { id } } }", {"name": name}
    )
    return answer["data"]["venues"]["nodes"][0]["id"]


def day(ahead: int, zone: str = HANOI) -> str:
    """A day of that calendar; none of those before the day after tomorrow, or a test would end at midnight."""
    return (datetime.now(UTC).astimezone(ZoneInfo(zone)) + timedelta(days=ahead)).date().isoformat()


async def bill(server: Server, venue: str, date: str) -> list[dict[str, Any]]:
    """The showings of a house and a day, as the API tells them."""
    return (await server.execute(BILL, {"filter": {"venueId": venue, "date": date}}))["data"]["showtimes"]["nodes"]


def titles(showings: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(showing["movie"]["title"] for showing in showings))


def films(page: Page) -> Locator:
    return page.locator(".films > .film:not(.bone) h3")


async def open_day(page: Page, server: Server, ahead: int = 3, name: str = LOTUS) -> tuple[str, list[dict[str, Any]]]:
    """What's on in a house so many days from now; the house's id and what the API says."""
    venue = await venue_id(server, name)
    showings = await bill(server, venue, day(ahead))
    await page.goto(f"/?date={day(ahead)}&venue={venue}")
    await expect(films(page)).to_have_text(titles(showings))
    return venue, showings


async def test_the_films_of_a_day_in_a_house_are_shown_with_all_their_showings(page: Page, server: Server) -> None:
    _, showings = await open_day(page, server)
    assert len(showings) > len(titles(showings)) > 3
    await expect(page.get_by_role("status")).to_have_text(f"{len(titles(showings))} films, {len(showings)} showings")
    hrefs = await page.locator(".films .ticket").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert sorted(hrefs) == sorted(f"/showtimes/{showing['id']}" for showing in showings)


async def test_another_day_changes_the_list_and_the_address_and_back_undoes_both(page: Page, server: Server) -> None:
    venue, before = await open_day(page, server)
    after = await bill(server, venue, day(4))
    assert titles(after) != titles(before)
    chosen = page.locator(".day[aria-current=date]")
    await page.locator(f".day[href*='date={day(4)}']").click()
    await expect(films(page)).to_have_text(titles(after))
    await expect(page).to_have_url(f"{server.url}/?date={day(4)}&venue={venue}")
    await expect(chosen).to_have_attribute("href", re.compile(day(4)))
    await page.go_back()
    await expect(films(page)).to_have_text(titles(before))
    await expect(chosen).to_have_attribute("href", re.compile(day(3)))


async def test_another_house_changes_the_list_and_keeps_the_day(page: Page, server: Server) -> None:
    await open_day(page, server)
    other = await venue_id(server, PEARL)
    await page.get_by_role("navigation", name="Cinema").get_by_role("link", name=PEARL).click()
    await expect(films(page)).to_have_text(titles(await bill(server, other, day(3))))
    await expect(page).to_have_url(f"{server.url}/?date={day(3)}&venue={other}")
    await expect(page.get_by_text("All times are local to Kuwait City.")).to_be_visible()


async def test_genre_and_search_narrow_the_list_and_survive_a_reload(page: Page, server: Server) -> None:
    _, showings = await open_day(page, server)
    dramas = titles([showing for showing in showings if "Drama" in showing["movie"]["genres"]])
    await page.get_by_label("Genre").select_option("Drama")
    await expect(films(page)).to_have_text(dramas)
    await page.get_by_label("Search by title").fill(dramas[0].upper())
    await expect(films(page)).to_have_text(dramas[:1])
    await expect(page).to_have_url(re.compile("genre=Drama&q="))
    await page.reload()
    await expect(films(page)).to_have_text(dramas[:1])
    await expect(page.get_by_label("Search by title")).to_have_value(dramas[0].upper())
    await page.get_by_role("link", name="Show all films").click()
    await expect(films(page)).to_have_text(titles(showings))


async def test_a_search_finds_letters_with_their_marks_left_out_and_is_one_step_of_the_history(
    page: Page, server: Server
) -> None:
    _, showings = await open_day(page, server)
    field = page.get_by_label("Search by title")
    for letters in ("hang", "hang m", "hang ma"):
        await field.fill(letters)
        await expect(page).to_have_url(re.compile("q=" + letters.replace(" ", r"\+") + "$"))
    found = page.locator("main h3").filter(has_text="Paper Tigers of Hàng Mã")
    await expect(page.locator(".film:not(.bone) h3, .small-film h3")).to_have_count(1)
    await expect(found).to_be_visible()
    await page.go_back()
    await expect(films(page)).to_have_text(titles(showings))
    await expect(field).to_have_value("")


async def test_what_nothing_fits_is_said_and_announced(page: Page, server: Server) -> None:
    await open_day(page, server)
    await page.get_by_label("Search by title").fill("no such film")
    await expect(page.get_by_text("No film fits this search.")).to_be_visible()
    await expect(page.get_by_role("status")).to_have_text("0 films, 0 showings")


@pytest.mark.parametrize(
    ("zone", "house"), [("Asia/Kolkata", MARIGOLD), ("Asia/Kuwait", PEARL), ("America/Lima", LOTUS)]
)
async def test_the_house_is_the_one_of_the_visitors_zone_or_the_first(
    open_page: OpenPage, zone: str, house: str
) -> None:
    page = await open_page(timezone_id=zone)
    await page.goto("/")
    await expect(page.locator(".venue[aria-current=true] b")).to_have_text(house)


async def test_a_house_once_chosen_is_the_house_of_the_next_visit(page: Page, server: Server) -> None:
    await open_day(page, server, name=PEARL)
    await page.get_by_role("link", name="What's on").first.click()
    await expect(page).to_have_url(f"{server.url}/")
    await expect(page.locator(".venue[aria-current=true] b")).to_have_text(PEARL)


async def test_the_days_are_the_next_fourteen_on_the_calendar_of_the_house(open_page: OpenPage, server: Server) -> None:
    page = await open_page(timezone_id="America/Lima")
    before = day(0)
    await open_day(page, server)
    links = await page.locator(".day").evaluate_all(
        "days => days.map(day => new URL(day.href).searchParams.get('date'))"
    )
    assert links in ([day(ahead) for ahead in range(14)], [before, *(day(ahead) for ahead in range(13))])


async def test_where_nothing_is_left_today_tomorrow_is_shown(page: Page) -> None:
    empty: list[str] = []

    async def nothing_today(route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}")
        date = asked["variables"].get("filter", {}).get("date")
        if "Showings" not in asked["query"] or (empty and date not in empty):
            return await route.fallback()
        empty.append(date)
        return await route.fulfill(json={"data": {"list": {"nodes": [], "pageInfo": {"hasNextPage": False}}}})

    await page.route("**/graphql", nothing_today)
    await page.goto("/")
    await expect(page.locator(".day[aria-current=date]")).to_contain_text("Tomorrow")
    await expect(films(page).first).to_be_visible()
    assert len(set(empty)) == 1


async def test_another_language_is_spoken_at_once_and_after_a_reload(page: Page, server: Server) -> None:
    await open_day(page, server)
    await page.get_by_label("Language").select_option("vi")
    await expect(page.get_by_label("Tìm theo tên phim")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "vi")
    await expect(page.get_by_role("option", name="Chính kịch")).to_be_attached()
    await page.reload()
    await expect(page.get_by_role("link", name="Đang chiếu").first).to_be_visible()
    await expect(page).to_have_title("Đang chiếu · Marquee")
    await page.get_by_label("Ngôn ngữ").select_option("hi")
    await expect(page.get_by_label("फ़िल्म का नाम खोजें")).to_be_visible()


async def test_a_film_leads_to_its_page_and_that_to_the_seats_of_a_showing(page: Page, server: Server) -> None:
    venue, showings = await open_day(page, server)
    title = titles(showings)[0]
    await films(page).first.get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(page).to_have_title(f"{title} · Marquee")
    await expect(page.locator("main")).to_be_focused()
    house = page.locator(f"[data-venue='{venue}']")
    await expect(house.get_by_role("heading", level=3)).to_have_text(LOTUS)
    await house.get_by_role("button", name=re.compile("more days?$")).click()
    here = [showing["id"] for showing in showings if showing["movie"]["title"] == title]
    ticket = house.locator(f".ticket[href='/showtimes/{here[0]}']")
    await expect(ticket).to_contain_text("Plenty of seats")
    await ticket.click()
    await expect(page).to_have_url(f"{server.url}/showtimes/{here[0]}")
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)


async def test_few_seats_are_said_in_words(page: Page, server: Server) -> None:
    counts = [(0, 100), (1, 100), (8, 100), (30, 100), (31, 100)]

    async def nearly_full(route: Route) -> None:
        if "query Seats" not in (route.request.post_data or ""):
            return await route.fallback()
        response = await route.fetch()
        answer = await response.json()
        for at, showing in enumerate(answer["data"]["showtimes"]["nodes"]):
            available, capacity = counts[at % len(counts)]
            showing["seatMap"] = {"available": available, "capacity": capacity}
        return await route.fulfill(response=response, json=answer)

    await page.route("**/graphql", nearly_full)
    _, showings = await open_day(page, server)
    words = ["Sold out", "Last seat", "Last 8 seats", "Selling fast", None]
    for showing, word in zip(showings[: len(words)], words, strict=True):
        left = page.locator(f".films .ticket[href='/showtimes/{showing['id']}'] .ticket-left")
        await (expect(left).to_have_text(word) if word else expect(left).to_have_count(0))


async def test_a_film_that_does_not_exist_is_said_to_be_none(page: Page) -> None:
    await page.goto("/movies/nothing")
    await expect(page.get_by_text("There is no such film.").last).to_be_visible()
    await page.get_by_role("main").get_by_role("link", name="What's on").click()
    await expect(films(page).first).to_be_visible()


async def test_a_poster_that_does_not_load_gives_way_to_one_of_type(
    page: Page, server: Server, expected_errors: list[str]
) -> None:
    expected_errors.append("404")

    async def with_lost_posters(route: Route) -> None:
        if "query Movies" not in (route.request.post_data or ""):
            return await route.fallback()
        response = await route.fetch()
        answer = await response.json()
        for movie in answer["data"]["list"]["nodes"]:
            movie["posterUrl"] = "/posters/lost.svg"
        return await route.fulfill(response=response, json=answer)

    await page.route("**/graphql", with_lost_posters)
    _, showings = await open_day(page, server)
    card = page.locator(".film").filter(has=page.get_by_role("heading", name=titles(showings)[0]))
    await expect(card.locator("img")).to_be_hidden()
    await expect(card.locator(".poster-title")).to_have_text(titles(showings)[0])


async def test_a_server_that_is_away_is_said_and_its_return_noticed(
    page: Page, server: Server, expected_errors: list[str]
) -> None:
    expected_errors.append("net::ERR_")
    venue, _ = await open_day(page, server)
    there = await bill(server, venue, day(5))
    await server.kill()
    await page.locator(f".day[href*='date={day(5)}']").click()
    await expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached. We keep trying.")
    await expect(films(page)).to_have_count(0)
    await server.restart()
    await expect(films(page)).to_have_text(titles(there))
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_what_went_wrong_is_tried_again_when_asked(page: Page, server: Server) -> None:
    async def broken(route: Route) -> None:
        await route.fulfill(json={"errors": [{"message": "Something went wrong.", "extensions": {"code": "INTERNAL"}}]})

    await page.route("**/graphql", broken)
    await page.goto("/")
    await expect(page.get_by_role("alert")).to_contain_text("Something went wrong. Please try again.")
    await page.unroute("**/graphql")
    await page.get_by_role("button", name="Try again").click()
    await expect(films(page).first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
async def test_both_views_are_accessible_and_fit(
    open_page: OpenPage, server: Server, axe: Axe, scheme: str, width: int
) -> None:
    page = await open_page(color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    too_wide = "document.documentElement.scrollWidth > innerWidth"
    await open_day(page, server)
    assert await axe(page) == []
    assert not await page.evaluate(too_wide)
    await films(page).first.get_by_role("link").click()
    await expect(page.locator(".ticket-left.free").first).to_be_visible()
    assert await axe(page) == []
    assert not await page.evaluate(too_wide)
