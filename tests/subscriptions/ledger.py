"""A database made of lists, whoever watches it, and a small world of two processes around both."""

import asyncio
import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from domain.seat_maps import SeatMapChange, SeatState
from subscriptions.live import Inbox, Live, Resync

SEATS = [f"{row}{number}" for row in "ABCDE" for number in range(1, 11)]
NEVER = 3600.0


@dataclass
class Ledger:
    """The Source of seat maps: every change that was ever committed, in order."""

    committed: dict[UUID, list[SeatMapChange]] = field(default_factory=dict)
    kept_since: int = 0
    broken: set[UUID] = field(default_factory=set)
    position_reads: int = 0
    change_reads: int = 0
    slowness: float = 0.001

    def commit(self, showtime_id: UUID) -> SeatMapChange:
        """One seat changes; returns what is to be announced."""
        changes = self.committed.setdefault(showtime_id, [])
        seats = {random.choice(SEATS): random.choice(list(SeatState))}
        changes.append(SeatMapChange(showtime_id, len(changes), len(changes) + 1, 0, seats))
        return changes[-1]

    def version(self, showtime_id: UUID) -> int:
        """How many changes there were."""
        return len(self.committed.get(showtime_id, []))

    def snapshot(self, showtime_id: UUID) -> dict[str, SeatState]:
        """The state of every seat that ever changed."""
        seats: dict[str, SeatState] = {}
        for change in self.committed.get(showtime_id, []):
            seats.update(change.seats)
        return seats

    async def positions(self, ids: Collection[UUID]) -> dict[UUID, int]:
        self.position_reads += 1
        await asyncio.sleep(self.slowness)
        self._refuse_broken(ids)
        return {showtime_id: self.version(showtime_id) for showtime_id in ids}

    async def changes(self, showtime_id: UUID, since: int, until: int) -> SeatMapChange | None:
        self.change_reads += 1
        await asyncio.sleep(self.slowness)
        self._refuse_broken([showtime_id])
        wanted = self.committed.get(showtime_id, [])[since:until]
        if since < self.kept_since or not wanted:
            return None
        merged = wanted[0]
        for change in wanted[1:]:
            merged = merged.then(change)
        return merged

    def _refuse_broken(self, ids: Collection[UUID]) -> None:
        if self.broken.intersection(ids):
            raise LookupError("The database is not there.")


@dataclass
class Viewer:
    """Someone who looks at a seat map: a snapshot, then every change, each beginning where the last one ended."""

    ledger: Ledger
    showtime_id: UUID
    version: int = 0
    seats: dict[str, SeatState] = field(default_factory=dict)
    resyncs: int = 0
    items: int = 0
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self, live: Live, slowness: float = 0.0) -> None:
        """Watch until cancelled; fails when the chain breaks or goes back."""
        async with live.listen(f"seat-map:{self.showtime_id}") as inbox:
            await asyncio.sleep(random.uniform(0, slowness))
            self.read_snapshot()
            assert self.version >= inbox.version, "the snapshot is older than what the inbox begins with"
            self.entered.set()
            await self._follow(inbox, slowness)

    def read_snapshot(self) -> None:
        self.version, self.seats = self.ledger.version(self.showtime_id), self.ledger.snapshot(self.showtime_id)

    async def _follow(self, inbox: Inbox, slowness: float) -> None:
        chain = inbox.version
        async for item in inbox:
            self.items += 1
            if isinstance(item, Resync):
                self.resyncs += 1
                self.read_snapshot()
                assert self.version >= item.version
            else:
                assert isinstance(item, SeatMapChange)
                assert item.since == chain, f"a change since {item.since} came after version {chain}"
                self._apply(item)
            chain = item.version
            await asyncio.sleep(random.uniform(0, slowness))

    def _apply(self, change: SeatMapChange) -> None:
        if change.version <= self.version:
            return  # the snapshot has it already
        self.version = change.version
        self.seats = {**self.seats, **change.seats}

    @property
    def up_to_date(self) -> bool:
        """Whether this viewer sees exactly what is in the database."""
        if self.version != self.ledger.version(self.showtime_id):
            return False
        assert self.seats == self.ledger.snapshot(self.showtime_id), "right version, wrong seats"
        return True


class Audience:
    """Viewers that watch until the block ends; a viewer that fails fails the test."""

    def __init__(self, live: Live, *viewers: Viewer, slowness: float = 0.0) -> None:
        self.viewers = viewers
        self._work = [viewer.watch(live, slowness) for viewer in viewers]
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(work) for work in self._work]
        entered = asyncio.gather(*(viewer.entered.wait() for viewer in self.viewers))
        done, _ = await asyncio.wait({entered, *self._tasks}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        assert entered.done(), "the viewers did not get in"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            assert isinstance(outcome, asyncio.CancelledError), outcome

    async def healed(self, within: float) -> float:
        """Wait until everyone sees what is in the database; how long it took."""
        return await eventually(lambda: all(viewer.up_to_date for viewer in self.viewers), within)


async def eventually(condition: Callable[[], bool], within: float) -> float:
    """Wait for a condition, at most so many seconds; how long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, f"not so within {within} seconds"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


@dataclass
class World:
    """Where things happen, where they are watched, and what is true."""

    ledger: Ledger
    here: Live
    there: Live

    def change(self, showtime_id: UUID) -> SeatMapChange:
        """Commit a change and announce it from the one process."""
        change = self.ledger.commit(showtime_id)
        self.here.announce(change)
        return change

    async def keep_changing(self, showtime_id: UUID, *, per_second: int, seconds: float) -> None:
        """Change something again and again."""
        for _ in range(int(per_second * seconds)):
            self.change(showtime_id)
            await asyncio.sleep(1 / per_second)
