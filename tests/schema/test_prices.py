"""Prices as clients see them: on the map, in a hold and in a booking; and terms, set by those who may."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.access import Role
from resolvers import venues
from resolvers.venues import WantedTerms
from schema.ids import global_id
from subscriptions import live
from subscriptions.bookings import BookingSource
from subscriptions.live import Live
from subscriptions.seat_maps import SeatMapSource
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.factories.screens import make_screen
from tests.factories.users import actor_of, make_staff
from tests.schema.asking import Asker, asker, codes
from tests.schema.test_answers import Desk
from tests.schema.test_sharing import Member

MONEY = "{ amount currency }"
TERMS = f"priceTerms {{ bookingFee {MONEY} taxName taxPercent taxIncluded roundTo {MONEY} }}"
SET = f"""mutation ($input: SetPriceTermsInput!) {{ setPriceTerms(input: $input) {{
  __typename ... on Venue {{ {TERMS} }} ... on InvalidInput {{ fields {{ path message }} }} }} }}"""
LINES = f"total {MONEY} lines {{ part text seat kind amount {MONEY} }}"
HOLD = f"mutation ($input: HoldSeatsInput!) {{ holdSeats(input: $input) {{ ... on Hold {{ id {LINES} }} }} }}"
BOOK = (
    f"mutation ($input: CreateBookingInput!) {{ createBooking(input: $input) {{ ... on Booking {{ id {LINES} }} }} }}"
)
MAP = (
    f"query ($id: ID!) {{ showtime(id: $id) {{ basePrice {MONEY} seatMap {{ version seats {{ price {MONEY} }} }} }} }}"
)
BEST = f"query ($id: ID!) {{ bestSeats(showtimeId: $id, count: 2) {{ total {MONEY} }} }}"
WATCH = f"""subscription ($id: ID!, $after: Int) {{ seatMap(showtimeId: $id, afterVersion: $after) {{
  __typename ... on SeatMap {{ version seats {{ price {MONEY} }} }} ... on SeatMapChange {{ version }} }} }}"""
GST = {"bookingFee": "30.00", "taxName": "GST", "taxPercent": "18", "taxIncluded": True, "roundTo": "1.00"}


def rupees(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "INR"}


@pytest.fixture
async def ask(database: Database) -> AsyncIterator[Asker]:
    wire = Live("memory://", {"seat-map": SeatMapSource(), "booking": BookingSource()}, reconcile_seconds=0.1)
    await wire.start()
    replaced = live.current()
    live.use(wire)
    yield asker(database.settings)
    await wire.stop()
    live.use(replaced)


@pytest.fixture
async def sale(database: Database) -> Sale:
    """Two seats, an ordinary one and a premium one."""
    return await open_sale(database.settings, screen=await make_screen(drawing="A sp"))


async def set_terms(ask: Asker, sale: Sale, **terms: object) -> dict[str, Any]:
    given = {"venueId": global_id("Venue", sale.showtime.venue_id), **terms}
    return dict((await ask(SET, actor_of(await make_staff(Role.ADMIN)), input=given))["data"]["setPriceTerms"])


async def test_terms_are_told_as_they_were_set(ask: Asker, sale: Sale) -> None:
    shown = {**GST, "bookingFee": rupees("30.00"), "roundTo": rupees("1.00")}
    assert await set_terms(ask, sale, **GST) == {"__typename": "Venue", "priceTerms": shown}
    none = {"bookingFee": rupees("0.00"), "taxName": None, "taxPercent": "0", "taxIncluded": False, "roundTo": None}
    assert await set_terms(ask, sale) == {"__typename": "Venue", "priceTerms": none}


async def test_every_mistake_is_named(ask: Asker, sale: Sale) -> None:
    answer = await set_terms(ask, sale, bookingFee="1.001", taxPercent="101", taxName=None, roundTo="0")
    assert answer["__typename"] == "InvalidInput"
    named = [["bookingFee"], ["roundTo"], ["taxName"], ["taxPercent"]]
    assert sorted(field["path"] for field in answer["fields"]) == named
    assert all(field["message"].endswith(".") for field in answer["fields"])
    unknown = {"venueId": global_id("Movie", sale.showtime.venue_id)}
    assert codes(await ask(SET, actor_of(await make_staff(Role.ADMIN)), input=unknown)) == ["NOT_FOUND"]


async def test_a_hold_and_its_booking_say_what_the_total_is_made_of(ask: Asker, sale: Sale) -> None:
    await set_terms(ask, sale, **GST)
    wanted = {"showtimeId": global_id("Showtime", sale.showtime.id), "seats": ["A1", "A2"]}
    hold = (await ask(HOLD, sale.ana, input=wanted))["data"]["holdSeats"]
    assert hold["total"] == rupees("623.00")
    assert [
        (line["part"], line["text"], line["seat"], line["kind"], line["amount"]["amount"]) for line in hold["lines"]
    ] == [
        ("BASE", "Seat A1", "A1", "STANDARD", "211.86"),
        ("FEE", "Booking fee", "A1", "STANDARD", "25.43"),
        ("TAX", "GST 18 % (included)", "A1", "STANDARD", "42.71"),
        ("BASE", "Seat A2", "A2", "PREMIUM", "211.86"),
        ("SEAT_KIND", "Premium seat, +25 %", "A2", "PREMIUM", "52.97"),
        ("FEE", "Booking fee", "A2", "PREMIUM", "25.42"),
        ("TAX", "GST 18 % (included)", "A2", "PREMIUM", "52.25"),
        ("ROUNDING", "Rounded to 1.00", None, None, "0.50"),
    ]
    await set_terms(ask, sale)
    booking = (await ask(BOOK, sale.ana, input={"holdId": hold["id"]}))["data"]["createBooking"]
    assert (booking["lines"], booking["total"]) == (hold["lines"], hold["total"])


async def test_a_map_and_the_best_seats_have_the_new_prices_at_once_on_every_process(
    ask: Asker, sale: Sale, database: Database
) -> None:
    id = global_id("Showtime", sale.showtime.id)
    desks = Desk(ask.calls), Desk(asker(database.settings).calls)
    for desk in desks:
        before = (await desk(MAP, id=id))["showtime"]
        assert [seat["price"]["amount"] for seat in before["seatMap"]["seats"]] == ["250.00", "312.50"]
        assert (await desk(BEST, id=id))["bestSeats"]["total"] == rupees("562.50")
    await set_terms(ask, sale, **GST)
    for desk in desks:
        after = (await desk(MAP, id=id))["showtime"]
        assert [seat["price"]["amount"] for seat in after["seatMap"]["seats"]] == ["280.00", "342.50"]
        assert (after["basePrice"], after["seatMap"]["version"]) == (before["basePrice"], 1)
        assert (await desk(BEST, id=id))["bestSeats"]["total"] == rupees("623.00")


async def test_whoever_watches_a_map_is_sent_it_anew_with_its_new_prices(ask: Asker, sale: Sale) -> None:
    id = global_id("Showtime", sale.showtime.id)
    events = ask.watch(WATCH, id=id)
    first = (await anext(events))["data"]["seatMap"]
    await set_terms(ask, sale, **GST)
    async with asyncio.timeout(5):
        second = (await anext(events))["data"]["seatMap"]
        await sale.hold("A1")
        third = (await anext(events))["data"]["seatMap"]
    assert [seat["price"]["amount"] for seat in first["seats"]] == ["250.00", "312.50"]
    assert (second["__typename"], second["version"]) == ("SeatMap", 1)
    assert [seat["price"]["amount"] for seat in second["seats"]] == ["280.00", "342.50"]
    assert third == {"__typename": "SeatMapChange", "version": 2}
    await events.aclose()
    back = ask.watch(WATCH, id=id, after=0)
    assert (await anext(back))["data"]["seatMap"]["seats"] == second["seats"]
    await back.aclose()


async def test_one_who_joins_others_after_a_change_is_shown_the_new_prices(ask: Asker, sale: Sale) -> None:
    id = global_id("Showtime", sale.showtime.id)
    early, late = Member(), Member()
    audience = await ask.join(early, WATCH, id=id)
    await venues.set_price_terms(sale.ana, sale.showtime.venue_id, WantedTerms(booking_fee="7"))
    assert await ask.join(late, WATCH, id=id) is audience
    shown = [[seat["price"]["amount"] for seat in each.heard[0]["data"]["seatMap"]["seats"]] for each in (early, late)]
    assert shown == [["250.00", "312.50"], ["257.00", "319.50"]]
    for member in (early, late):
        audience.leave(member)
