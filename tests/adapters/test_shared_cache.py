"""The shared cache on a real Valkey, and what its callers notice of one that dies, hangs or forgets: next to nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import redis.asyncio as redis

from adapters.cache import SharedCache
from tests.services import free_port
from tests.subscriptions.faults import FreezingProxy
from tests.valkey import ValkeyServer

pytestmark = pytest.mark.once

AMPLE = 5.0  # what a busy machine may need; where hanging is the point, patience is short
SHORT = 0.1
NEVER = 3600.0


@asynccontextmanager
async def cache(url: str, *, patience: float = AMPLE, pause: float = NEVER) -> AsyncIterator[SharedCache]:
    opened = SharedCache(url, patience=patience, pause=pause)
    yield opened
    await opened.close()


async def connections_to(url: str) -> int:
    """How many connections a Valkey has taken, without this one."""
    async with redis.Redis.from_url(url) as client:
        return int((await client.info("stats"))["total_connections_received"]) - 1


async def test_what_one_process_puts_another_gets(redis_url: str) -> None:
    async with cache(redis_url) as here, cache(redis_url) as there:
        assert await there.get("answer") is None
        await here.put("answer", b"\x00\xff42", 60)
        assert await there.get("answer") == b"\x00\xff42"
        await there.put("answer", b"", 60)
        assert await here.get("answer") == b""


async def test_keys_are_in_a_namespace_and_end(redis_url: str) -> None:
    async with cache(redis_url) as here, redis.Redis.from_url(redis_url) as client:
        await here.put("answer", b"42", 60)
        await here.put("soon over", b"1", 0.0001)
        assert await client.keys("*") in ([b"marquee:answer"], [b"marquee:answer", b"marquee:soon over"])
        assert 59_000 < await client.pttl("marquee:answer") <= 60_000
        await asyncio.sleep(0.01)
        assert await here.get("soon over") is None


async def test_a_value_of_another_kind_is_nothing_and_no_error(redis_url: str) -> None:
    async with cache(redis_url) as here, redis.Redis.from_url(redis_url) as client:
        await client.lpush("marquee:answer", "42")
        assert await here.get("answer") is None


async def test_nobody_listens_there() -> None:
    async with cache(f"redis://127.0.0.1:{free_port()}/0") as here:
        await here.put("answer", b"42", 60)
        assert await here.get("answer") is None


async def test_a_killed_one_is_used_again_when_it_is_back(valkey_server: ValkeyServer) -> None:
    async with cache(valkey_server.url, pause=0.2) as here:
        await here.put("answer", b"42", 60)
        valkey_server.kill()
        assert await here.get("answer") is None
        await here.put("answer", b"42", 60)
        valkey_server.start()
        assert await here.get("answer") is None, "it is left alone for a while"
        await asyncio.sleep(0.25)
        await here.put("answer", b"43", 60)
        assert await here.get("answer") == b"43"


async def test_a_restart_between_two_calls_goes_unnoticed(valkey_server: ValkeyServer) -> None:
    async with cache(valkey_server.url) as here:
        await here.put("answer", b"42", 60)
        valkey_server.restart()
        await here.put("answer", b"43", 60)
        assert await here.get("answer") == b"43"


@pytest.mark.parametrize(("pause", "attempts"), [(NEVER, 1), (0.0, 20)], ids=["guarded", "control"])
async def test_a_frozen_one_is_asked_once(valkey_server: ValkeyServer, pause: float, attempts: int) -> None:
    """Nineteen callers after a failure; each that asked would have come with a connection of its own."""
    before = await connections_to(valkey_server.url) + 1
    async with cache(valkey_server.url, patience=SHORT, pause=pause) as here:
        valkey_server.pause()
        assert await here.get("answer") is None
        for _ in range(9):
            await here.put("answer", b"42", 60)
            assert await here.get("answer") is None
        await here.put("answer", b"42", 60)
        valkey_server.resume()
        assert await connections_to(valkey_server.url) - before == attempts


async def test_one_that_freezes_in_use_is_left_alone(valkey_server: ValkeyServer) -> None:
    async with cache(valkey_server.url) as here:
        await here.put("answer", b"42", 60)
        here._circuit._patience = SHORT
        valkey_server.pause()
        assert await asyncio.gather(*(here.get("answer") for _ in range(20))) == [None] * 20
        valkey_server.resume()
        assert await here.get("answer") is None, "the pause is not over"


async def test_after_the_pause_one_caller_asks_for_all(valkey_server: ValkeyServer) -> None:
    async with cache(valkey_server.url, patience=SHORT, pause=0.3) as here:
        valkey_server.pause()
        assert await here.get("answer") is None
        await asyncio.sleep(0.35)
        waiting = [asyncio.create_task(here.get("answer")) for _ in range(50)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert sum(not task.done() for task in waiting) == 1
        assert await asyncio.gather(*waiting) == [None] * 50


async def test_an_answer_that_comes_too_late_is_not_taken_for_another(valkey_server: ValkeyServer) -> None:
    async with (
        FreezingProxy(valkey_server.port) as proxy,
        cache(valkey_server.url) as direct,
        cache(proxy.url, patience=SHORT, pause=0) as here,
    ):
        await direct.put("one", b"1", 60)
        await direct.put("two", b"2", 60)
        assert await here.get("one") == b"1"
        for _ in range(5):
            proxy.freeze()
            assert await here.get("one") is None
            proxy.thaw()
            ends = time.monotonic() + AMPLE
            while (found := await here.get("two")) is None:
                assert time.monotonic() < ends
            assert found == b"2"


async def test_a_caller_who_leaves_spoils_nothing(valkey_server: ValkeyServer) -> None:
    async with cache(valkey_server.url) as here:
        await here.put("one", b"1", 60)
        await here.put("two", b"2", 60)
        valkey_server.pause()
        leaving = asyncio.create_task(here.get("one"))
        await asyncio.sleep(0.05)
        leaving.cancel()
        await asyncio.wait({leaving})
        valkey_server.resume()
        assert leaving.cancelled()
        assert await here.get("two") == b"2"
