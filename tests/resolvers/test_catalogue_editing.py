"""What editors and managers do to the catalogue: typed refusals that name every value and change nothing."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.access import Actor, Role
from models.idempotency import IdempotencyAnswer
from models.movies import Movie, MovieGenre
from models.venues import Screen, SeatLayout, Venue
from schema.ids import global_id
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_staff
from tests.factories.venues import make_venue
from tests.schema.asking import Asker, asker, codes

Answer = dict[str, Any]

REFUSAL = "... on Problem { __typename message }"
SHAPES = {
    "Movie": "id title description runtimeMinutes genres ageRestriction posterUrl tmdbId opensOn closesOn status",
    "Venue": "id name address city timezone currency screens { name }",
    "Screen": "id name capacity layout venue { name }",
}
MOVIE = {
    "title": "The Long Take",
    "description": "One shot,\nno cut.",
    "runtimeMinutes": 97,
    "genres": ["Drama", "Crime"],
    "ageRestriction": 16,
    "posterUrl": "/posters/the-long-take.svg",
    "tmdbId": 4711,
    "opensOn": "2026-01-01",
    "closesOn": "2026-12-31",
}
VENUE = {
    "name": "Aurora",
    "timezone": "Asia/Kolkata",
    "currency": "INR",
    "address": "1 Main Street",
    "city": "Mumbai",
}
DRAWING = "[Stalls]\nA ss.wc\n\n[Balcony]\nB pp.vv"


class Editor:
    """An administrator at work."""

    def __init__(self, ask: Asker, actor: Actor) -> None:
        self.ask = ask
        self.actor = actor

    async def do(self, mutation: str, **given: object) -> Answer:
        """The answer's data: the thing, or a refusal with its __typename."""
        answer = await self.raw(mutation, **given)
        assert "errors" not in answer, answer
        return dict(answer["data"][mutation])

    async def raw(self, mutation: str, **given: object) -> Answer:
        kind = mutation[0].upper() + mutation[1:]
        noun = mutation.removeprefix("create").removeprefix("update").removeprefix("delete")
        fields = "... on InvalidInput { fields { path message } }"
        shape = f"... on {noun} {{ {SHAPES[noun]} }} {fields}"
        if mutation == "deleteMovie":
            shape = "... on DeletedMovie { movieId }"
        document = f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ {shape} {REFUSAL} }} }}"
        return await self.ask(document, self.actor, input=given)


@pytest.fixture
async def editor(database: Database) -> Editor:
    return Editor(asker(database.settings), actor_of(await make_staff(Role.ADMIN)))


def wrong(answer: Answer) -> list[list[str]]:
    """The paths that an InvalidInput names."""
    assert answer["__typename"] == "InvalidInput", answer
    assert all(field["message"].endswith(".") for field in answer["fields"])
    return [field["path"] for field in answer["fields"]]


async def rows() -> list[object]:
    """Everything the catalogue has."""
    movies = await Movie.all().order_by("id").values()
    genres = await MovieGenre.all().order_by("id").values()
    venues = await Venue.all().order_by("id").values()
    screens = await Screen.all().order_by("id").values()
    return [movies, genres, venues, screens, await SeatLayout.all().count(), await IdempotencyAnswer.all().count()]


async def test_a_new_movie_has_all_that_was_given(editor: Editor) -> None:
    made = await editor.do("createMovie", **MOVIE)
    assert {name: made[name] for name in MOVIE} == MOVIE
    node = await editor.ask(f"query ($id: ID!) {{ movie(id: $id) {{ {SHAPES['Movie']} }} }}", id=made["id"])
    assert node["data"]["movie"] == made


async def test_a_title_is_enough(editor: Editor) -> None:
    made = await editor.do("createMovie", title="  Static ")
    assert (made["title"], made["genres"], made["status"]) == ("Static", [], "COMING_SOON")


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"title": ""}, [["title"]]),
        ({"title": " \n "}, [["title"]]),
        ({"title": "x" * 301}, [["title"]]),
        ({"title": "half \ud800"}, [["title"]]),
        ({"title": "nul \0"}, [["title"]]),
        ({"description": "x" * 5_001}, [["description"]]),
        ({"runtimeMinutes": 0}, [["runtimeMinutes"]]),
        ({"runtimeMinutes": 1_001}, [["runtimeMinutes"]]),
        ({"ageRestriction": -1}, [["ageRestriction"]]),
        ({"ageRestriction": 100}, [["ageRestriction"]]),
        ({"tmdbId": 0}, [["tmdbId"]]),
        ({"genres": [""]}, [["genres", "0"]]),
        ({"genres": ["Drama", "x" * 61, "DRAMA"]}, [["genres", "1"], ["genres", "2"]]),
        ({"genres": [str(n) for n in range(11)]}, [["genres"]]),
        ({"posterUrl": "http://example.com/x.png"}, [["posterUrl"]]),
        ({"posterUrl": "javascript:alert(1)"}, [["posterUrl"]]),
        ({"posterUrl": "//evil.example/x"}, [["posterUrl"]]),
        ({"posterUrl": "/\\evil.example/x"}, [["posterUrl"]]),
        ({"posterUrl": "https://a b"}, [["posterUrl"]]),
        ({"posterUrl": "https://x/" + "y" * 500}, [["posterUrl"]]),
        ({"opensOn": "2026-02-01", "closesOn": "2026-01-31"}, [["closesOn"]]),
        ({"opensOn": None, "closesOn": "2026-01-31"}, [["closesOn"]]),
        ({"title": "", "runtimeMinutes": 0, "posterUrl": "x"}, [["title"], ["posterUrl"], ["runtimeMinutes"]]),
    ],
)
async def test_a_movie_that_makes_no_sense_changes_nothing(
    given: Answer, paths: list[list[str]], editor: Editor
) -> None:
    made = await editor.do("createMovie", **MOVIE | {"tmdbId": 1})
    before = await rows()
    assert wrong(await editor.do("createMovie", **MOVIE | given, idempotencyKey="k")) == paths
    assert wrong(await editor.do("updateMovie", movieId=made["id"], **given, idempotencyKey="k")) == paths
    assert await rows() == before


@pytest.mark.parametrize("url", ["https://example.com/a%20b.png?x=1#y", "https://example.com:8443", "/p.svg", "/"])
async def test_a_poster_may_be_anywhere_safe(url: str, editor: Editor) -> None:
    assert (await editor.do("createMovie", title="x", posterUrl=url))["posterUrl"] == url


async def test_an_edit_changes_what_is_given_and_nothing_else(editor: Editor) -> None:
    made = await editor.do("createMovie", **MOVIE)
    edited = await editor.do("updateMovie", movieId=made["id"], title="Longer", genres=["Epic"], closesOn=None)
    assert edited == made | {"title": "Longer", "genres": ["Epic"], "closesOn": None}
    assert await editor.do("updateMovie", movieId=made["id"]) == edited
    emptied = await editor.do("updateMovie", movieId=made["id"], genres=None, description=None, tmdbId=None)
    assert emptied == edited | {"genres": [], "description": None, "tmdbId": None}


async def test_a_title_cannot_be_taken_away(editor: Editor) -> None:
    made = await editor.do("createMovie", **MOVIE)
    assert wrong(await editor.do("updateMovie", movieId=made["id"], title=None)) == [["title"]]


async def test_two_movies_have_not_the_same_id_elsewhere(editor: Editor) -> None:
    one = await editor.do("createMovie", **MOVIE)
    two = await editor.do("createMovie", title="Other")
    before = await rows()
    assert wrong(await editor.do("createMovie", title="Third", tmdbId=4711)) == [["tmdbId"]]
    assert wrong(await editor.do("updateMovie", movieId=two["id"], tmdbId=4711)) == [["tmdbId"]]
    assert await rows() == before
    assert (await editor.do("updateMovie", movieId=one["id"], tmdbId=4711))["tmdbId"] == 4711


async def test_a_movie_without_showtimes_is_deleted_with_its_genres(editor: Editor) -> None:
    made = await editor.do("createMovie", **MOVIE)
    assert await editor.do("deleteMovie", movieId=made["id"], idempotencyKey="k") == {"movieId": made["id"]}
    assert await editor.do("deleteMovie", movieId=made["id"], idempotencyKey="k") == {"movieId": made["id"]}
    assert (await Movie.all().count(), await MovieGenre.all().count()) == (0, 0)
    assert codes(await editor.raw("deleteMovie", movieId=made["id"])) == ["NOT_FOUND"]


async def test_a_movie_with_showtimes_stays(editor: Editor) -> None:
    showtime = await make_showtime()
    before = await rows()
    id = global_id("Movie", showtime.movie_id)
    assert (await editor.do("deleteMovie", movieId=id, idempotencyKey="k"))["__typename"] == "MovieInUse"
    assert await rows() == before


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


@pytest.mark.parametrize(
    ("mutation", "given"),
    [
        ("updateMovie", {"movieId": "x", "title": "t"}),
        ("updateMovie", {"movieId": global_id("Movie", uuid4()), "title": "t"}),
        ("deleteMovie", {"movieId": global_id("Venue", uuid4())}),
        ("updateVenue", {"venueId": global_id("Venue", uuid4()), "name": "n"}),
        ("createScreen", {"venueId": global_id("Venue", uuid4()), "name": "n", "layout": "A s"}),
        ("updateScreen", {"screenId": global_id("Screen", uuid4()), "name": "n"}),
    ],
)
async def test_what_is_not_there_is_not_found(mutation: str, given: Answer, editor: Editor) -> None:
    assert codes(await editor.raw(mutation, **given, idempotencyKey="k")) == ["NOT_FOUND"]
    assert await rows() == [[], [], [], [], 0, 0]


async def test_the_same_key_makes_one_movie(editor: Editor) -> None:
    one = await editor.do("createMovie", title="Once", opensOn="2026-01-01", idempotencyKey="k")
    again = await editor.do("createMovie", title="Once", opensOn="2026-01-01", idempotencyKey="k")
    other = await editor.do("createMovie", title="Twice", idempotencyKey="k")
    assert (again, other["__typename"]) == (one, "IdempotencyConflict")
    assert await Movie.all().count() == 1


async def test_the_same_key_makes_one_edit(editor: Editor) -> None:
    movie = await make_movie("First")
    id = global_id("Movie", movie.id)
    await editor.do("updateMovie", movieId=id, title="Second", idempotencyKey="k")
    await editor.do("updateMovie", movieId=id, title="Third")
    repeated = await editor.do("updateMovie", movieId=id, title="Second", idempotencyKey="k")
    assert repeated["title"] == "Third"
    conflict = await editor.do("updateMovie", movieId=id, closesOn=date(2026, 1, 1).isoformat(), idempotencyKey="k")
    assert conflict["__typename"] == "IdempotencyConflict"


async def test_a_kept_answer_whose_movie_has_gone(editor: Editor) -> None:
    made = await editor.do("createMovie", title="Once", idempotencyKey="k")
    await editor.do("deleteMovie", movieId=made["id"])
    assert codes(await editor.raw("createMovie", title="Once", idempotencyKey="k")) == ["NOT_FOUND"]


async def test_twins_with_one_name_are_one_venue_and_one_refusal(editor: Editor) -> None:
    made = await asyncio.gather(*(editor.do("createVenue", **VENUE) for _ in range(8)))
    assert sorted(answer.get("__typename", "Venue") for answer in made) == ["InvalidInput"] * 7 + ["Venue"]
    assert await Venue.all().count() == 1
