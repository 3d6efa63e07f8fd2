"""Who a websocket belongs to, and when it must end because that person's token or session has."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.routes.toy import Client, Toy, toy_server, ws

pytestmark = pytest.mark.once


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with toy_server() as running:
        yield running


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
async def test_a_token_in_connection_init(toy: Toy, name: str) -> None:
    actor = toy.log_in("alive")
    async with ws(toy) as client:
        await client.init(**{name: "Bearer alive"})
        assert (await client.run("{whoami}"))["data"]["whoami"].startswith(str(actor.session_id))
    await toy.until(lambda: not toy.watchers)


@pytest.mark.parametrize("payload", [{}, {"Authorization": None}, {"Authorization": ""}])
async def test_no_token_is_nobody(toy: Toy, payload: dict[str, object]) -> None:
    async with ws(toy) as client:
        await client.init(**payload)
        assert (await client.run("{whoami}"))["data"]["whoami"].startswith("None")
    assert not toy.watchers


@pytest.mark.parametrize(
    "token", ["Bearer dead", "alive", "Basic alive", "Bearer", "garbage", 1, {}, ["Bearer alive"], True]
)
async def test_dead_and_garbage_tokens(toy: Toy, token: object) -> None:
    toy.log_in("alive")
    async with ws(toy) as client:
        await client.send({"type": "connection_init", "payload": {"Authorization": token}})
        assert await client.closed() == (4403, "Forbidden")
    assert not toy.watchers


async def test_a_login_that_breaks_is_our_fault_and_says_nothing(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    async with ws(toy) as client:
        await client.send({"type": "connection_init", "payload": {"Authorization": "Bearer explode"}})
        assert await client.closed() == (4500, "Internal server error")
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["A websocket failed"]


async def busy(toy: Toy, client: Client, token: str) -> None:
    """A socket with a stream, a query and a mutation under way."""
    await client.init(Authorization=f"Bearer {token}")
    await client.subscribe("subscription{count(pause:0.01)}", "stream")
    await client.subscribe("{slow}", "query")
    await client.subscribe("mutation{work(seconds:0.5)}", "mutation")
    await toy.until(lambda: toy.ledger.begun == 2)


async def nothing_left_but_the_mutation(toy: Toy) -> None:
    await toy.until(lambda: toy.ledger.streams == 0 and not toy.app.sockets and not toy.watchers)
    await toy.until(lambda: toy.ledger.ended == 1)
    assert toy.ledger.cancelled == 0


async def test_the_token_expires(toy: Toy) -> None:
    toy.log_in("short", seconds=0.5)
    async with ws(toy) as client:
        await busy(toy, client, "short")
        assert await client.closed() == (4403, "The access token has expired")
    await nothing_left_but_the_mutation(toy)


async def test_a_token_that_has_just_expired(toy: Toy) -> None:
    toy.log_in("late", seconds=-1)
    async with ws(toy) as client:
        await client.send({"type": "connection_init", "payload": {"Authorization": "Bearer late"}})
        assert (await client.closed())[0] == 4403


async def test_the_session_ends(toy: Toy) -> None:
    actor = toy.log_in("alive")
    async with ws(toy) as client, ws(toy) as stranger:
        await busy(toy, client, "alive")
        await stranger.init()
        toy.watchers[actor.session_id]()
        began = asyncio.get_running_loop().time()
        assert await client.closed() == (4403, "The session has ended")
        assert asyncio.get_running_loop().time() - began < 1
        assert await stranger.run("{hello}") == {"data": {"hello": "hello world"}}
    await nothing_left_but_the_mutation(toy)


async def test_no_event_after_the_end(toy: Toy) -> None:
    """What was sent before the end may still be on its way; nothing is sent after it."""
    actor = toy.log_in("alive")
    async with ws(toy) as client:
        await client.init(Authorization="Bearer alive")
        await client.subscribe("subscription{count}")
        await client.hear()
        (socket,) = toy.app.sockets
        sent: list[object] = []
        send = socket._websocket.send_text

        async def listen(text: str) -> None:
            sent.append(text)
            await send(text)

        socket._websocket.send_text = listen
        await toy.until(lambda: len(sent) > 3)
        toy.watchers[actor.session_id]()
        sent.clear()
        assert (await client.closed())[0] == 4403
        assert sent == []


async def test_every_operation_has_a_request_id_of_its_own(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        ids = set()
        for _ in range(3):
            ids.add((await client.run("{forbidden}"))["errors"][0]["extensions"]["requestId"])
    assert len(ids) == 3
