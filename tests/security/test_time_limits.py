"""Nobody who is slow keeps anybody else waiting: heads, bodies and queries have their time, mutations have all of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from domain.wrong_calls import OperationTimedOut
from models import database as engine
from schema.shielding import within
from tests.databases import settings_for
from tests.routes.toy import Toy, toy_server, ws
from tests.servers import StartServer

pytestmark = pytest.mark.once
SHORT = 0.3
LONG = 60.0
BODY = json.dumps({"query": "mutation{work}"}).encode()
CROWD = 200


def head(length: int = len(BODY), path: str = "/graphql") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with toy_server(read_seconds=SHORT, operation_seconds=SHORT) as running:
        yield running


SLOW: dict[str, Callable[[bytes], bytes]] = {
    "says nothing": lambda request: b"",
    "one letter": lambda request: request[:1],
    "half a head": lambda request: request[:40],
    "a head without its end": lambda request: request[: request.index(b"\r\n\r\n") + 2],
}


@pytest.mark.parametrize("part", SLOW.values(), ids=SLOW.keys())
async def test_who_does_not_say_what_they_want_is_let_go(toy: Toy, part: Callable[[bytes], bytes]) -> None:
    async with toy.connection() as (reader, writer):
        writer.write(part(head() + BODY))
        assert await reader.read() == b""


async def last_words(reader: asyncio.StreamReader) -> bytes:
    """What is said before the connection ends; where something was on its way, it ends with a reset."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


async def test_a_head_that_drips_in_is_not_waited_for(toy: Toy) -> None:
    async with toy.connection() as (reader, writer):
        gone = asyncio.create_task(last_words(reader))
        sent = 0
        for letter in head() * 100:
            if gone.done() or writer.is_closing():
                break
            writer.write(bytes([letter]))
            sent += 1
            await asyncio.sleep(SHORT / 20)
        assert (await gone, 1 < sent < len(head())) == (b"", True)


async def test_the_second_request_of_a_connection_has_no_more_time(toy: Toy) -> None:
    async with toy.connection() as (reader, writer):
        writer.write(head() + BODY)
        assert b"200 OK" in await reader.readuntil(b'{"data":{"work":"no key"}}')
        writer.write(head()[:30])
        assert await reader.read() == b""
    assert toy.ledger.begun == 1


@pytest.mark.parametrize("part", [0, 1, len(BODY) - 1])
async def test_a_body_that_does_not_come_is_refused(toy: Toy, part: int) -> None:
    async with toy.connection() as (reader, writer):
        writer.write(head() + BODY[:part])
        said, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in said.lower()
    (error,) = json.loads(body)["errors"]
    assert (error["message"], error["extensions"]["code"]) == (
        "The body took longer than 0.3 seconds to come.",
        "TIMEOUT",
    )
    assert toy.ledger.begun == 0


async def test_a_chunked_body_that_drips_in_is_not_waited_for(toy: Toy) -> None:
    start = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with toy.connection() as (reader, writer):
        answer = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
        writer.write(start)
        while not answer.done():
            writer.write(b"1\r\n \r\n")
            await asyncio.sleep(SHORT / 20)
        assert (await answer).startswith(b"HTTP/1.1 408 ")


async def test_a_crowd_of_the_slow_keeps_nobody_waiting() -> None:
    async with toy_server(read_seconds=LONG) as toy:
        crowd = [await asyncio.open_connection("127.0.0.1", toy.port) for _ in range(CROWD)]
        for number, (_, writer) in enumerate(crowd):
            writer.write(head()[:30] if number % 2 else head() + BODY[:5])
            await writer.drain()
        for _ in range(20):
            assert await toy.post("{hello}") == {"data": {"hello": "hello world"}}
        assert toy.ledger.begun == 0
        for _, writer in crowd:
            writer.close()


@pytest.mark.parametrize("path", ["/webhooks/sandbox", "/graphql"])
async def test_every_door_that_reads_a_body_reads_only_so_much_for_so_long(
    database_url: str, start_server: StartServer, path: str
) -> None:
    async with start_server(database_url=database_url, env={"READ_SECONDS": str(SHORT)}) as server:
        large = await server.client.post(path, content=b" " * 100_001, headers={"Content-Type": "application/json"})
        assert large.status_code == 413
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(head(path=path) + BODY[:5])
        async with asyncio.timeout(10):
            assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_query_that_takes_too_long_is_cut_off(toy: Toy) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(toy.url, json={"query": "{slow}"})
    assert answer.status_code == 503
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "TIMEOUT"
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert toy.ledger.begun == 1
    async with ws(toy) as socket:
        await socket.init()
        await socket.subscribe("{slow}")
        message = await socket.hear()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "TIMEOUT")
        assert await socket.run("{hello}", "2") == {"data": {"hello": "hello world"}}


async def test_a_mutation_that_takes_longer_is_answered_late_and_not_by_half(toy: Toy) -> None:
    answer = await toy.post(f"mutation{{work(seconds:{3 * SHORT})}}")
    assert answer == {"data": {"work": "no key"}}
    assert (toy.ledger.ended, toy.ledger.cancelled) == (1, 0)


async def test_a_stream_may_take_its_time(toy: Toy) -> None:
    async with ws(toy) as socket:
        await socket.init()
        await socket.subscribe(f"subscription{{count(to:4,pause:{SHORT / 2})}}")
        assert [(await socket.hear()).get("payload") for _ in range(4)] == [{"data": {"count": n}} for n in range(4)]


async def look_for_ever() -> None:
    while True:
        await engine.is_reachable()


async def test_a_query_that_was_cut_off_leaves_the_database_usable(database_url: str) -> None:
    """On SQLite there is one connection: a read that is given up must not keep it."""
    await engine.connect(settings_for(database_url))
    try:
        for delay in (0.0, 0.0001, 0.001):
            for _ in range(20):
                with pytest.raises(OperationTimedOut):
                    await within(delay, look_for_ever())
        await engine.is_reachable()
    finally:
        await engine.disconnect()
