"""Searching movies and venues: any case, any language, every character itself, on both databases."""

import pytest

from models.movies import Movie
from resolvers import movies, venues
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.venues import make_venue

TITLES = [
    "100% Wolf",
    "1000 Wolves",
    "The_Underscore",
    "The-Underscore",
    "Back\\slash",
    "O'Brien's \"Quote\"",
    "Straße nach Süden",
    "Война и мир",
    "Ödipus",
    "İstanbul",
    "ΟΔΥΣΣΕΑΣ",
    "ÀÉ Café",
]


async def titles(search: str | None = None, genre: str | None = None) -> list[str]:
    found = await movies.find(movies.Wanted(search=search, genre=genre), 100, None)
    assert len(found.rows) == await found.count()
    return [movie.title for movie in found.rows]


@pytest.fixture
async def catalogue(database: Database) -> Database:
    for title in TITLES:
        await make_movie(title)
    return database


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("wolf", ["100% Wolf"]),
        ("WOL", ["100% Wolf", "1000 Wolves"]),
        ("%", ["100% Wolf"]),
        ("0% w", ["100% Wolf"]),
        ("_", ["The_Underscore"]),
        ("the_under", ["The_Underscore"]),
        ("\\", ["Back\\slash"]),
        ("k\\s", ["Back\\slash"]),
        ("'", ["O'Brien's \"Quote\""]),
        ('"', ["O'Brien's \"Quote\""]),
        ("STRASSE", ["Straße nach Süden"]),
        ("straße", ["Straße nach Süden"]),
        ("SÜD", ["Straße nach Süden"]),
        ("ВОЙНА", ["Война и мир"]),
        ("война И", ["Война и мир"]),
        ("öDI", ["Ödipus"]),
        ("o\u0308dipus", ["Ödipus"]),
        ("οδυσσεας", ["ΟΔΥΣΣΕΑΣ"]),
        ("οδυσσεας".replace("ς", "σ"), ["ΟΔΥΣΣΕΑΣ"]),
        ("àé CAFÉ", ["ÀÉ Café"]),
        ("  wolf ", ["100% Wolf"]),
        ("wolf  w", []),
        ("no such", []),
        ("\0", []),
        ("wolf\0", []),
        ("\ud800", []),
        pytest.param("x" * 901, [], id="longer than any title"),
        pytest.param("%" * 60_000, [], id="longer than SQLite takes"),
    ],
)
async def test_a_search_finds_exactly(search: str, wanted: list[str], catalogue: Database) -> None:
    assert await titles(search) == wanted


@pytest.mark.parametrize("search", [None, "", "   ", "\n"])
async def test_looking_for_nothing_finds_everything(search: str | None, catalogue: Database) -> None:
    assert sorted(await titles(search)) == sorted(TITLES)


async def test_movies_are_sorted_by_title_in_any_case(database: Database) -> None:
    for title in ("beta", "Alpha", "alpha two", "Beta two", "ALPHA one"):
        await make_movie(title)
    assert await titles() == ["Alpha", "ALPHA one", "alpha two", "beta", "Beta two"]


@pytest.mark.parametrize(
    ("genre", "wanted"),
    [
        ("drama", ["One", "Two"]),
        ("DRAMA", ["One", "Two"]),
        ("комедия", ["Two"]),
        ("Dram", []),
        ("d%", []),
        ("", []),
        ("\0", []),
        ("\ud800", []),
        ("x" * 5_000, []),
    ],
)
async def test_a_genre_is_found_whole_and_in_any_case(genre: str, wanted: list[str], database: Database) -> None:
    await make_movie("One", genres=["Drama", "Crime"])
    await make_movie("Two", genres=["КОМЕДИЯ", "drama"])
    await make_movie("Three", genres=["Melodrama"])
    assert await titles(genre=genre) == wanted


async def test_a_venue_is_found_by_name_and_by_city(database: Database) -> None:
    await make_venue("Aurora", city="München")
    await make_venue("Zenith 100%", city="Hà Nội")
    await make_venue("Nowhere")
    by = {search: [row.name for row in (await venues.find(search, 20, None)).rows] for search in SEARCHES}
    assert by == SEARCHES


SEARCHES = {
    "MÜN": ["Aurora"],
    "hà nội": ["Zenith 100%"],
    "%": ["Zenith 100%"],
    "_": [],
    "aurora": ["Aurora"],
    "aurora\nm": ["Aurora"],
    "": ["Aurora", "Nowhere", "Zenith 100%"],
    "\0": [],
}


async def test_a_new_title_is_what_a_search_finds(database: Database) -> None:
    movie = await make_movie("Before")
    movie.title = "ÄFTER"
    await movie.save()
    assert (await titles("before"), await titles("äfter")) == ([], ["ÄFTER"])
    assert (await Movie.get(id=movie.id)).title_folded == "äfter"
