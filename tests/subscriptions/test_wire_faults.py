"""What Redis can do to us: die, restart, hang, forget a connection, throw subscribers out. Nothing may be missed.

`reconcile` is asleep in these tests, so it is the connection itself that must notice, come back and catch up.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

import pytest
import redis.asyncio as redis

from subscriptions.live import Live
from tests.subscriptions.faults import FreezingProxy
from tests.subscriptions.ledger import NEVER, Audience, Ledger, Viewer, World, eventually
from tests.valkey import ValkeyServer

pytestmark = pytest.mark.once

SHOWTIME = UUID("00000000-0000-4000-8000-000000000042")
HEALED_SECONDS = 3.0
ENTER_SECONDS = 1.0


@asynccontextmanager
async def two_processes(url: str, reconcile_seconds: float = NEVER) -> AsyncIterator[World]:
    """One that announces and one that watches."""
    ledger = Ledger()
    here, there = (Live(url, {"seat-map": ledger}, reconcile_seconds=reconcile_seconds) for _ in range(2))
    await here.start()
    await there.start()
    yield World(ledger, here, there)
    await here.stop()
    await there.stop()


@pytest.fixture
async def world(valkey_server: ValkeyServer) -> AsyncIterator[World]:
    async with two_processes(valkey_server.url) as world:
        yield world


@pytest.fixture
def frozen_when_asked(valkey_server: ValkeyServer) -> Iterator[ValkeyServer]:
    """A server that is let go again even when the test fails."""
    yield valkey_server
    valkey_server.resume()


def watched(world: World) -> Audience:
    return Audience(world.there, *(Viewer(world.ledger, SHOWTIME) for _ in range(20)))


async def outlast(world: World, seconds: float) -> None:
    """Things go on happening meanwhile, and announcing them takes no time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.perf_counter()
        world.change(SHOWTIME)
        assert time.perf_counter() - began < 0.5
        await asyncio.sleep(0.01)


async def assert_the_wire_works(world: World, audience: Audience) -> None:
    """Not only caught up: soon the next five changes come by themselves, without a look into the database."""
    ends = time.monotonic() + HEALED_SECONDS
    while not await five_changes_arrive_unaided(world, audience):
        assert time.monotonic() < ends, "every map is right, but only because the database was asked"
    await eventually(lambda: world.here.health()["connected"] is world.there.health()["connected"] is True, within=2)


async def five_changes_arrive_unaided(world: World, audience: Audience) -> bool:
    reads = world.ledger.change_reads
    arrived = [change.version for change in (world.change(SHOWTIME) for _ in range(5))]
    with suppress(AssertionError):
        await audience.healed(within=0.5)
        return world.ledger.change_reads == reads and all(viewer.version == arrived[-1] for viewer in audience.viewers)
    return False


async def test_killed_and_started_again(world: World, valkey_server: ValkeyServer) -> None:
    async with watched(world) as audience:
        await outlast(world, 0.3)
        valkey_server.kill()
        await outlast(world, 2)
        assert world.there.health()["connected"] is False
        valkey_server.start()
        await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_restarted_at_once(world: World, valkey_server: ValkeyServer) -> None:
    async with watched(world) as audience:
        for _ in range(3):
            valkey_server.restart()
            world.change(SHOWTIME)
            await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_frozen_for_ten_seconds(world: World, frozen_when_asked: ValkeyServer) -> None:
    async with watched(world) as audience:
        await outlast(world, 0.3)
        frozen_when_asked.pause()
        await outlast(world, 10)
        frozen_when_asked.resume()
        await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_subscribers_thrown_out_five_times(world: World, valkey_server: ValkeyServer) -> None:
    async with redis.Redis.from_url(valkey_server.url) as client, watched(world) as audience:
        for _ in range(5):
            await outlast(world, 0.2)
            await client.client_kill_filter(_type="pubsub")
        await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_a_subscriber_that_redis_finds_too_slow(world: World, valkey_server: ValkeyServer) -> None:
    async with redis.Redis.from_url(valkey_server.url) as client, watched(world) as audience:
        await client.config_set("client-output-buffer-limit", "pubsub 1mb 512kb 1")
        flood = "for _ = 1, 500 do redis.call('PUBLISH', KEYS[1], string.rep('x', 10000)) end"
        for _ in range(3):
            await client.eval(flood, 1, f"seat-map:{SHOWTIME}")
            await outlast(world, 0.2)
        assert (await client.info("stats"))["client_output_buffer_limit_disconnections"] >= 1
        await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_a_connection_that_was_forgotten_is_noticed(valkey_server: ValkeyServer) -> None:
    async with (
        FreezingProxy(valkey_server.port) as proxy,
        two_processes(proxy.url) as world,
        watched(world) as audience,
    ):
        await outlast(world, 0.3)
        proxy.forget()
        world.change(SHOWTIME)
        await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_a_half_open_connection(valkey_server: ValkeyServer) -> None:
    async with (
        FreezingProxy(valkey_server.port) as proxy,
        two_processes(proxy.url) as world,
        watched(world) as audience,
    ):
        await outlast(world, 0.3)
        proxy.freeze()
        await outlast(world, 3)
        assert world.there.health()["connected"] is False
        proxy.thaw()
        await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_without_redis_reconcile_carries_every_map(valkey_server: ValkeyServer) -> None:
    valkey_server.kill()
    async with two_processes(valkey_server.url, reconcile_seconds=0.5) as world:
        began = time.monotonic()
        async with watched(world) as audience:
            assert time.monotonic() - began < 0.5  # there is nobody to wait for
            await outlast(world, 1)
            await audience.healed(1)
            valkey_server.start()
            await assert_the_wire_works(world, audience)


async def test_a_process_hears_itself_without_redis(world: World, valkey_server: ValkeyServer) -> None:
    valkey_server.kill()
    async with world.here.listen(f"seat-map:{SHOWTIME}") as inbox:
        for version in range(1, 6):
            world.change(SHOWTIME)
            item = await asyncio.wait_for(anext(inbox), 0.1)
            assert item.version == version


async def test_watching_begins_promptly_while_redis_hangs(world: World, frozen_when_asked: ValkeyServer) -> None:
    frozen_when_asked.pause()
    for _ in range(6):
        began = time.monotonic()
        async with world.there.listen(f"seat-map:{uuid4()}"):
            assert time.monotonic() - began < ENTER_SECONDS
        async with world.there.listen(f"seat-map:{SHOWTIME}"):  # the same again, while its last visit still ends
            assert time.monotonic() - began < 2 * ENTER_SECONDS


async def test_watching_begins_when_redis_has_confirmed(world: World, frozen_when_asked: ValkeyServer) -> None:
    viewer = Viewer(world.ledger, SHOWTIME)
    frozen_when_asked.pause()
    watching = asyncio.create_task(viewer.watch(world.there))
    await asyncio.sleep(0.1)
    assert not viewer.entered.is_set()
    frozen_when_asked.resume()
    await asyncio.wait_for(viewer.entered.wait(), 0.1)
    async with redis.Redis.from_url(frozen_when_asked.url) as client:
        assert await client.pubsub_channels() == [f"seat-map:{SHOWTIME}".encode()]
    watching.cancel()
    await asyncio.wait({watching})


async def test_a_topic_left_while_redis_hangs_holds_nobody_up(world: World, frozen_when_asked: ValkeyServer) -> None:
    async with watched(world) as audience:
        frozen_when_asked.pause()
        async with world.there.listen(f"seat-map:{uuid4()}"):
            world.change(SHOWTIME)
        frozen_when_asked.restart()
        await audience.healed(HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_a_topic_opened_while_redis_hangs_is_heard_afterwards(
    world: World, frozen_when_asked: ValkeyServer
) -> None:
    frozen_when_asked.pause()
    async with watched(world) as audience:
        await asyncio.sleep(0.5)
        frozen_when_asked.resume()
        await eventually(lambda: not world.there._redis._unanswered, within=HEALED_SECONDS)
        await assert_the_wire_works(world, audience)


async def test_nothing_is_left_behind_by_a_fault(world: World, valkey_server: ValkeyServer) -> None:
    before = asyncio.all_tasks()
    async with watched(world):
        valkey_server.restart()
    await eventually(lambda: asyncio.all_tasks() == before, within=2)
    await eventually(lambda: bool(world.there.health()["connected"]), within=HEALED_SECONDS)
    async with redis.Redis.from_url(valkey_server.url) as client:
        assert await client.pubsub_channels() == []
