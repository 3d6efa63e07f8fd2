"""What one websocket, and all of them together, may take."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.routes.toy import Toy, toy_server, ws

pytestmark = pytest.mark.once
INIT = {"type": "connection_init"}
SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": "subscription{count(pause:60)}"}}


@pytest.fixture(scope="module")
async def toy() -> AsyncIterator[Toy]:
    async with toy_server(ws_init_seconds=0.3, ws_operations_max=3, ws_max_message_bytes=65_536) as running:
        yield running


@pytest.fixture(autouse=True)
async def nothing_is_left(toy: Toy) -> AsyncIterator[None]:
    """After every case, whatever it did."""
    yield
    toy.ledger.release.set()
    await toy.until(lambda: not toy.app.sockets and toy.ledger.streams == 0)
    toy.ledger.release.clear()
    toy.ledger.begun = toy.ledger.ended = toy.ledger.cancelled = 0


async def test_more_operations_than_allowed(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        for number in range(3):
            await client.subscribe("{slow}", str(number))
        await client.subscribe("{hello}", "too many")
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", "too many")
        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        toy.ledger.release.set()
        assert sorted([(await client.hear())["id"] for _ in range(6)]) == ["0", "0", "1", "1", "2", "2"]
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}


async def test_more_sockets_of_one_address_than_allowed() -> None:
    async with toy_server(ws_sockets_per_address=2) as crowded:
        async with AsyncExitStack() as stack:
            for _ in range(2):
                await (await stack.enter_async_context(ws(crowded))).init()
            with pytest.raises(InvalidStatus) as refusal:
                async with ws(crowded):
                    pass
            assert refusal.value.response.status_code == 429
            assert refusal.value.response.headers["Retry-After"] == "5"
            assert len(crowded.app.sockets) == 2
        await crowded.until(lambda: not crowded.app.sockets)
        async with ws(crowded) as client:
            await client.init()


async def test_more_sockets_of_one_person_than_allowed() -> None:
    async with toy_server(ws_sockets_per_user=1) as crowded:
        crowded.log_in()
        async with ws(crowded) as first:
            await first.init(Authorization="Bearer token-of-alice")
            async with ws(crowded) as second:
                await second.send({**INIT, "payload": {"Authorization": "Bearer token-of-alice"}})
                assert (await second.closed())[0] == 1013
            assert await first.run("{hello}") == {"data": {"hello": "hello world"}}
        await crowded.until(lambda: not crowded.app.sockets)
        assert crowded.app._attendance._open == {}
        async with ws(crowded) as again:
            await again.init(Authorization="Bearer token-of-alice")


async def test_ids_do_not_count_tasks_do(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        for number in range(2000):
            await client.subscribe("subscription{lingers}", str(number))
            await client.send({"id": str(number), "type": "complete"})
        await client.send({"type": "ping"})
        while (await client.hear())["type"] != "pong":
            pass
        assert toy.running() <= 3
        assert toy.ledger.streams <= 3


async def test_three_hundred_who_never_say_who_they_are() -> None:
    async with toy_server(ws_init_seconds=4) as toy, AsyncExitStack() as stack:  # 300 are to be there at once
        clients = await asyncio.gather(*(stack.enter_async_context(ws(toy)) for _ in range(300)))
        assert len(toy.app.sockets) == 300
        assert {(await client.closed())[0] for client in clients} == {4408}
        assert (await toy.post("{hello}"))["data"] == {"hello": "hello world"}
        await toy.until(lambda: not toy.app.sockets)


async def test_mutations_nobody_waits_for_count_too(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        for number in range(50):
            await client.subscribe("mutation{work(seconds:0.5)}", str(number))
            await client.send({"id": str(number), "type": "complete"})
        await client.send({"type": "ping"})
        while (await client.hear())["type"] != "pong":
            pass
        assert toy.ledger.begun <= 3
    await toy.until(lambda: toy.ledger.ended == toy.ledger.begun)


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_message_over_the_limit(toy: Toy, compressed: bool) -> None:
    async with ws(toy, max_size=None, compression="deflate" if compressed else None) as client:
        assert client.connection.protocol.extensions == []
        with suppress(ConnectionClosed):
            await client.send(" " * (8_000_000 if compressed else 65_537))
        assert (await client.closed())[0] == 1009


async def test_a_compressed_message_nobody_agreed_on(toy: Toy) -> None:
    async with ws(toy) as client:
        bomb = zlib.compress(b" " * 8_000_000)
        client.connection.transport.write(b"\xc1\xfe" + len(bomb).to_bytes(2, "big") + b"\0\0\0\0" + bomb)
        assert (await client.closed())[0] == 1002


async def test_the_server_goes_away() -> None:
    async with toy_server() as toy, ws(toy) as client:
        await client.init()
        toy.shut_down()
        async with asyncio.timeout(1):
            assert (await client.closed())[0] == 1012


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "nonsense", "http://["])
async def test_pages_of_others_may_not_connect(toy: Toy, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with ws(toy, origin=origin):
            pass
    assert refused.value.response.status_code == 403
    assert b"ALLOWED_ORIGINS" in refused.value.response.body


async def test_pages_of_ours_may(toy: Toy) -> None:
    for origin in (None, f"http://127.0.0.1:{toy.port}"):
        async with ws(toy, origin=origin) as client:
            await client.init()
    async with toy_server(allowed_origins="https://cinema.example, https://other.example/") as generous:
        for origin in ("https://cinema.example", "https://other.example"):
            async with ws(generous, origin=origin) as client:
                await client.init()
        with pytest.raises(InvalidStatus):
            async with ws(generous, origin="https://evil.example"):
                pass


async def test_no_more_sockets_than_allowed() -> None:
    async with toy_server(ws_sockets_max=2) as toy:
        async with ws(toy) as one, ws(toy) as two:
            await one.init()
            await two.init()
            with pytest.raises(InvalidStatus) as refused:
                async with ws(toy):
                    pass
            assert refused.value.response.status_code == 503
            assert refused.value.response.headers["Retry-After"] == "5"
            assert (await toy.post("{hello}"))["data"] == {"hello": "hello world"}
        await toy.until(lambda: not toy.app.sockets)
        async with ws(toy) as again:
            await again.init()
