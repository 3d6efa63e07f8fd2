"""What editors and managers do to the catalogue: typed refusals that name every value and change nothing."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from models.movies import Movie, MovieGenre
from models.venues import Venue
from schema.ids import global_id
from tests.factories.movies import make_movie
from tests.factories.showtimes import make_showtime
from tests.resolvers.editor import MOVIE, SHAPES, VENUE, Answer, Editor, editor, rows, wrong
from tests.schema.asking import codes

__all__ = ["editor"]


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
