"""The live wire on `memory://` and on a real Valkey: the same promises, one suite."""

import asyncio
import random
from collections.abc import Collection
from contextvars import ContextVar
from uuid import UUID, uuid4

import pytest

from domain.events import encode
from domain.seat_maps import SeatMapChange
from subscriptions.live import Resync
from tests.subscriptions.ledger import NEVER, Audience, World, eventually
from tests.subscriptions.worlds import SHOWTIME, TOPIC, reconcile_seconds, url, viewers, world

__all__ = ["reconcile_seconds", "url", "world"]

pytestmark = pytest.mark.once


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
