"""Pages by keyset: every row once, whatever the size, while rows come and go, and no cursor breaks them."""

import base64
import json
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings as how, strategies as st

import clock
from domain.wrong_calls import BadUserInput
from models.bookings import Hold
from models.movies import Movie
from models.showtimes import Showtime
from models.venues import Venue
from resolvers.pages import PAGE_DEFAULT, PAGE_LIMIT, Page, page
from tests.factories.movies import make_movie
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue

TITLES = ["Émile", "alba", "Alba", "Alba", "Alba", "zu spät", "[1]", '"', "海街", "_"]


async def walk(order: list[str], size: int) -> list[Movie]:
    """All movies, page after page."""
    rows: list[Movie] = []
    after: str | None = None
    while True:
        found = await page(Movie.all(), order, size, after)
        assert found.has_previous is (after is not None)
        assert len(found.rows) <= size
        rows += found.rows
        if not found.has_next:
            return rows
        assert len(found.rows) == size
        after = found.cursors[-1]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("size", [1, 2, 3, 9, 10, 11])
@pytest.mark.parametrize("order", ["title", "-title", "created_at", "-created_at"])
async def test_every_row_comes_once_and_in_order(order: str, size: int) -> None:
    for title in TITLES:
        await make_movie(title)
    rows = await walk([order], size)
    assert [row.id for row in rows] == [row.id for row in await Movie.all().order_by(order, "id")]
    assert Counter(row.id for row in rows) == dict.fromkeys({row.id for row in rows}, 1)
    assert len(rows) == len(TITLES)


@pytest.mark.usefixtures("database")
async def test_rows_of_the_same_moment_are_not_lost_between_pages() -> None:
    now = clock.now()
    made = [await Venue.create(created_at=now, name=f"V{n}", timezone="UTC", currency="INR") for n in range(7)]
    found: list[UUID] = []
    after = None
    for _ in range(4):
        part = await page(Venue.all(), ["-created_at"], 2, after)
        found += [row.id for row in part.rows]
        after = part.cursors[-1]
    assert sorted(found) == sorted(row.id for row in made)


@pytest.mark.usefixtures("database")
async def test_a_page_stands_still_while_rows_come_and_go() -> None:
    for title in "bdfh":
        await make_movie(title)
    first = await page(Movie.all(), ["title"], 2, None)
    assert [row.title for row in first.rows] == ["b", "d"]
    await make_movie("a")
    await make_movie("e")
    await Movie.filter(title="d").delete()
    second = await page(Movie.all(), ["title"], 2, first.cursors[-1])
    assert [row.title for row in second.rows] == ["e", "f"]
    assert (second.has_next, second.has_previous) == (True, True)


@pytest.mark.usefixtures("database")
async def test_sizes() -> None:
    for number in range(PAGE_DEFAULT + 1):
        await make_movie(f"{number:03}")
    assert len((await page(Movie.all(), ["title"], None, None)).rows) == PAGE_DEFAULT == 20
    assert len((await page(Movie.all(), ["title"], PAGE_LIMIT, None)).rows) == 21
    empty = await page(Movie.all(), ["title"], 0, None)
    assert (empty.rows, empty.cursors, empty.has_next, await empty.count()) == ([], [], True, 21)
    for size in (-1, PAGE_LIMIT + 1, 2**31 - 1):
        with pytest.raises(BadUserInput, match="between 0 and 100"):
            await page(Movie.all(), ["title"], size, None)


@pytest.mark.usefixtures("database")
async def test_the_count_is_of_the_whole_list_and_only_on_demand() -> None:
    for title in "abc":
        await make_movie(title)
    first = await page(Movie.filter(title__in=["a", "b"]), ["title"], 1, None)
    second = await page(Movie.filter(title__in=["a", "b"]), ["title"], 1, first.cursors[0])
    assert [await first.count(), await second.count()] == [2, 2]
    await Movie.filter(title="a").delete()
    assert await second.count() == 1


async def cursor_of_a_movie() -> str:
    await make_movie("Alba")
    found: Page[Movie] = await page(Movie.all(), ["title"], 1, None)
    return found.cursors[0]


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("database")
async def test_a_cursor_belongs_to_its_list() -> None:
    cursor = await cursor_of_a_movie()
    await make_venue()
    await make_showtime()
    with pytest.raises(BadUserInput):
        await page(Venue.all(), ["name"], 1, cursor)
    with pytest.raises(BadUserInput):
        await page(Showtime.all(), ["starts_at"], 1, cursor)
    with pytest.raises(BadUserInput):
        await page(Movie.all(), ["-title"], 1, cursor)
    with pytest.raises(BadUserInput):
        await page(Movie.all(), ["title"], 1, cursor + "=")


NIL = str(UUID(int=0))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        "AAAA",
        "W10",
        forged("movies", "title", "id", "Alba"),
        forged("movies", "title", "id", None, NIL),
        forged("movies", "title", "id", 5, NIL),
        forged("movies", "title", "id", "a\0b", NIL),
        forged("movies", "title", "id", "\ud800", NIL),
        forged("movies", "title", "id", "x" * 301, NIL),
        forged("movies", "title", "id", "Alba", "{" + NIL + "}"),
        forged("movies", "title", "id", "Alba", 0),
        forged("movies", "title", "id", ["Alba"], {}),
        "W1s" * 5000,
    ],
)
async def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    await make_movie("Alba")
    with pytest.raises(BadUserInput, match="not a cursor"):
        await page(Movie.all(), ["title"], 5, cursor)


ATOM = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str) | st.uuids().map(str)
)


@pytest.mark.usefixtures("database")
@given(moment=ATOM, id=ATOM)
@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.once
async def test_no_cursor_makes_a_page_of_moments_fail(moment: object, id: object) -> None:
    for model, column in ((Showtime, "starts_at"), (Hold, "expires_at")):
        try:
            found = await page(model.all(), [column], 5, forged(model._meta.db_table, column, "id", moment, id))
        except BadUserInput:
            continue
        assert found.rows == []


@pytest.mark.usefixtures("database")
async def test_pages_follow_a_column_of_moments() -> None:
    shows = [await make_showtime(starts_in=timedelta(days=1, microseconds=n)) for n in range(5)]
    first = await page(Showtime.all(), ["starts_at"], 2, None)
    second = await page(Showtime.all(), ["starts_at"], 3, first.cursors[-1])
    assert [row.id for row in [*first.rows, *second.rows]] == [show.id for show in shows]
    assert second.has_next is False
