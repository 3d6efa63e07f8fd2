"""From a hold to the last of 5,000 viewers on two processes over Valkey, beside publish/subscribe and a raw loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import redis.asyncio as redis

from bench import raw_pubsub
from bench.crowd import Crowd, crowd, many_files
from bench.figures import Figure, percentile
from bench.house import ENV, open_house
from bench.live import hold
from bench.maps import yardstick
from bench.scale import scaled
from tests.servers import started_server
from tests.valkey import ValkeyServer

VIEWERS = scaled(5_000, 20)
CHANGES = scaled(50, 5)
BESIDE = "Redis publish, and on each of two processes one send_text per viewer"


async def measure(viewers: int = VIEWERS) -> dict[str, list[Figure]]:
    """Fifty changes, each told to everybody: timed from just before the hold is asked for, and from its answer."""
    many_files()
    valkey = ValkeyServer()
    valkey.start()
    try:
        ours = await _ours(valkey.url, viewers)
        raw = await _raw(valkey.url, viewers, ours.message)
    finally:
        valkey.stop()
    title = f"One change to {viewers:,} viewers of two processes"
    return {
        title: [
            Figure("hold sent to last viewer told, p50", percentile(ours.sent, 0.5) * 1000, "ms", raw.p50, BESIDE),
            Figure("hold sent to last viewer told, p99", percentile(ours.sent, 0.99) * 1000, "ms", raw.p99, BESIDE),
            Figure("hold answered to last viewer told, p50", percentile(ours.answered, 0.5) * 1000, "ms"),
            Figure("hold answered to last viewer told, p99", percentile(ours.answered, 0.99) * 1000, "ms"),
        ]
    }


class Timed:
    """How long each change took, and what was told."""

    def __init__(self) -> None:
        self.sent: list[float] = []
        self.answered: list[float] = []
        self.message = b""

    @property
    def p50(self) -> float:
        """Half of them took no longer; milliseconds."""
        return percentile(self.sent, 0.5) * 1000

    @property
    def p99(self) -> float:
        """99 of 100 took no longer; milliseconds."""
        return percentile(self.sent, 0.99) * 1000


async def _ours(redis_url: str, viewers: int) -> Timed:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(
            open_house(showtimes=1, customers=CHANGES, seats=1_976, redis_url=redis_url)
        )
        other = await stack.enter_async_context(
            started_server(database_url=house.database_url, redis_url=redis_url, env=ENV)
        )
        showtime = house.showtime_ids[0]
        near = await stack.enter_async_context(crowd(house.server.port, viewers // 2, showtime))
        far = await stack.enter_async_context(crowd(other.port, viewers // 2, showtime))

        async def change(number: int) -> None:
            await hold(house, 0, number)

        return await _timed(change, (near, far), first=1)


async def _timed(change: Callable[[int], Awaitable[None]], crowds: Sequence[Crowd], first: int) -> Timed:
    timed = Timed()
    for number in range(CHANGES):
        sent = time.perf_counter()
        await change(number)
        answered = time.perf_counter()
        await asyncio.gather(*(each.all_reach(first + number) for each in crowds))
        last = max(each.last for each in crowds)
        timed.sent.append(last - sent)
        timed.answered.append(max(0.0, last - answered))
        await asyncio.sleep(0.05)
    timed.message = crowds[0].text
    return timed


async def _raw(redis_url: str, viewers: int, message: bytes) -> Timed:
    padding = "x" * max(0, len(message) - 60)
    async with AsyncExitStack() as stack:
        publisher = await stack.enter_async_context(redis.Redis.from_url(redis_url, protocol=2))
        ports = [(await stack.enter_async_context(yardstick("bench.raw_pubsub", redis_url)))[0] for _ in range(2)]
        crowds = [await stack.enter_async_context(crowd(port, viewers // 2, raw=True)) for port in ports]

        async def change(number: int) -> None:
            text = f'{{"id":"1","type":"next","payload":{{"version":{number + 1},"x":"{padding}"}}}}'
            await publisher.publish(raw_pubsub.CHANNEL, text)

        return await _timed(change, crowds, first=1)
