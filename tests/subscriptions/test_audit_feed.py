"""The feed tells each entry of the audit log once and in order, whatever order the commits come in."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from uuid import UUID

import pytest

from domain.access import Actor
from domain.traces import Trace
from models.audit_log import AuditEntry
from resolvers.unit_of_work import unit_of_work
from subscriptions import audit_feed
from subscriptions.audit_feed import Feed, Inbox, Reader, entries
from tests.databases import Database
from tests.thoroughness import tries

WRITERS = tries(24, thorough=60)
EACH = tries(12, thorough=100)
ANA = Actor(user_id=UUID(int=7))


class Watcher:
    """Somebody who watches, and the numbers they have seen."""

    def __init__(self, patience: float) -> None:
        self.seen: list[int] = []
        self._patience = patience

    async def watch(self) -> None:
        async with aclosing(entries(0.02, self._patience)) as told:
            async for entry in told:
                self.seen.append(entry.number)


@asynccontextmanager
async def watching(count: int = 1, patience: float = 60.0) -> AsyncIterator[list[Watcher]]:
    """Watchers who know where the log is."""
    watchers = [Watcher(patience) for _ in range(count)]
    tasks = [asyncio.create_task(watcher.watch()) for watcher in watchers]
    async with asyncio.timeout(10):
        while not (feeds := list(audit_feed._feeds.values())) or feeds[0]._seen < 0:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
    yield watchers
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert audit_feed._feeds == {}


@pytest.fixture(autouse=True)
def nobody_left() -> Iterator[None]:
    yield
    audit_feed._feeds.clear()


async def write(action: str = "EDIT", *, pause: float = 0.0, fails: bool = False) -> None:
    """One traced operation, which takes a while between its trace and its commit."""
    async with unit_of_work() as work:
        await work.record(ANA, Trace(action, "Movie", UUID(int=1)))
        await asyncio.sleep(pause)
        if fails:
            raise ConnectionError


@asynccontextmanager
async def under_way(action: str) -> AsyncIterator[None]:
    """A traced operation that has drawn its number, and commits when the block ends."""
    written, go_on = asyncio.Event(), asyncio.Event()

    async def operate() -> None:
        async with unit_of_work() as work:
            await work.record(ANA, Trace(action, "Movie", UUID(int=1)))
            written.set()
            await go_on.wait()

    operation = asyncio.create_task(operate())
    await written.wait()
    try:
        yield
    finally:
        go_on.set()
        await operation


async def until(seen: list[int], wanted: list[int]) -> None:
    """Wait until they have been seen, and a little longer for what should not come."""
    async with asyncio.timeout(20):
        while len(seen) < len(wanted):  # noqa: ASYNC110 - a list knows no event
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert seen == wanted


async def numbers() -> list[int]:
    return [entry.number for entry in await AuditEntry.all().order_by("number")]


async def test_whoever_watches_a_storm_sees_exactly_the_table(database: Database) -> None:
    await write("BEFORE")
    chance = random.Random(6)

    async def busy() -> None:
        for _ in range(EACH):
            fails = chance.random() < 0.1
            try:
                await write(pause=chance.random() / 200, fails=fails)
            except ConnectionError:
                assert fails

    async with watching(3, patience=2.0) as watchers:
        await asyncio.gather(*(busy() for _ in range(WRITERS)))
        [_, *written] = await numbers()
        assert len(written) > WRITERS * EACH * 0.8
        for watcher in watchers:
            await until(watcher.seen, written)


async def test_an_entry_whose_commit_comes_later_is_waited_for(database: Database, backend: str) -> None:
    async with watching() as [watcher]:
        async with under_way("SLOW"):
            quick = asyncio.create_task(write("QUICK"))
            if backend == "postgres":  # on SQLite, who writes waits for the one who is writing
                await quick
                await asyncio.sleep(0.1)
                assert watcher.seen == []  # its number is the higher one
        await quick
        first, second = await AuditEntry.all().order_by("number")
        assert [first.action, second.action] == ["SLOW", "QUICK"]
        await until(watcher.seen, [first.number, second.number])


async def test_who_has_no_patience_is_told_late_but_told(database: Database, backend: str) -> None:
    """The control of the test above: without waiting, the order is that of the commits."""
    if backend == "sqlite":
        return  # where they are the same
    async with watching(patience=0.0) as [watcher]:
        async with under_way("SLOW"):
            await write("QUICK")
            quick = [(await AuditEntry.get()).number]
            await until(watcher.seen, quick)
        await until(watcher.seen, [*quick, (await AuditEntry.get(action="SLOW")).number])


async def test_what_was_being_written_when_somebody_came_is_told(database: Database, backend: str) -> None:
    if backend == "sqlite":
        return  # where whoever looks waits for the one who writes
    await write("BEFORE")
    async with AsyncExitStack() as operation:
        await operation.enter_async_context(under_way("SLOW"))
        await write("QUICK")  # has a higher number, and is there already
        async with watching(patience=0.05) as [watcher]:
            await operation.aclose()
            number = (await AuditEntry.get(action="SLOW")).number
            await until(watcher.seen, [number])


async def test_nothing_is_lost_while_the_database_is_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching() as [watcher]:
        with monkeypatch.context() as broken:
            broken.setattr(AuditEntry, "beyond", lambda *_: 1 / 0)
            await write()
            await asyncio.sleep(0.1)
            assert watcher.seen == []
        await write()
        await until(watcher.seen, await numbers())


async def test_a_number_that_never_comes_is_not_waited_for_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    reader = Reader(patience=0.05)
    assert await reader.look() == []
    with pytest.raises(ConnectionError):
        await write(fails=True)
    await write()
    assert [entry.number for entry in await reader.look()] == ([] if backend == "postgres" else [1])
    await asyncio.sleep(0.06)
    assert [entry.number for entry in await reader.look()] == ([2] if backend == "postgres" else [])
    monkeypatch.setattr(audit_feed, "GIVEN_UP_SECONDS", 0.0)
    await reader.look()
    assert reader._missing == {}


async def test_many_watchers_are_one_reader(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, looks = Feed(Reader()), []

    async def look(_reader: Reader) -> list[AuditEntry]:
        looks.append(1)
        await asyncio.sleep(0.01)
        return []

    monkeypatch.setattr(Reader, "look", look)
    await asyncio.gather(*(feed.look(1) for _ in range(50)))
    await feed.look(1)
    assert len(looks) == 1
    await feed.look(2)
    assert len(looks) == 2


@pytest.mark.once
async def test_who_takes_nothing_is_let_go_rather_than_told_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_feed, "AT_MOST", 3)
    inbox, told = Inbox(), [AuditEntry(number=number) for number in range(1, 5)]
    inbox.put(told[:2])
    inbox.put(told[2:])
    inbox.put(told[:1])
    assert (inbox.overflown, [entry.number for entry in inbox.entries]) == (True, [1, 2])
