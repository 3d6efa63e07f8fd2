"""Our schema as Strawberry serves it out of the box: run as `python -m bench.plain_strawberry PORT DATABASE_URL`.

The same types, resolvers and database; Strawberry's own ASGI view and executor, nothing remembered between requests.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

import clock
from adapters import adapters_from
from domain.access import Actor
from domain.seat_maps import SeatMap
from models.database import connect, disconnect
from models.seat_claims import snapshot
from resolvers import seat_maps
from resolvers.sessions import Device
from routes.serving import uvicorn_config
from schema import Query
from schema.context import Context
from schema.loaders import Loaders
from schema.scalars import SCALARS
from settings import Settings


def app(settings: Settings) -> Starlette:
    """The schema's queries at `/graphql`."""
    adapters = adapters_from(settings)
    schema = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))

    class View(GraphQL[Context, None]):
        async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
            return Context(Actor.anonymous(), adapters, "", None, Device("", ""), Loaders())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await connect(settings)
        yield
        await disconnect()

    return Starlette(routes=[Route("/graphql", View(schema))], lifespan=lifespan)


async def _read(showtime_id: UUID) -> SeatMap | None:
    return await snapshot(showtime_id, clock.now())


if __name__ == "__main__":
    seat_maps.of = _read  # every map is read from the database
    given = Settings(_env_file=None, port=int(sys.argv[1]), database_url=sys.argv[2], log_level="WARNING")
    uvicorn.Server(uvicorn_config(app(given), given)).run()
