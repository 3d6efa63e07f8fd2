"""What the doubles of all providers share: a server on loopback, its faults, and the webhooks it sends."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send


class Fault(StrEnum):
    """What may go wrong with a call."""

    SLOW = "SLOW"  # answered after `Provider.slowness` seconds, or once `Provider.hurry` is set
    ERROR = "ERROR"  # 500, and nothing was done
    BUSY = "BUSY"  # 429, and nothing was done
    DROP = "DROP"  # the connection is closed, and nothing was done
    LOSE_REPLY = "LOSE_REPLY"  # everything was done, but the connection is closed before the answer


@dataclass
class Call:
    """One call that somebody made."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Webhook:
    """One message to the merchant: as it would be sent, to be sent as often, as late and as broken as a test wants."""

    method: str
    query: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Provider:
    """A provider's server. Faults are used up by the next calls, one each, in order."""

    slowness = 30.0

    def __init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self.hurry = asyncio.Event()
        self.calls: list[Call] = []
        self.outbox: list[Webhook] = []
        self.url = ""

    def routes(self) -> Sequence[Route]:
        """The provider's API."""
        raise NotImplementedError

    def failure(self, fault: Fault) -> Response:
        """How this provider says that it is broken (ERROR) or busy (BUSY)."""
        return JSONResponse({"error": fault.value}, 429 if fault is Fault.BUSY else 500)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Self]:
        """The double, reachable at `url` until the block ends."""
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        # Without a word about logs: uvicorn would set up its loggers for the whole process, other tests included.
        config = uvicorn.Config(
            _Faulty(Starlette(routes=list(self.routes())), self), log_config=None, lifespan="off", access_log=False
        )
        self._server = server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        try:
            yield self
        finally:
            server.should_exit = True
            server.force_exit = True
            await serving
            listener.close()

    def hang_up(self, caller: tuple[str, int]) -> None:
        """Close a caller's connection: raising would do no more than have uvicorn answer 500."""
        for connection in list(self._server.server_state.connections):
            if connection.transport.get_extra_info("peername") == caller:
                connection.transport.abort()

    async def deliver(self, door: str, webhooks: Sequence[Webhook] | None = None) -> list[int]:
        """Send webhooks (by default all that wait) to the merchant's door, in order; the statuses of the answers."""
        sending = list(self.outbox) if webhooks is None else list(webhooks)
        if webhooks is None:
            self.outbox.clear()
        async with httpx2.AsyncClient(trust_env=False, timeout=10.0) as client:
            return [(await _post(client, door, webhook)).status_code for webhook in sending]


async def _post(client: httpx2.AsyncClient, door: str, webhook: Webhook) -> httpx2.Response:
    url = f"{door}?{webhook.query}" if webhook.query else door
    return await client.request(webhook.method, url, content=webhook.body or None, headers=webhook.headers)


class _Faulty:
    """Counts the calls, and lets the next ones fail."""

    def __init__(self, app: ASGIApp, provider: Provider) -> None:
        self._app = app
        self._provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        path = scope["path"] + (f"?{request.url.query}" if request.url.query else "")
        self._provider.calls.append(Call(request.method, path, body, dict(request.headers)))
        fault = self._provider.faults.popleft() if self._provider.faults else None
        if fault is Fault.SLOW:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._provider.hurry.wait(), self._provider.slowness)
        if fault is Fault.DROP:
            self._provider.hang_up(scope["client"])
            return
        if fault in (Fault.ERROR, Fault.BUSY):
            await self._provider.failure(fault)(scope, receive, send)
            return
        await self._app(scope, _again(body), _into_the_void if fault is Fault.LOSE_REPLY else send)
        if fault is Fault.LOSE_REPLY:
            self._provider.hang_up(scope["client"])


def _again(body: bytes) -> Callable[[], Awaitable[dict[str, object]]]:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _into_the_void(message: object) -> None:
    return None
