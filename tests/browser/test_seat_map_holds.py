"""Holding seats through `<seat-map>`: what it asks of the API, what it tells the page, and what it does when the answer is lost."""

import json
import time
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

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
)
from tests.servers import Server

pytestmark = pytest.mark.once

HOUSE = "A sssss\nB sssss\nC ppppp\nD VVVV"
RELEASE = "mutation R($id: ID!) { releaseHold(input: {holdId: $id}) { __typename } }"


async def test_a_hold_begins_is_extended_and_ends(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "token", await somebody(server))
    await give(element, "selection", ["C1", "C2"])
    hold = await element.evaluate("element => element.hold()")
    assert (hold["seats"], hold["total"]["amount"]) == (["C1", "C2"], "625.00")
    assert [line["part"] for line in hold["lines"]] == ["BASE", "SEAT_KIND", "TAX"] * 2
    assert (hold["together"], hold["status"]) == (True, "ACTIVE")
    assert await property_of(element, "selection") == []
    await expect(seat(element, "C1")).to_have_accessible_name("Row C, seat 1, premium, ₹312.50, yours")
    later = await element.evaluate("element => element.extend()")
    assert later["expiresAt"] >= hold["expiresAt"]
    released = await element.evaluate("element => element.release()")
    assert released["status"] == "RELEASED"
    await expect(seat(element, "C1")).to_have_accessible_name("Row C, seat 1, premium, ₹312.50, available")
    assert await property_of(element, "currentHold") is None
    assert [each["hold"]["id"] for each in await told(page, "hold-start")] == [hold["id"]]
    assert [each["hold"]["expiresAt"] for each in await told(page, "hold-change")] == [later["expiresAt"]]
    assert [each["reason"] for each in await told(page, "hold-end")] == ["released"]
    assert await told(page, "seat-lost") == []


async def test_who_is_not_logged_in_is_told_and_keeps_the_selection(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "selection", ["C1", "C2"])
    assert await element.evaluate("element => element.hold()") is None
    [refused] = await told(page, "selection-refused")
    assert (refused["reason"], refused["message"]) == ("UNAUTHENTICATED", "Please log in to hold seats.")
    await give(element, "token", await somebody(server))
    assert (await element.evaluate("element => element.hold()"))["seats"] == ["C1", "C2"]


async def test_a_refused_selection_comes_with_the_rule_and_a_better_one(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "token", await somebody(server))
    await give(element, "selection", ["B2"])
    assert await element.evaluate("element => element.hold()") is None
    [refused] = await told(page, "selection-refused")
    assert (refused["reason"], refused["rule"]) == ("SeatSelectionRefused", "NO_LONELY_SEAT")
    assert refused["seats"] == ["B1"]
    await element.evaluate("(element, labels) => element.select(labels)", refused["suggestion"])
    assert (await element.evaluate("element => element.hold()"))["seats"] == refused["suggestion"]


async def test_seats_that_are_gone_by_then_leave_the_selection(server: Server, page: Page) -> None:
    showtime = await new_showtime(server, HOUSE)
    element = await put_map(page, showtime)
    await give(element, "token", await somebody(server))
    await give(element, "selection", ["A1", "A2", "B1"])

    async def taken_first(route: Route) -> None:
        await page.unroute("**/graphql")
        await take(server, showtime, ["A1", "A2"])
        await route.continue_()

    await page.route("**/graphql", taken_first)
    assert await element.evaluate("element => element.hold()") is None
    [refused] = await told(page, "selection-refused")
    assert (refused["reason"], refused["seats"]) == ("SeatsUnavailable", ["A1", "A2"])
    assert await property_of(element, "selection") == ["B1"]
    assert await told(page, "seat-lost") == []


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(
    server: Server, page: Page, expected_errors: list[str]
) -> None:
    expected_errors.append("net::ERR_FAILED")
    showtime = await new_showtime(server, HOUSE)
    element = await put_map(page, showtime)
    await give(element, "token", await somebody(server))
    await give(element, "selection", ["B1", "B2"])
    keys: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        body: dict[str, Any] = json.loads(route.request.post_data or "{}")
        keys.append(body["variables"]["input"]["idempotencyKey"])
        if len(keys) == 1:
            await route.fetch()  # it arrives, and is done; the answer never comes back
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/graphql", lose_the_first_answer)
    hold = await element.evaluate("element => element.hold()")
    assert hold["seats"] == ["B1", "B2"]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert (await property_of(element, "map"))["version"] == 1
    assert await told(page, "seat-lost") == []


async def test_an_unreachable_server_is_told_and_the_key_is_kept(
    server: Server, page: Page, expected_errors: list[str]
) -> None:
    expected_errors.append("net::ERR_FAILED")
    element = await put_map(page, await new_showtime(server, HOUSE))
    await give(element, "token", await somebody(server))
    await give(element, "selection", ["B1", "B2"])
    keys: list[str] = []

    async def unreachable(route: Route) -> None:
        keys.append(json.loads(route.request.post_data or "{}")["variables"]["input"]["idempotencyKey"])
        await route.abort()

    await page.route("**/graphql", unreachable)
    assert await element.evaluate("element => element.hold()") is None
    assert [each["reason"] for each in await told(page, "selection-refused")] == ["UNREACHABLE"]
    tried = len(keys)
    await page.unroute("**/graphql")
    async with page.expect_request("**/graphql") as request:
        hold = await element.evaluate("element => element.hold()")
    keys.append(json.loads((await request.value).post_data or "{}")["variables"]["input"]["idempotencyKey"])
    assert hold["seats"] == ["B1", "B2"]
    assert tried > 1
    assert len(set(keys)) == 1


async def test_a_party_gets_what_the_house_finds_best(server: Server, page: Page) -> None:
    showtime = await new_showtime(server, HOUSE)
    element = await put_map(page, showtime)
    best = await element.evaluate("element => element.bestSeats(2, { kinds: ['PREMIUM'] })")
    assert best["together"] is True
    assert await property_of(element, "selection") == best["seats"]
    assert {label[0] for label in best["seats"]} == {"C"}
    assert await element.evaluate("element => element.bestSeats(9, { kinds: ['PREMIUM'] })") is None
    assert [each["reason"] for each in await told(page, "selection-refused")] == ["NotEnoughSeats"]
    await give(element, "token", await somebody(server))
    hold = await element.evaluate("element => element.holdBest(3)")
    assert (len(hold["seats"]), hold["together"]) == (3, True)


async def test_a_hold_that_ends_in_another_window_ends_here(server: Server, page: Page) -> None:
    element = await put_map(page, await new_showtime(server, HOUSE))
    token = await somebody(server)
    await give(element, "token", token)
    await give(element, "selection", ["C1", "C2"])
    hold = await element.evaluate("element => element.hold()")
    await page.wait_for_function("() => document.querySelector('seat-map').map.version === 1")
    await server.execute(RELEASE, {"id": hold["id"]}, token=token)
    assert [each["reason"] for each in await wait_until_told(page, "hold-end")] == ["released"]


async def test_a_hold_ends_once_when_the_server_says_so_whatever_this_clock_says(server: Server, page: Page) -> None:
    ahead = 3_600_000
    await page.add_init_script(f"const now = Date.now; Date.now = () => now() + {ahead}")
    element = await put_map(page, await new_showtime(server, HOUSE))
    await page.wait_for_function(
        f"() => Date.now() - document.querySelector('seat-map').serverNow() > {ahead - 60_000}"
    )
    now = await element.evaluate("element => element.serverNow()")
    assert abs(now - time.time() * 1000) < 5_000
    kept = {"id": "x", "seats": ["C1"], "status": "ACTIVE", "lines": [], "together": True}
    resume = "(element, [hold, at]) => element.resume({ ...hold, expiresAt: new Date(at).toISOString() })"
    await element.evaluate(resume, [kept, now + 60_000])
    await expect(seat(element, "C1")).to_have_accessible_name("Row C, seat 1, premium, ₹312.50, yours")
    assert await told(page, "hold-expired") == []
    await element.evaluate(resume, [kept, now + 1_500])
    assert [each["hold"]["id"] for each in await wait_until_told(page, "hold-expired")] == ["x"]
    await page.wait_for_timeout(300)
    assert len(await told(page, "hold-expired")) == 1
    await expect(seat(element, "C1")).to_have_accessible_name("Row C, seat 1, premium, ₹312.50, available")
