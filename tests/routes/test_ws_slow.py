"""Clients that stop reading, and the end of the server with them aboard (reliability U2, U3, F34, F37)."""

import asyncio
import gc
import socket
import statistics
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import httpx2
import pytest

from routes.operations import Running
from routes.serving import AbortingWS
from routes.sockets import Socket
from tests.routes.toy import Toy, toy_server, ws

pytestmark = [pytest.mark.once, pytest.mark.alone]
STUCK = 100
TEXT = 0x81


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with toy_server(ws_ping_seconds=1, ws_ping_timeout_seconds=1, shutdown_seconds=5) as running:
        yield running


@pytest.fixture
async def impatient() -> AsyncIterator[Toy]:
    """Drops who does not answer within a second: whatever lasts two seconds there lasts."""
    async with toy_server(ws_ping_seconds=0.5, ws_ping_timeout_seconds=0.5) as running:
        yield running


def frame(text: str) -> bytes:
    """A short masked text frame; the mask of zeros changes nothing."""
    data = text.encode()
    assert len(data) < 126
    return bytes([TEXT, 0x80 | len(data)]) + b"\0\0\0\0" + data


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as connections:
        yield connections


async def stuck_client(toy: Toy, stack: ExitStack) -> None:
    """Asks for a flood and never reads again."""
    connection = stack.enter_context(socket.socket())
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, ("127.0.0.1", toy.port))
    key = b64encode(b"0123456789abcdef").decode()
    handshake = (
        "GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    init = frame('{"type":"connection_init"}')
    flood = frame('{"id":"1","type":"subscribe","payload":{"query":"subscription{flood}"}}')
    await loop.sock_sendall(connection, handshake.encode())
    assert (await loop.sock_recv(connection, 4096)).startswith(b"HTTP/1.1 101 ")
    await loop.sock_sendall(connection, init + flood)


async def test_a_hundred_who_never_read_are_dropped_and_hurt_nobody(toy: Toy, stack: ExitStack) -> None:
    async with httpx2.AsyncClient() as client:
        for _ in range(STUCK):
            await stuck_client(toy, stack)
        await toy.until(lambda: toy.ledger.streams == STUCK)
        took = []
        for _ in range(100):
            began = time.perf_counter()
            assert (await client.post(toy.url, json={"query": "{hello}"})).status_code == 200
            took.append(time.perf_counter() - began)
        await toy.until(lambda: toy.ledger.streams == 0 and not toy.app.sockets, seconds=7)
    assert statistics.median(took) < 0.25
    gc.collect()
    assert [each for each in gc.get_objects() if isinstance(each, AbortingWS | Socket | Running)] == []


async def test_without_the_answer_they_stay(impatient: Toy, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: uvicorn's own websocket waits for ever to write its farewell."""
    monkeypatch.delattr(AbortingWS, "keepalive_timeout")
    await stuck_client(impatient, stack)
    await impatient.until(lambda: impatient.ledger.streams == 1)
    await asyncio.sleep(2)
    assert impatient.ledger.streams == 1


async def test_a_client_that_reads_is_not_dropped(impatient: Toy) -> None:
    async with ws(impatient) as client:
        await client.init()
        await asyncio.sleep(2)
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}


async def test_a_stuck_client_whose_token_expires(toy: Toy, stack: ExitStack) -> None:
    """Its streams end at once, although the close itself cannot be told."""
    await stuck_client(toy, stack)
    await toy.until(lambda: toy.ledger.streams == 1)
    (open_socket,) = toy.app.sockets
    open_socket.end(4403, "The access token has expired")
    await toy.until(lambda: toy.ledger.streams == 0, seconds=0.5)
    await toy.until(lambda: not toy.app.sockets, seconds=4)


async def test_sigterm_with_one_stuck_and_many_healthy_clients(toy: Toy, stack: ExitStack) -> None:
    toy.server.config.ws_ping_interval = None  # nothing but the end of the server shall drop the stuck one
    await stuck_client(toy, stack)
    async with ws(toy) as one, ws(toy) as two:
        for client in (one, two):
            await client.init()
            await client.subscribe("subscription{count(pause:60)}")
            await client.hear()
        await two.subscribe("mutation{work(seconds:1)}", "2")
        await toy.until(lambda: toy.ledger.begun == 1 and toy.ledger.streams == 3)
        began = time.perf_counter()
        toy.shut_down()
        assert (await one.closed())[0] == 1012
        assert (await two.closed())[0] == 1012
        assert time.perf_counter() - began < 2
        await toy.served
    assert time.perf_counter() - began < 5
    assert (toy.ledger.ended, toy.ledger.cancelled, toy.ledger.streams) == (1, 0, 0)


async def test_a_mutation_longer_than_the_patience_of_the_server_still_ends() -> None:
    async with toy_server(shutdown_seconds=1) as toy, httpx2.AsyncClient() as client:
        posting = asyncio.create_task(client.post(toy.url, json={"query": "mutation{work(seconds:2)}"}))
        async with ws(toy) as socket_client:
            await socket_client.init()
            await socket_client.subscribe("mutation{work(seconds:2)}")
            await toy.until(lambda: toy.ledger.begun == 2)
            toy.shut_down()
            await toy.served
        assert (toy.ledger.ended, toy.ledger.cancelled) == (0, 0)
        await toy.until(lambda: toy.ledger.ended == 2)
        assert toy.ledger.cancelled == 0
        assert (await posting).status_code == 500
