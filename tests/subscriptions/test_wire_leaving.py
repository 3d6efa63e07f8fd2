"""Who leaves, comes back or is sent away: nothing is lost on the way, and nothing is left behind."""

import asyncio
import random
from uuid import uuid4

import pytest
import redis.asyncio as redis

from subscriptions import live as wire
from tests.subscriptions.ledger import Audience, Viewer, World, eventually
from tests.subscriptions.worlds import SHOWTIME, TOPIC, reconcile_seconds, url, viewers, world

__all__ = ["reconcile_seconds", "url", "world"]

pytestmark = pytest.mark.once


async def test_leaving_and_coming_back_loses_nothing(world: World) -> None:
    for _ in range(30):
        async with Audience(world.there, *viewers(world, 2)) as audience:
            world.change(SHOWTIME)
            await audience.healed(within=1)
    assert world.ledger.change_reads == 0


@pytest.fixture
def slow_to_subscribe(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis takes its time, so that watchers can leave and come back meanwhile."""
    backend = world.there._wire.broadcast._backend
    subscribe = backend.subscribe

    async def slowly(channel: str) -> None:
        await asyncio.sleep(0.05)
        await subscribe(channel)
        await asyncio.sleep(0.05)

    monkeypatch.setattr(backend, "subscribe", slowly)


@pytest.mark.usefixtures("slow_to_subscribe")
async def test_leaving_while_the_subscription_is_being_made(world: World, url: str) -> None:
    before = asyncio.all_tasks()
    for seconds in (0.0, 0.02, 0.07):
        watching = asyncio.create_task(Viewer(world.ledger, SHOWTIME).watch(world.there))
        await asyncio.sleep(seconds)
        watching.cancel()
        await asyncio.wait({watching})
    async with Audience(world.there, *viewers(world, 3)) as audience:  # while the last of them is still leaving
        world.change(SHOWTIME)
        await audience.healed(within=1)
    await eventually(lambda: asyncio.all_tasks() == before, within=1)
    assert world.there._wire.broadcast._subscribers == {}
    assert world.there.health()["failures"] == 0
    assert await channels_of(url) == []


async def test_leaving_ends_a_repair_that_never_succeeds(world: World) -> None:
    before = asyncio.all_tasks()
    async with Audience(world.there, *viewers(world, 1)):
        world.ledger.broken.add(SHOWTIME)
        world.ledger.commit(SHOWTIME)
        world.change(SHOWTIME)
        await eventually(lambda: world.there.health()["failures"] != 0, within=1)
    await eventually(lambda: asyncio.all_tasks() == before, within=0.3)


async def test_nothing_is_left_behind(world: World, url: str) -> None:
    before = asyncio.all_tasks()
    showtimes = [uuid4() for _ in range(10)]
    changing = [asyncio.create_task(world.keep_changing(each, per_second=200, seconds=1)) for each in showtimes]
    watching = [
        asyncio.create_task(Viewer(world.ledger, random.choice(showtimes)).watch(world.there)) for _ in range(200)
    ]
    for task in random.sample(watching, len(watching)):
        await asyncio.sleep(random.choice([0, 0, 0.0005, 0.002]))
        task.cancel()
    outcomes = await asyncio.gather(*watching, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}
    await asyncio.gather(*changing)
    await eventually(lambda: asyncio.all_tasks() == before, within=2)
    assert (world.there.health()["topics"], world.there.health()["watchers"]) == (0, 0)
    assert world.there.health()["failures"] == 0
    assert world.there._leaving == {}
    assert world.there._wire.broadcast._subscribers == {}
    assert await channels_of(url) == []


async def channels_of(url: str) -> list[bytes]:
    if url.startswith("memory"):
        return []
    async with redis.Redis.from_url(url) as client:
        return list(await client.pubsub_channels())


async def test_stopping_ends_every_stream(world: World) -> None:
    async def watch() -> list[int]:
        async with world.there.listen(TOPIC) as inbox:
            return [item.version async for item in inbox]

    watching = [asyncio.create_task(watch()) for _ in range(10)]
    await eventually(lambda: world.there.health()["watchers"] == 10, within=1)
    await asyncio.sleep(0.05)
    world.there.announce(world.ledger.commit(SHOWTIME))
    await world.there.stop()
    assert await asyncio.gather(*watching) == [[1]] * 10
    with pytest.raises(RuntimeError):
        async with world.there.listen(TOPIC):
            pytest.fail("nobody is there to listen")


async def test_stopping_refuses_whoever_is_just_coming_in(world: World) -> None:
    world.ledger.slowness = 60
    watching = asyncio.create_task(Viewer(world.ledger, SHOWTIME).watch(world.there))
    await eventually(lambda: world.ledger.position_reads == 1, within=1)
    await world.there.stop()
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(watching, 1)


async def test_a_full_outbox_drops_and_never_delays(world: World) -> None:
    for _ in range(5_000):
        world.change(SHOWTIME)  # nothing else runs meanwhile
    assert world.here.health()["dropped"] == 4_000
    async with Audience(world.here, *viewers(world, 1)) as audience:
        world.change(SHOWTIME)
        await audience.healed(within=2)


async def test_the_process_announces_on_the_wire_it_uses(world: World) -> None:
    wire.announce(world.ledger.commit(SHOWTIME))  # no wire yet: nobody hears, nothing fails
    with pytest.raises(RuntimeError):
        wire.current()
    wire.use(world.here)
    try:
        async with Audience(world.there, *viewers(world, 1)) as audience:
            wire.announce(world.ledger.commit(SHOWTIME))
            await audience.healed(within=1)
        assert wire.current() is world.here
    finally:
        wire.use(None)
