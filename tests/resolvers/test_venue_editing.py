"""Venues and screens are made and edited, and showtimes keep what they were sold with."""

import pytest

from models.venues import SeatLayout, Venue
from schema.ids import global_id
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue
from tests.resolvers.editor import DRAWING, VENUE, Answer, Editor, editor, rows, wrong

__all__ = ["editor"]


async def test_a_new_venue_has_all_that_was_given(editor: Editor) -> None:
    made = await editor.do("createVenue", **VENUE)
    assert made == {"id": made["id"], "screens": [], **VENUE}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"address": "x" * 301}, ["address"]),
        ({"city": "x" * 101}, ["city"]),
        ({"city": "a\tb"}, ["city"]),
        *[
            ({"timezone": zone}, ["timezone"])
            for zone in ("", "Mars/Base", "america/new_york", "../UTC", "America", "\0")
        ],
        *[({"currency": code}, ["currency"]) for code in ("", "inr", "XXX", "EURO", "€")],
    ],
)
async def test_a_venue_that_makes_no_sense_changes_nothing(given: Answer, path: list[str], editor: Editor) -> None:
    made = await editor.do("createVenue", **VENUE)
    before = await rows()
    assert wrong(await editor.do("createVenue", **VENUE | {"name": "Other"} | given, idempotencyKey="k")) == [path]
    assert wrong(await editor.do("updateVenue", venueId=made["id"], **given)) == [path]
    assert await rows() == before


async def test_two_venues_have_not_the_same_name(editor: Editor) -> None:
    await editor.do("createVenue", **VENUE)
    other = await editor.do("createVenue", **VENUE | {"name": "Other"})
    assert wrong(await editor.do("createVenue", **VENUE)) == [["name"]]
    assert wrong(await editor.do("updateVenue", venueId=other["id"], name="Aurora")) == [["name"]]
    assert await Venue.all().count() == 2


async def test_a_venue_is_edited_in_part_and_found_by_its_new_name(editor: Editor) -> None:
    made = await editor.do("createVenue", **VENUE)
    edited = await editor.do("updateVenue", venueId=made["id"], name="Zénith", city=None, timezone="Asia/Kuwait")
    assert edited == made | {"name": "Zénith", "city": None, "timezone": "Asia/Kuwait"}
    found = await editor.ask('{ venues(search: "ZÉN") { nodes { id } } }')
    assert found["data"]["venues"]["nodes"] == [{"id": made["id"]}]


@pytest.mark.parametrize("given", [{"timezone": "UTC"}, {"currency": "EUR"}])
async def test_zone_and_currency_stay_once_there_are_showtimes(given: Answer, editor: Editor) -> None:
    showtime = await make_showtime()
    before = await rows()
    id = global_id("Venue", showtime.venue_id)
    assert (await editor.do("updateVenue", venueId=id, **given))["__typename"] == "VenueInUse"
    assert await rows() == before
    edited = await editor.do("updateVenue", venueId=id, name="New name", timezone="Asia/Kolkata", currency="INR")
    assert edited["name"] == "New name"


async def test_a_new_screen_has_the_seats_of_its_drawing(editor: Editor) -> None:
    venue = await editor.do("createVenue", **VENUE)
    made = await editor.do("createScreen", venueId=venue["id"], name="1", layout=DRAWING)
    assert made == {"id": made["id"], "name": "1", "capacity": 8, "layout": DRAWING, "venue": {"name": "Aurora"}}


@pytest.mark.parametrize(
    ("given", "paths", "says"),
    [
        ({"layout": ""}, [["layout"]], "between 1 and 2,000 seats"),
        ({"layout": "A ..."}, [["layout"]], "this one has 0"),
        ({"layout": "A ss\nA ss"}, [["layout"]], "Line 2 "),
        ({"layout": "A ss\n\n\nB s?s"}, [["layout"]], "Line 4 "),
        ({"layout": "\n\nA ss\nb ss"}, [["layout"]], "Line 4 "),
        ({"layout": "A " + "s" * 201}, [["layout"]], "Line 1 "),
        ({"layout": "\n" * 300 + "A s"}, [["layout"]], "at most 200 lines"),
        ({"layout": "\n".join(f"{chr(65 + n)} {'s' * 200}" for n in range(11))}, [["layout"]], "this one has 2,200"),
        ({"name": ""}, [["name"]], "empty"),
        ({"name": "", "layout": "?"}, [["name"], ["layout"]], "empty"),
    ],
)
async def test_a_screen_that_makes_no_sense_changes_nothing(
    given: Answer, paths: list[list[str]], says: str, editor: Editor
) -> None:
    screen = await make_screen()
    before = await rows()
    venue_id, screen_id = global_id("Venue", screen.venue_id), global_id("Screen", screen.id)
    refusal = await editor.do("createScreen", **{"venueId": venue_id, "name": "n", "layout": "A s"} | given)
    assert wrong(refusal) == paths
    assert says in refusal["fields"][0]["message"]
    assert wrong(await editor.do("updateScreen", screenId=screen_id, **given, idempotencyKey="k")) == paths
    assert await rows() == before


async def test_two_screens_of_a_venue_have_not_the_same_name(editor: Editor) -> None:
    venue = await make_venue()
    one, two = await make_screen(venue, name="1"), await make_screen(venue, name="2")
    here, there = global_id("Venue", venue.id), global_id("Venue", (await make_venue()).id)
    assert wrong(await editor.do("createScreen", venueId=here, name="1", layout="A s")) == [["name"]]
    assert wrong(await editor.do("updateScreen", screenId=global_id("Screen", two.id), name="1")) == [["name"]]
    assert (await editor.do("createScreen", venueId=there, name="1", layout="A s"))["name"] == "1"
    assert (await editor.do("updateScreen", screenId=global_id("Screen", one.id), name="1"))["name"] == "1"


async def test_showtimes_keep_the_layout_they_were_sold_with(editor: Editor) -> None:
    showtime = await make_showtime(rows=3)
    screen_id = global_id("Screen", showtime.screen_id)
    edited = await editor.do("updateScreen", screenId=screen_id, layout=DRAWING)
    assert (edited["capacity"], edited["layout"]) == (8, DRAWING)
    sold = await editor.ask("{ showtimes { nodes { seatMap { capacity } screen { capacity } } } }")
    assert sold["data"]["showtimes"]["nodes"] == [{"seatMap": {"capacity": 30}, "screen": {"capacity": 8}}]
    layouts = await SeatLayout.all().count()
    await editor.do("updateScreen", screenId=screen_id, layout=DRAWING, name="Renamed")
    assert await SeatLayout.all().count() == layouts
