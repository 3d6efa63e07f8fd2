"""`<seat-map>` in a real browser: it shows what is, at once, to everybody, in a picture and in a list, and comes back by itself."""

import gzip
import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Axe, OpenPage
from tests.browser.seat_maps import (
    give,
    new_showtime,
    property_of,
    put_map,
    seat,
    somebody,
    take,
    told,
    wait_until_told,
    watches,
)
from tests.servers import Server

pytestmark = pytest.mark.once

HOUSE = "[Stalls]\nA wcss.sscw\nB ssss.ssss\n\n[Circle]\nC pppp.pppp\nD vvvv.vvvv\nE PPPP.VVVV"
SEATS = 40


async def test_a_change_is_seen_in_two_windows_and_in_both_of_their_views(server: Server, open_page: OpenPage) -> None:
    showtime = await new_showtime(server, HOUSE)
    one, other = [await put_map(await open_page(), showtime) for _ in range(2)]
    await give(other, "view", "list")
    await take(server, showtime, ["C1", "C2"])
    await expect(seat(one, "C1")).to_have_class(re.compile(r"\bheld\b"))
    await expect(seat(one, "C1")).to_have_attribute("aria-disabled", "true")
    held = other.get_by_role("checkbox", name="Row C, seat 1, premium, ₹312.50, held by somebody")
    await expect(held).to_have_attribute("aria-disabled", "true")
    for element in (one, other):
        assert (await property_of(element, "map"))["version"] == 1
        await expect(element.get_by_text("38 of 40 free")).to_be_visible()


async def test_the_map_and_the_list_say_the_same_of_every_seat(server: Server, page: Page) -> None:
    showtime = await new_showtime(server, HOUSE)
    await take(server, showtime, ["A1", "A2"])
    element = await put_map(page, showtime)
    await seat(element, "D2").click()
    names = "seats => seats.map(seat => [seat.getAttribute('aria-label'), seat.getAttribute('aria-disabled')])"
    drawn = await element.get_by_role("gridcell").evaluate_all(names)
    await element.get_by_role("button", name="Show as a list").click()
    listed = await element.get_by_role("checkbox").evaluate_all(names)
    assert len(drawn) == SEATS
    assert drawn == listed
    assert ["Row D, seat 2, VIP, ₹400.00, selected", None] in listed
    assert ["Row A, seat 1, wheelchair space, ₹250.00, held by somebody", "true"] in listed
    await expect(element.get_by_role("checkbox", name="Row D, seat 2")).to_be_checked()
    await element.get_by_role("checkbox", name="Row E, seat 1,").click()
    await element.get_by_role("button", name="Show as a map").click()
    assert await property_of(element, "selection") == ["D2", "E1", "E2"]
    await expect(seat(element, "E2")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_in_map_and_list(server: Server, open_page: OpenPage, axe: Axe, theme: str) -> None:
    showtime = await new_showtime(server, HOUSE)
    await take(server, showtime, ["A1", "A2"])
    page = await open_page(color_scheme=theme)
    element = await put_map(page, showtime)
    await seat(element, "D2").click()
    assert await axe(page) == []
    await give(element, "view", "list")
    assert await axe(page) == []


async def test_axe_would_find_what_is_wrong(server: Server, page: Page, axe: Axe) -> None:
    """The control, of the whole page and of a part of it."""
    element = await put_map(page, await new_showtime(server, HOUSE))
    await page.locator("h1").evaluate("heading => heading.style.setProperty('color', '#ddd')")
    await seat(element, "D2").evaluate("seat => seat.setAttribute('role', 'gridsell')")
    assert {"aria-roles", "color-contrast"} <= {fault.split(":")[0] for fault in await axe(page)}
    assert [fault.split(":")[0] for fault in await axe(page, "h1", ".nowhere")] == ["color-contrast"]


async def test_it_speaks_the_language_of_the_page_and_changes_with_it(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await page.evaluate("() => { document.documentElement.lang = 'vi' }")
    await expect(seat(element, "C1")).to_have_attribute(
        "aria-label", "Hàng C, ghế 1, ghế cao cấp, 312,50\u00a0₹, còn trống"
    )
    await element.evaluate("element => { element.lang = 'hi' }")
    await expect(seat(element, "C1")).to_have_attribute("aria-label", "पंक्ति C, सीट 1, प्रीमियम, ₹312.50, खाली")


async def test_after_a_restart_it_asks_only_for_what_it_missed(
    server: Server, page: Page, expected_errors: list[str]
) -> None:
    expected_errors.append("WebSocket connection")
    showtime = await new_showtime(server, HOUSE)
    await take(server, showtime, ["C1", "C2"])
    begun = watches(page)
    element = await put_map(page, showtime)
    await server.kill()
    await expect(element.locator(".state")).to_have_text("Reconnecting …")
    await server.start()
    await take(server, showtime, ["D1", "D2"])
    await expect(seat(element, "D2")).to_have_class(re.compile(r"\bheld\b"))
    await expect(element.locator(".state")).to_have_text("Live")
    assert begun[0]["after"] is None
    assert begun[-1] == {"showtime": showtime, "after": 1}
    states = [each["state"] for each in await told(page, "connection-change")]
    assert states == ["live", "reconnecting", "live"]
    assert len(await told(page, "map-ready")) == 1


async def test_who_is_no_longer_known_goes_on_watching(server: Server, page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("WebSocket connection")
    showtime = await new_showtime(server, HOUSE)
    element = await put_map(page, showtime)
    await give(element, "token", "a token that has died")
    await take(server, showtime, ["D1", "D2"])
    await expect(seat(element, "D1")).to_have_class(re.compile(r"\bheld\b"))
    assert await property_of(element, "connection") == "live"


async def test_what_is_no_showtime_is_said(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "showtime", "nothing")
    await expect(element.get_by_text("There is no such showtime.")).to_be_visible()
    assert [each["code"] for each in await told(page, "map-error")] == ["NOT_FOUND"]


async def test_another_showtime_replaces_the_map_and_empties_the_selection(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await seat(element, "D2").click()
    await give(element, "showtime", await new_showtime(server, "A sss"))
    await expect(element.get_by_role("gridcell")).to_have_count(3)
    assert await property_of(element, "selection") == []


async def test_a_burst_is_drawn_by_frames_and_no_change_is_lost(server: Server, page: Page) -> None:
    """200 changes at once: every one is applied, the page is told a handful of times."""
    seats = [
        {"label": f"A{n}", "row": "A", "number": n, "section": None, "x": n, "y": 0, "kind": "STANDARD",
         "state": "AVAILABLE", "pairedWith": None, "price": {"amount": "10.00", "currency": "EUR"}}
        for n in range(1, 41)
    ]  # fmt: skip
    sockets: list[tuple[WebSocketRoute, str]] = []

    def send(socket: WebSocketRoute, watch: str, event: dict[str, Any]) -> None:
        socket.send(json.dumps({"type": "next", "id": watch, "payload": {"data": {"seatMap": event}}}))

    def play_server(socket: WebSocketRoute) -> None:
        def hear(text: str | bytes) -> None:
            message = json.loads(text)
            if message["type"] == "connection_init":
                socket.send('{"type": "connection_ack"}')
            elif message["type"] == "subscribe":
                sockets.append((socket, message["id"]))
                whole = {"__typename": "SeatMap", "version": 0, "capacity": 40, "available": 40, "seats": seats}
                send(socket, message["id"], whole)

        socket.on_message(hear)

    await page.route_web_socket("**/graphql", play_server)
    element = await put_map(page, "any")
    for version in range(1, 201):
        change = {"label": f"A{version % 40 + 1}", "state": "HELD" if (version - 1) % 80 < 40 else "BOOKED"}
        event = {"since": version - 1, "version": version, "available": 0, "seats": [change]}
        send(*sockets[0], {"__typename": "SeatMapChange", **event})
    await page.wait_for_function("() => document.querySelector('seat-map').map.version === 200")
    await expect(seat(element, "A1")).to_have_class(re.compile(r"\bheld\b"))
    await expect(element.locator(".stage .held")).to_have_count(SEATS)
    assert 1 <= len(await wait_until_told(page, "map-change")) < 100


async def test_its_file_is_at_most_20_kib_for_those_who_load_it(server: Server) -> None:
    answer = await server.client.get("/seat-map.js", headers={"Accept-Encoding": "identity"})
    assert len(gzip.compress(answer.content)) <= 20 * 1024


async def test_a_token_is_shown_to_the_server_when_it_is_told(server: Server, page: Page) -> None:
    shown: list[object] = []

    def sent(frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "connection_init":
            shown.append(message.get("payload", {}).get("Authorization"))

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    showtime = await new_showtime(server, HOUSE)
    element = await put_map(page, showtime)
    token = await somebody(server)
    await element.evaluate("(element, token) => { element.token = async () => token }", token)
    await take(server, showtime, ["D1", "D2"])
    await expect(seat(element, "D1")).to_have_class(re.compile(r"\bheld\b"))
    assert shown == [None, f"Bearer {token}"]
