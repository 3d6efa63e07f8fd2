"""Connections as clients page through them."""

from typing import Any

import pytest
from tortoise.queryset import QuerySet

from models.movies import Movie
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.users import actor_of, make_customer
from tests.schema.asking import Asker, asker, codes

PAGE = """
query ($first: Int, $after: String) {
  movies(first: $first, after: $after) {
    edges { cursor node { title } }
    nodes { title }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}"""


@pytest.fixture
async def ask(database: Database) -> Asker:
    return asker(database.settings)


async def make_movies(titles: str) -> None:
    for title in titles:
        await make_movie(title)


async def movies(ask: Asker, query: str = PAGE, **variables: object) -> dict[str, Any]:
    answer = await ask(query, **variables)
    assert "errors" not in answer, answer
    return dict(answer["data"]["movies"])


async def test_a_page_says_where_it_lies(ask: Asker) -> None:
    await make_movies("abcde")
    first = await movies(ask, first=2)
    assert [node["title"] for node in first["nodes"]] == ["a", "b"]
    assert [edge["node"] for edge in first["edges"]] == first["nodes"]
    cursors = [edge["cursor"] for edge in first["edges"]]
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": cursors[0],
        "endCursor": cursors[1],
    }
    assert first["totalCount"] == 5
    last = await movies(ask, first=3, after=cursors[1])
    assert [node["title"] for node in last["nodes"]] == ["c", "d", "e"]
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)
    assert last["totalCount"] == 5


async def test_a_list_without_rows(ask: Asker) -> None:
    nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert await movies(ask) == {"edges": [], "nodes": [], "pageInfo": nothing, "totalCount": 0}


async def test_first(ask: Asker) -> None:
    for number in range(21):
        await make_movie(f"{number:03}")
    assert len((await movies(ask))["nodes"]) == 20
    assert len((await movies(ask, first=None))["nodes"]) == 20
    assert len((await movies(ask, first=100))["nodes"]) == 21
    empty = await movies(ask, first=0)
    assert (empty["nodes"], empty["pageInfo"]["hasNextPage"], empty["totalCount"]) == ([], True, 21)


@pytest.mark.parametrize(
    "variables", [{"first": -1}, {"first": 101}, {"first": 2**31 - 1}, {"after": "x"}, {"after": ""}]
)
async def test_what_is_no_page(ask: Asker, variables: dict[str, object]) -> None:
    await make_movies("a")
    assert codes(await ask(PAGE, **variables)) == ["BAD_USER_INPUT"]


async def test_a_cursor_of_another_list_is_refused(ask: Asker) -> None:
    await make_movies("a")
    cursor = (await movies(ask))["pageInfo"]["endCursor"]
    assert codes(await ask("query ($after: String) { venues(after: $after) { totalCount } }", after=cursor)) == [
        "BAD_USER_INPUT"
    ]


async def test_nested_lists_have_the_same_rules(ask: Asker) -> None:
    await make_movies("a")
    ana = actor_of(await make_customer())
    nested = "query ($first: Int) { movies { nodes { showtimes(first: $first) { nodes { id } totalCount } } } }"
    mine = "query ($first: Int) { me { bookings(first: $first) { nodes { id } totalCount } } }"
    for query in (nested, mine):
        assert codes(await ask(query, ana, first=0)) == []
        assert codes(await ask(query, ana, first=101)) == ["BAD_USER_INPUT"]


async def test_rows_are_counted_only_when_somebody_asks(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_movies("ab")
    counted: list[type] = []
    real = QuerySet.count

    def count(self: QuerySet[Any]) -> object:
        counted.append(self.model)
        return real(self)

    monkeypatch.setattr(QuerySet, "count", count)
    await movies(ask, "{ movies { nodes { title } pageInfo { endCursor } } }")
    assert counted == []
    assert await movies(ask, "{ movies { totalCount } }") == {"totalCount": 2}
    assert counted == [Movie]
