"""The live wire on `memory://` and on a real Valkey: the same promises, one suite."""

import asyncio
import random
from collections.abc import AsyncIterator, Collection
from contextvars import ContextVar
from uuid import UUID, uuid4

import pytest
import redis.asyncio as redis

from domain.events import encode
from domain.seat_maps import SeatMapChange
from subscriptions import live as wire
from subscriptions.live import Live, Resync
from tests.subscriptions.ledger import NEVER, Audience, Ledger, Viewer, World, eventually

pytestmark = pytest.mark.once

SHOWTIME = UUID("00000000-0000-4000-8000-000000000042")
TOPIC = f"seat-map:{SHOWTIME}"


@pytest.fixture(params=["memory", "valkey"])
def url(request: pytest.FixtureRequest) -> str:
    return "memory://" if request.param == "memory" else str(request.getfixturevalue("redis_url"))


@pytest.fixture
def reconcile_seconds(request: pytest.FixtureRequest) -> float:
    """So long that nothing in a test is healed by it, unless the test asks for it."""
    return float(getattr(request, "param", NEVER))


@pytest.fixture
async def world(url: str, reconcile_seconds: float) -> AsyncIterator[World]:
    """In memory one process announces and watches; on Valkey there are two."""
    ledger = Ledger()
    here = Live(url, {"seat-map": ledger}, reconcile_seconds=reconcile_seconds)
    there = here if url.startswith("memory") else Live(url, {"seat-map": ledger}, reconcile_seconds=reconcile_seconds)
    processes = {id(live): live for live in (here, there)}.values()
    for live in processes:
        await live.start()
    yield World(ledger, here, there)
    for live in processes:
        await live.stop()


def viewers(world: World, number: int, showtime_id: UUID = SHOWTIME) -> list[Viewer]:
    return [Viewer(world.ledger, showtime_id) for _ in range(number)]


async def test_twenty_first_watchers_all_receive(world: World) -> None:
    async with Audience(world.there, *viewers(world, 20)) as audience:
        world.change(SHOWTIME)
        await audience.healed(within=1)
        assert [viewer.items for viewer in audience.viewers] == [1] * 20


async def test_the_only_watcher_of_the_only_topic_receives(world: World) -> None:
    async with Audience(world.there, *viewers(world, 1)) as audience:
        for _ in range(20):
            world.change(SHOWTIME)
            await audience.healed(within=1)
        assert audience.viewers[0].items == 20
    assert world.ledger.change_reads == 0


async def test_five_hundred_at_once_cost_one_subscription_and_one_query(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = world.there._wire.broadcast._backend
    subscribed: list[str] = []
    subscribe = backend.subscribe

    async def counted(channel: str) -> None:
        subscribed.append(channel)
        await subscribe(channel)

    monkeypatch.setattr(backend, "subscribe", counted)
    async with Audience(world.there, *viewers(world, 500)) as audience:
        world.change(SHOWTIME)
        await audience.healed(within=2)
    assert subscribed == [TOPIC]
    assert world.ledger.position_reads == 1


async def test_a_chain_without_gaps_under_a_storm(world: World) -> None:
    async with Audience(world.there, *viewers(world, 20), slowness=0.01) as audience:
        changes = [world.ledger.commit(SHOWTIME) for _ in range(1_000)]
        for start in range(0, 1_000, 10):
            for change in mangled(changes[start : start + 10]):
                world.here.announce(change)
            await asyncio.sleep(0.002)
        world.change(SHOWTIME)  # the last one arrives, and shows what is missing
        await audience.healed(within=3)
        assert [viewer.resyncs for viewer in audience.viewers] == [0] * 20


def mangled(changes: list[SeatMapChange]) -> list[SeatMapChange]:
    """One in five is lost, one in five comes twice, and the order is any."""
    sent = [change for change in changes for _ in range(random.choice([0, 1, 1, 1, 2]))]
    random.shuffle(sent)
    return sent


async def test_a_late_change_is_waited_for_before_anyone_is_asked(world: World) -> None:
    async with Audience(world.there, *viewers(world, 1)) as audience:
        first, second, third = (world.ledger.commit(SHOWTIME) for _ in range(3))
        for change in (third, second, first):
            world.here.announce(change)
        await audience.healed(within=1)
    assert world.ledger.change_reads == 0


async def test_a_change_from_far_ahead_is_bridged_with_one_query(world: World) -> None:
    async with Audience(world.there, *viewers(world, 50)) as audience:
        for _ in range(99):
            world.ledger.commit(SHOWTIME)
        world.change(SHOWTIME)
        await audience.healed(within=1)
        assert {viewer.items for viewer in audience.viewers} <= {1, 2}
    assert world.ledger.change_reads == 1
    assert world.there.health()["healed"] == 1


async def test_a_version_that_nobody_has_does_not_stop_the_topic(world: World) -> None:
    async with Audience(world.there, *viewers(world, 1)) as audience:
        world.here.announce(SeatMapChange(SHOWTIME, 900, 901, 0, {}))
        await asyncio.sleep(0.1)
        world.change(SHOWTIME)
        await audience.healed(within=1)
        assert (audience.viewers[0].items, audience.viewers[0].resyncs) == (1, 0)


@pytest.mark.parametrize("reconcile_seconds", [1.0], indirect=True)
async def test_the_last_change_before_silence_is_found(world: World) -> None:
    async with Audience(world.there, *viewers(world, 5)) as audience:
        world.change(SHOWTIME)
        await audience.healed(within=1)
        world.ledger.commit(SHOWTIME)  # committed, and never announced
        await audience.healed(within=2)
    assert world.there.health()["healed"] == 1


@pytest.mark.parametrize("reconcile_seconds", [0.1], indirect=True)
async def test_one_query_looks_after_all_topics(world: World) -> None:
    showtimes = [uuid4() for _ in range(30)]
    everyone = [viewer for showtime_id in showtimes for viewer in viewers(world, 1, showtime_id)]
    async with Audience(world.there, *everyone) as audience:
        for showtime_id in showtimes:
            world.ledger.commit(showtime_id)
        before = world.ledger.position_reads
        await audience.healed(within=1)
        assert world.ledger.position_reads - before <= 5


async def test_who_does_not_look_has_one_merged_change(world: World) -> None:
    async with world.there.listen(TOPIC) as inbox:
        for _ in range(1_000):
            world.change(SHOWTIME)
            await asyncio.sleep(0)
        await eventually(lambda: world.there._topics[TOPIC]._chain.position == 1_000, within=2)
        change = await anext(inbox)
        assert isinstance(change, SeatMapChange)
        assert (change.since, change.version) == (0, 1_000)
        assert change.seats == world.ledger.snapshot(SHOWTIME)
        assert inbox.version == 1_000


async def test_what_is_no_longer_kept_is_resynced(world: World) -> None:
    async with Audience(world.there, *viewers(world, 3)) as audience:
        for _ in range(9):
            world.ledger.commit(SHOWTIME)
        world.ledger.kept_since = 5
        world.change(SHOWTIME)
        await audience.healed(within=1)
        world.change(SHOWTIME)
        await audience.healed(within=1)
        assert [viewer.resyncs for viewer in audience.viewers] == [1, 1, 1]


async def test_a_resync_that_waits_swallows_what_follows(world: World) -> None:
    async with world.there.listen(TOPIC) as inbox:
        world.ledger.kept_since = NEVER
        world.ledger.commit(SHOWTIME)
        world.change(SHOWTIME)
        await eventually(lambda: world.there._topics[TOPIC]._chain.position == 2, within=1)
        world.change(SHOWTIME)
        await eventually(lambda: world.there._topics[TOPIC]._chain.position == 3, within=1)
        assert await anext(inbox) == Resync(3)


async def test_snapshot_and_stream_meet_without_a_gap(world: World) -> None:
    changing = asyncio.create_task(world.keep_changing(SHOWTIME, per_second=1_000, seconds=1))
    async with Audience(world.there, *viewers(world, 5)) as first:
        await asyncio.sleep(0.2)
        async with Audience(world.there, *viewers(world, 40), slowness=0.02) as later:
            await changing
            await first.healed(within=2)
            await later.healed(within=2)


async def test_a_broken_topic_leaves_the_others_alone(world: World) -> None:
    broken = uuid4()
    async with Audience(world.there, *viewers(world, 1), *viewers(world, 1, broken)) as audience:
        world.ledger.broken.add(broken)
        for showtime_id in (broken, SHOWTIME):
            world.ledger.commit(showtime_id)
            world.change(showtime_id)
        await eventually(lambda: audience.viewers[0].up_to_date, within=1)
        assert not audience.viewers[1].up_to_date
        await eventually(lambda: world.there.health()["failures"] != 0, within=1)
        world.ledger.broken.clear()
        await audience.healed(within=1)


async def test_a_topic_whose_position_cannot_be_read_refuses_everyone_and_then_recovers(world: World) -> None:
    world.ledger.broken.add(SHOWTIME)

    async def try_to_watch() -> None:
        async with world.there.listen(TOPIC):
            pytest.fail("there is no position")

    outcomes = await asyncio.gather(*(try_to_watch() for _ in range(20)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {LookupError}
    assert world.ledger.position_reads == 1
    world.ledger.broken.clear()
    async with Audience(world.there, *viewers(world, 1)) as audience:
        world.change(SHOWTIME)
        await audience.healed(within=1)


async def test_rubbish_on_the_wire_is_counted_and_forgotten(world: World) -> None:
    elsewhere = SeatMapChange(uuid4(), 0, 1, 0, {})
    async with Audience(world.there, *viewers(world, 1)) as audience:
        for rubbish in (b"", b"[]", b'{"kind": "booking"}', b"\xff\x00", encode(elsewhere)):
            await world.here._wire.broadcast.publish(TOPIC, rubbish)
        world.change(SHOWTIME)
        await audience.healed(within=1)
    assert world.there.health()["failures"] == 4


WHO_ASKS: ContextVar[str] = ContextVar("WHO_ASKS", default="the server")


async def test_the_wire_asks_the_database_as_the_server(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task of a request would inherit its transaction, which is over by then."""
    asked: list[str] = []

    async def positions(ids: Collection[UUID]) -> dict[UUID, int]:
        asked.append(WHO_ASKS.get())
        return dict.fromkeys(ids, 0)

    async def changes(showtime_id: UUID, since: int, until: int) -> SeatMapChange:
        asked.append(WHO_ASKS.get())
        return SeatMapChange(showtime_id, since, until, 0, {})

    monkeypatch.setattr(world.ledger, "positions", positions)
    monkeypatch.setattr(world.ledger, "changes", changes)
    before = WHO_ASKS.set("a request")
    async with world.here.listen(TOPIC) as inbox:
        world.here.announce(SeatMapChange(SHOWTIME, 5, 6, 0, {}))
        assert (await anext(inbox)).version == 6
    WHO_ASKS.reset(before)  # the next test's world is made in this very context
    assert asked == ["the server", "the server"]


async def test_own_announcements_are_heard_before_announce_returns(world: World) -> None:
    async with world.here.listen(TOPIC) as inbox:
        world.change(SHOWTIME)
        item = await asyncio.wait_for(anext(inbox), 0.001)
        assert item.version == 1


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
