"""graphql-cop finds nothing in production; in a server that is open on purpose it finds everything it looks for."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.security.cop import CHECKS, Cop
from tests.security.production import in_production
from tests.servers import Server, StartServer

pytestmark = pytest.mark.once
# In graphql-core itself, whoever uses it.
NOBODY_IS_OPEN_TO = {"circular fragments", "circular introspection"}


@pytest.fixture
async def server(database_url: str, start_server: StartServer) -> AsyncIterator[Server]:
    async with in_production(start_server, database_url) as running:
        yield running


async def test_in_production_nothing_is_found(server: Server) -> None:
    assert [name for name, finds in CHECKS.items() if await finds(server.client)] == []
    # It was there all the time, and works.
    answer = await server.execute("{ __typename movies { totalCount } }")
    assert answer == {"data": {"__typename": "Query", "movies": {"totalCount": 0}}}


async def test_nor_does_anything_else_tell_the_schema(server: Server) -> None:
    for path in ("/schema.graphql", "/schema/possible-types.json"):
        assert (await server.client.get(path)).status_code == 404
    assert "schema" not in (await server.client.get("/")).json()
    assert (await server.execute("{ a: __typename ...F } fragment F on Query { __typename }"))["data"] == {
        "a": "Query",
        "__typename": "Query",
    }


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "world"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def work(self) -> int:
        return 1


def open_app() -> Starlette:
    """Strawberry with every door open: batches, forms, GET, traces, and a page."""
    schema = strawberry.Schema(Query, Mutation)

    async def execute(asked: dict[str, Any]) -> dict[str, Any]:
        result = await schema.execute(asked.get("query"))
        errors = [error.formatted | {"extensions": {"exception": {"stacktrace": []}}} for error in result.errors or ()]
        return {"data": result.data, "extensions": {"tracing": {}}} | ({"errors": errors} if errors else {})

    async def door(request: Request) -> Response:
        if request.method == "GET" and "query" not in request.query_params:
            return HTMLResponse("<title>GraphiQL</title>")
        if request.method == "GET":
            return JSONResponse(await execute(dict(request.query_params)))
        if "json" not in request.headers["content-type"]:
            return JSONResponse(await execute(dict(parse_qsl((await request.body()).decode()))))
        asked = await request.json()
        many = isinstance(asked, list)
        return JSONResponse([await execute(each) for each in asked] if many else await execute(asked))

    return Starlette(routes=[Route("/graphql", door, methods=["GET", "POST"])])


@pytest.mark.parametrize(("name", "finds"), CHECKS.items(), ids=CHECKS)
async def test_in_an_open_server_it_is_found(name: str, finds: Cop) -> None:
    """The control."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(open_app()), base_url="http://open") as client:
        assert await finds(client) is (name not in NOBODY_IS_OPEN_TO)
