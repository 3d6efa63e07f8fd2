"""Ids that nobody has given out, and pages of impossible sizes, in the catalogue."""

import pytest

from tests.databases import Database
from tests.factories.showtimes import make_showtime
from tests.schema.asking import asker, codes

GARBAGE = ["", "x", "../etc", "🎬", "\0", "\ud800", "AAAA", "a" * 5_000]


@pytest.mark.parametrize("id", GARBAGE, ids=lambda id: ascii(id[:9]))
@pytest.mark.parametrize("field", ["movie", "venue", "showtime"])
async def test_a_made_up_id_is_nothing(field: str, id: str, database: Database) -> None:
    answer = await asker(database.settings)(f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=id)
    assert answer == {"data": {field: None}}


@pytest.mark.parametrize("filter", ["movieId", "venueId"])
async def test_a_made_up_id_in_a_filter_matches_nothing(filter: str, database: Database) -> None:
    await make_showtime()
    document = "query ($filter: ShowtimeFilter) { showtimes(filter: $filter) { totalCount nodes { id } } }"
    for id in GARBAGE:
        answer = await asker(database.settings)(document, filter={filter: id})
        assert answer["data"]["showtimes"] == {"totalCount": 0, "nodes": []}


async def test_an_id_of_another_kind_is_nothing(database: Database) -> None:
    await make_showtime()
    ask = asker(database.settings)
    node = (await ask("{ showtimes { nodes { id movie { id } } } }"))["data"]["showtimes"]["nodes"][0]
    assert (await ask("query ($id: ID!) { movie(id: $id) { id } }", id=node["id"]))["data"] == {"movie": None}
    found = (await ask("query ($id: ID!) { node(id: $id) { __typename id } }", id=node["movie"]["id"]))["data"]["node"]
    assert found == {"__typename": "Movie", "id": node["movie"]["id"]}


@pytest.mark.parametrize("first", [-1, 101, -(2**31)])
async def test_a_page_of_an_impossible_size(first: int, database: Database) -> None:
    answer = await asker(database.settings)("query ($n: Int) { movies(first: $n) { totalCount } }", n=first)
    assert codes(answer) == ["BAD_USER_INPUT"]
