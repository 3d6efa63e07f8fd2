"""Why there is a backend of our own: what `broadcaster` does with its own Redis backend. These tests are the control.

When one of them fails, `broadcaster` or redis-py has been repaired, and `subscriptions/backend.py` may be too much.
"""

import asyncio

import pytest
import redis.asyncio as redis
from broadcaster import Broadcast

from subscriptions.backend import RedisBackend

pytestmark = pytest.mark.once


async def received(broadcast: Broadcast, redis_url: str, subscribers: int) -> list[bool]:
    """Whether each of some subscribers that come at the same moment hears a message within a second."""
    ready = asyncio.Semaphore(0)

    async def hear() -> bool:
        async with broadcast.subscribe("news") as subscriber:
            ready.release()
            message = await asyncio.wait_for(subscriber.get(), 1)
            return message is not None and message.message == "hello"

    tasks = [asyncio.create_task(hear()) for _ in range(subscribers)]
    for _ in range(subscribers):
        await ready.acquire()
    await asyncio.sleep(0.1)
    async with redis.Redis.from_url(redis_url) as client:
        await client.publish("news", "hello")
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    return [outcome is True for outcome in outcomes]


async def test_the_first_subscriber_of_the_stock_backend_is_deaf(redis_url: str) -> None:
    async with Broadcast(redis_url) as broadcast:
        assert await received(broadcast, redis_url, 1) == [False]


async def test_the_first_subscriber_of_ours_hears(redis_url: str) -> None:
    async with Broadcast(backend=RedisBackend(redis_url, on_return=lambda: None)) as broadcast:
        assert await received(broadcast, redis_url, 1) == [True]


async def test_subscribers_who_come_together_displace_each_other(redis_url: str) -> None:
    """In `broadcaster` itself, so it concerns our backend too: hence one subscription a topic in `subscriptions`."""
    async with Broadcast(backend=RedisBackend(redis_url, on_return=lambda: None)) as broadcast:
        assert sum(await received(broadcast, redis_url, 20)) < 20


async def test_the_stock_backend_is_deaf_after_one_lost_connection(redis_url: str) -> None:
    async with (
        redis.Redis.from_url(redis_url) as client,
        Broadcast(redis_url) as broadcast,
        broadcast.subscribe("wakes the reader"),
        broadcast.subscribe("and again"),
    ):
        assert await received(broadcast, redis_url, 1) == [True]
        await client.client_kill_filter(_type="pubsub")
        await asyncio.sleep(0.2)
        assert await received(broadcast, redis_url, 1) == [False]
        with pytest.raises(redis.ConnectionError):  # the reader has died, and nobody was told until now
            await broadcast._backend._listener


async def test_ours_hears_again_after_a_lost_connection(redis_url: str) -> None:
    returns: list[bool] = []
    backend = RedisBackend(redis_url, on_return=lambda: returns.append(True))
    async with redis.Redis.from_url(redis_url) as client, Broadcast(backend=backend) as broadcast:
        async with broadcast.subscribe("wakes the reader"), broadcast.subscribe("and again"):
            await client.client_kill_filter(_type="pubsub")
            await asyncio.sleep(0.3)
            assert await received(broadcast, redis_url, 1) == [True]
        assert returns == [True]
