"""How many watch, in all processes: on `memory://` and on a real Valkey."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from subscriptions import presence
from subscriptions.live import Live
from subscriptions.presence import CHANNEL, Presence, here, watched_by
from tests.subscriptions.ledger import NEVER, eventually
from tests.valkey import ValkeyServer

pytestmark = pytest.mark.once

EVERY = 0.05
Process = tuple[Live, Presence, dict[str, int]]


@pytest.fixture
async def start() -> AsyncIterator[Callable[[str], Awaitable[Process]]]:
    """Starts a process that watches what the dictionary says."""
    async with AsyncExitStack() as stack:

        async def process(url: str, every: float = EVERY) -> Process:
            live = Live(url, {}, reconcile_seconds=NEVER)
            await live.start()
            stack.push_async_callback(live.stop)
            watched: dict[str, int] = {}
            crowd = Presence(live.wire, every, lambda: {topic: number for topic, number in watched.items() if number})
            await crowd.start()
            stack.push_async_callback(crowd.stop)
            return live, crowd, watched

        yield process


def test_a_crowd_is_counted_when_somebody_asks() -> None:
    before, people = dict(here()), ["Ana"]
    with watched_by("seat-map:1", people), watched_by("seat-map:1", (None,)), watched_by("seat-map:2", []):
        assert dict(here()) == before | {"seat-map:1": 2}
        people.append("Ben")
        assert dict(here()) == before | {"seat-map:1": 3}
        people.clear()
        assert dict(here()) == before | {"seat-map:1": 1}
    assert dict(here()) == before
    assert not {"seat-map:1", "seat-map:2"} & presence._crowds.keys()


def test_whatever_ends_a_crowd_ends_its_counting() -> None:
    with pytest.raises(KeyError), watched_by("seat-map:1", [1, 2]):
        raise KeyError
    assert "seat-map:1" not in presence._crowds


async def test_one_process_without_redis_counts_its_own_once(start: Callable[..., Awaitable[Process]]) -> None:
    _, crowd, watched = await start("memory://")
    watched["a"] = 3
    await asyncio.sleep(3 * EVERY)
    assert dict(crowd.viewers()) == {"a": 3}
    watched["a"] = 0
    assert dict(crowd.viewers()) == {}


async def test_three_processes_know_of_each_other(redis_url: str, start: Callable[..., Awaitable[Process]]) -> None:
    processes = [await start(redis_url) for _ in range(3)]
    for number, (_, _, watched) in enumerate(processes, start=1):
        watched.update({"all": number, f"only {number}": 1})
    everything = {"all": 6, "only 1": 1, "only 2": 1, "only 3": 1}
    for _, crowd, _ in processes:
        await eventually(lambda crowd=crowd: dict(crowd.viewers()) == everything, within=5)
    processes[0][2].clear()
    for _, crowd, _ in processes:
        await eventually(lambda crowd=crowd: dict(crowd.viewers()) == {"all": 5, "only 2": 1, "only 3": 1}, within=5)


async def test_a_process_that_stops_says_so(redis_url: str, start: Callable[..., Awaitable[Process]]) -> None:
    _, mine, _ = await start(redis_url, every=NEVER)
    _, other, watched = await start(redis_url)
    watched["a"] = 7
    await eventually(lambda: dict(mine.viewers()) == {"a": 7}, within=5)
    await other.stop()
    await eventually(lambda: dict(mine.viewers()) == {}, within=5)


async def test_a_process_that_vanishes_is_forgotten_after_three_silences(
    redis_url: str, start: Callable[..., Awaitable[Process]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mine, _ = await start(redis_url, every=2.0)
    _, other, watched = await start(redis_url)
    watched["a"] = 7
    await eventually(lambda: dict(mine.viewers()) == {"a": 7}, within=5)
    assert other._telling is not None
    await other._telling.stop()  # as if it had been killed
    await asyncio.sleep(2 * EVERY)
    now = presence.time.monotonic()
    monkeypatch.setattr(presence.time, "monotonic", lambda: now + 5.5)
    assert dict(mine.viewers()) == {"a": 7}
    monkeypatch.setattr(presence.time, "monotonic", lambda: now + 6.5)
    assert dict(mine.viewers()) == {}
    assert mine._heard == {}


async def test_nobody_is_told_of_nobody(
    redis_url: str, start: Callable[..., Awaitable[Process]], monkeypatch: pytest.MonkeyPatch
) -> None:
    live, _, watched = await start(redis_url)
    published: list[str] = []
    backend = live.wire.broadcast._backend
    real = backend.publish

    async def publish(channel: str, message: str) -> None:
        published.append(channel)
        await real(channel, message)

    monkeypatch.setattr(backend, "publish", publish)
    await asyncio.sleep(4 * EVERY)
    assert published == []
    watched["a"] = 1
    await eventually(lambda: len(published) > 1, within=5)
    watched.clear()
    await asyncio.sleep(2 * EVERY)
    told = len(published)
    await asyncio.sleep(4 * EVERY)
    assert len(published) == told  # the last word was that there is nobody
    assert set(published) == {CHANNEL}


async def test_words_that_make_no_sense_are_passed_over(
    redis_url: str, start: Callable[..., Awaitable[Process]]
) -> None:
    live, _, _ = await start(redis_url)
    _, mine, _ = await start(redis_url)
    for word in ("", "[]", "{}", '{"from": 1, "viewers": {}}', '{"from": "x", "viewers": {"a": "many"}}', "\x00"):
        await live.wire.broadcast.publish(CHANNEL, word)
    await live.wire.broadcast.publish(CHANNEL, '{"from": "x", "viewers": {"a": 2}}')
    await eventually(lambda: dict(mine.viewers()) == {"a": 2}, within=5)


async def test_while_redis_is_away_each_knows_its_own_and_afterwards_all(
    valkey_server: ValkeyServer, start: Callable[..., Awaitable[Process]]
) -> None:
    (_, mine, here_), (_, other, there) = await start(valkey_server.url), await start(valkey_server.url)
    here_["a"], there["a"] = 1, 2
    await eventually(lambda: dict(mine.viewers()) == {"a": 3}, within=5)
    valkey_server.kill()
    await eventually(lambda: dict(mine.viewers()) == {"a": 1}, within=5)
    valkey_server.restart()
    for crowd in (mine, other):
        await eventually(lambda crowd=crowd: dict(crowd.viewers()) == {"a": 3}, within=10)
