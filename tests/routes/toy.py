"""The real front door on a real uvicorn, in the test's own event loop, with a small schema behind it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from adapters.cache import SharedCache
from clock import now
from domain.access import Actor
from resolvers.sessions import Device
from routes.graphql import GraphQLApp
from routes.pages import Pages
from routes.serving import uvicorn_config
from schema.execution import GuardedSchema
from settings import Settings
from tests.routes.toy_schema import Context, Ledger, toy_schema

SUBPROTOCOL = "graphql-transport-ws"
NOWHERE = Path("no-pages-here")
PATIENCE = 5.0  # with Redis: a busy machine is not what is tested


@dataclass(frozen=True)
class Person:
    actor: Actor
    expires_at: datetime


class Toy:
    """The running server, its ledger, and the levers of its log-in."""

    def __init__(self, schema: GuardedSchema, settings: Settings, port: int) -> None:
        self.ledger = Ledger()
        self.people: dict[str, Person] = {}
        self.watchers: dict[UUID, Callable[[], None]] = {}
        self.port = port
        self.server: uvicorn.Server | None = None
        self.served: asyncio.Task[None] | None = None
        self.url = f"http://127.0.0.1:{port}/graphql"
        self.ws_url = f"ws://127.0.0.1:{port}/graphql"
        self.shared = SharedCache(settings.redis_url, patience=PATIENCE) if settings.redis_url else None
        self.app = GraphQLApp(
            schema,
            settings,
            make_context=self._context,
            authenticate=self._authenticate,
            watch_session=self._watch,
            shared=self.shared,
            pages=Pages(NOWHERE),
        )

    def log_in(self, token: str = "token-of-alice", seconds: float = 900.0) -> Actor:
        actor = Actor(uuid4(), frozenset(), uuid4())
        self.people[token] = Person(actor, now() + timedelta(seconds=seconds))
        return actor

    def shut_down(self) -> None:
        """Ask the server to stop, as SIGTERM does."""
        self.server.should_exit = True

    def running(self) -> int:
        """Operations of all sockets whose tasks live."""
        return sum(len(each.operations) for each in self.app.sockets)

    async def until(self, met: Callable[[], bool], seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not met():  # noqa: ASYNC110 - what is waited for is anything at all
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A bare TCP connection, for what no HTTP client would send."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(10):
                yield reader, writer
        finally:
            writer.close()

    async def post(self, query: str, token: str | None = None, **variables: object) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx2.AsyncClient() as client:
            answer = await client.post(self.url, json={"query": query, "variables": variables}, headers=headers)
        return answer.json()

    def _context(self, actor: Actor, request_id: str, key: str | None, device: Device) -> Context:
        return Context(actor, request_id, key, device.address, self.ledger)

    async def _authenticate(self, token: str) -> Person | None:
        await asyncio.sleep(0)
        if token == "explode":
            raise RuntimeError("secret db password=hunter2")
        return self.people.get(token)

    def _watch(self, session_id: UUID, on_end: Callable[[], None]) -> Callable[[], None]:
        self.watchers[session_id] = on_end
        return lambda: self.watchers.pop(session_id) and None


@asynccontextmanager
async def toy_server(
    make_schema: Callable[[Settings], GuardedSchema] = toy_schema, **overrides: object
) -> AsyncIterator[Toy]:
    settings = Settings(_env_file=None, **overrides)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        toy = Toy(make_schema(settings), settings, listener.getsockname()[1])
        routes = [Route("/graphql", toy.app), WebSocketRoute("/graphql", toy.app)]
        server = toy.server = uvicorn.Server(uvicorn_config(Starlette(routes=routes), settings))
        serving = toy.served = asyncio.create_task(server.serve(sockets=[listener]))
        await toy.until(lambda: server.started or serving.done())
        try:
            yield toy
        finally:
            toy.ledger.release.set()
            toy.shut_down()
            await serving
            if toy.shared is not None:
                await toy.shared.close()


class Client:
    """A websocket that speaks frames, not operations: a client that may be as wrong as it likes."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, *messages: object) -> None:
        for message in messages:
            await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return json.loads(await self.connection.recv())

    async def init(self, **payload: object) -> None:
        await self.send({"type": "connection_init", "payload": payload})
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, query: str, operation_id: str = "1", **variables: object) -> None:
        payload = {"query": query, "variables": variables}
        await self.send({"id": operation_id, "type": "subscribe", "payload": payload})

    async def run(self, query: str, operation_id: str = "1", **variables: object) -> dict[str, Any]:
        """The one result of a query or mutation."""
        await self.subscribe(query, operation_id, **variables)
        message = await self.hear()
        assert message["type"] == "next"
        assert await self.hear() == {"id": operation_id, "type": "complete"}
        return message["payload"]

    async def closed(self) -> tuple[int, str]:
        """The code and the reason the server closed with, whatever it said before."""
        try:
            async with asyncio.timeout(5):
                while True:
                    await self.connection.recv()
        except ConnectionClosed:
            return self.connection.close_code or 0, self.connection.close_reason or ""


@asynccontextmanager
async def ws(toy: Toy, subprotocol: str | None = SUBPROTOCOL, **options: Any) -> AsyncIterator[Client]:
    subprotocols = [subprotocol] if subprotocol else None
    async with connect(toy.ws_url, subprotocols=subprotocols, **options) as connection:
        yield Client(connection)
