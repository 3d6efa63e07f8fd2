"""Persisted operations of the server as it is run: an operator's list, and what two processes tell each other."""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.journeys.test_restart import run_server
from tests.servers import Server, StartServer

pytestmark = pytest.mark.once

LISTED = "query On { showtimes(first: 1) { nodes { id } } }"
OTHER = "query Other { showtimes(first: 1) { nodes { id } } }"


def apollo(text: str) -> dict[str, object]:
    digest = sha256(text.encode()).hexdigest()
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}


async def ask(server: Server, **payload: object) -> dict[str, object]:
    return (await server.client.post("/graphql", json=payload)).json()


def code_of(answer: dict[str, object]) -> str:
    (error,) = answer["errors"]
    return error["extensions"]["code"]


async def test_a_server_with_a_list_serves_the_list(
    database_url: str, tmp_path: Path, start_server: StartServer
) -> None:
    (tmp_path / "on.graphql").write_text(LISTED)
    env = {"PERSISTED_OPERATIONS": str(tmp_path), "PERSISTED_ONLY": "true"}
    async with start_server(database_url=database_url, env=env) as server:
        nothing_on = {"data": {"showtimes": {"nodes": []}}}
        assert await ask(server, **apollo(LISTED)) == nothing_on
        assert await ask(server, query=LISTED) == nothing_on
        assert code_of(await ask(server, query=OTHER)) == "OPERATION_NOT_ALLOWED"
        assert code_of(await ask(server, query=OTHER, **apollo(OTHER))) == "OPERATION_NOT_ALLOWED"


def test_a_document_that_does_not_fit_stops_the_start_before_anything_is_changed(tmp_path: Path) -> None:
    (tmp_path / "operations").mkdir()
    (tmp_path / "operations" / "old.graphql").write_text("query Old {\n  films { id }\n}")
    database = tmp_path / "marquee.sqlite3"
    refused = run_server(tmp_path, DATABASE_URL=f"sqlite://{database}", PERSISTED_OPERATIONS="operations")
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        "Marquee cannot start: PERSISTED_OPERATIONS: operations/old.graphql:2:3: Cannot query field 'films'"
    )
    assert refused.stderr.count("\n") == 1
    assert not database.exists()


def test_a_list_that_is_demanded_and_not_named_stops_the_start(tmp_path: Path) -> None:
    refused = run_server(tmp_path, PERSISTED_ONLY="true")
    assert refused.returncode == 2
    assert refused.stderr.startswith("Marquee cannot start: PERSISTED_ONLY needs PERSISTED_OPERATIONS")


async def test_what_one_server_was_told_another_knows(
    new_database_url: Callable[[], str], redis_url: str, start_server: StartServer
) -> None:
    async with (
        start_server(database_url=new_database_url(), redis_url=redis_url) as here,
        start_server(database_url=new_database_url(), redis_url=redis_url) as there,
    ):
        assert code_of(await ask(there, **apollo(LISTED))) == "PERSISTED_QUERY_NOT_FOUND"
        for _ in range(20):  # a busy machine may take longer than the 50 ms that Redis is given
            assert "data" in await ask(here, query=LISTED, **apollo(LISTED))
            if "data" in await ask(there, **apollo(LISTED)):
                break
            await asyncio.sleep(0.5)
        else:
            raise AssertionError("it never arrived")
