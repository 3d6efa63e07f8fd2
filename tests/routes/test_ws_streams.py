"""What becomes of operations on a websocket when they break, are given up, or lose their client."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator

import pytest

from schema import shielding
from tests.routes.toy import Toy, toy_server, ws

pytestmark = pytest.mark.once
SECRET = "hunter2"


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with toy_server() as running:
        yield running


async def nothing_is_left(toy: Toy) -> None:
    await toy.until(lambda: not toy.app.sockets and toy.ledger.streams == 0 and shielding.running() == 0)
    ours = [task for task in asyncio.all_tasks() if "routes/" in str(task.get_coro())]
    assert ours == []


async def test_a_stream_that_breaks_says_only_that(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.subscribe("subscription{breaks}")
        heard = [await client.hear() for _ in range(2)]
        await client.send({"type": "ping"})
        assert await client.hear() == {"type": "pong"}
    assert [message["type"] for message in heard] == ["next", "error"]
    (error,) = heard[1]["payload"]
    assert error["extensions"].keys() == {"code", "requestId"}
    assert error["extensions"]["code"] == "INTERNAL"
    assert SECRET not in str(heard)
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


async def test_a_stream_that_is_refused_says_why(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.subscribe("subscription{refuses}")
        message = await client.hear()
    assert SECRET not in str(message)
    assert "FORBIDDEN" in str(message)


async def test_complete_runs_what_a_stream_does_last(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.subscribe("subscription{count(pause:60)}")
        await client.hear()
        assert toy.ledger.streams == 1
        await client.send({"id": "1", "type": "complete"})
        await toy.until(lambda: toy.ledger.streams == 0 and toy.running() == 0)


async def test_a_completed_query_is_stopped(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.subscribe("{slow}")
        await toy.until(lambda: toy.ledger.begun == 1)
        await client.send({"id": "1", "type": "complete"})
        await toy.until(lambda: toy.running() == 0)
    assert not toy.ledger.release.is_set()


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_a_client_that_vanishes_leaves_nothing_behind(toy: Toy, how: str) -> None:
    toy.log_in("alive")
    async with ws(toy, max_queue=None) as client:  # it reads all the while, so that a farewell is answered at once
        await client.init(Authorization="Bearer alive")
        for number in range(20):
            await client.subscribe("subscription{count(pause:0.01)}", str(number))
        await client.subscribe("{slow}", "slow")
        await client.subscribe("mutation{work(seconds:0.2)}", "work")
        await toy.until(lambda: toy.ledger.streams == 20 and toy.ledger.begun == 2)
        if how == "abort":
            client.connection.transport.abort()
        else:
            await client.connection.close()
    await nothing_is_left(toy)
    assert (toy.ledger.ended, toy.ledger.cancelled, toy.watchers) == (1, 0, {})


async def test_five_hundred_clients_that_come_and_go(toy: Toy) -> None:
    """Vanishing at any moment: before the ack, between messages, in the middle of an operation."""
    chance = random.Random(8)
    queries = ["subscription{count}", "subscription{breaks}", "{slow}", "mutation{work(seconds:0.01)}", "{"]

    async def visit() -> None:
        async with ws(toy) as client:
            await client.send({"type": "connection_init"})
            for number in range(chance.randrange(5)):
                await client.subscribe(chance.choice(queries), str(number))
                if chance.random() < 0.5:
                    await client.send({"id": str(number), "type": "complete"})
            await asyncio.sleep(chance.random() / 20)
            client.connection.transport.abort()

    for _ in range(25):
        await asyncio.gather(*(visit() for _ in range(20)))
    await nothing_is_left(toy)
    gc.collect()
    assert toy.ledger.cancelled == 0
    async with ws(toy) as client:
        await client.init()
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}


async def test_the_caller_of_shielded_work_goes_away(caplog: pytest.LogCaptureFixture) -> None:
    ended = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0.05)
        ended.set()

    caller = asyncio.create_task(shielding.shielded(work()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert shielding.running() == 1
    assert not await shielding.drained(0.001)
    assert await shielding.drained(5)
    assert ended.is_set()


async def test_what_shielded_work_gives_and_raises() -> None:
    async def give() -> int:
        return 7

    async def fail() -> None:
        raise LookupError("lost")

    assert await shielding.shielded(give()) == 7
    with pytest.raises(LookupError, match="lost"):
        await shielding.shielded(fail())
