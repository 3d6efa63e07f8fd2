"""A map that changes, and people who watch it together or alone."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from domain.layouts import parse_layout
from domain.seat_maps import SeatMap, SeatMapChange, SeatState
from schema.audience import Audience
from subscriptions.inbox import Inbox
from subscriptions.watching import Moment, told

Shown = SeatMap | SeatMapChange
SHOWTIME = UUID(int=7)
EMPTY = SeatMap(SHOWTIME, 0, parse_layout("A ssssssss"), {})


@dataclass
class World:
    """A seat map without a database: its history, and who listens."""

    seat_map: SeatMap = EMPTY
    log: list[SeatMapChange] = field(default_factory=list)
    inboxes: set[Inbox] = field(default_factory=set)
    executed: list[Shown] = field(default_factory=list)
    chance: random.Random = field(default_factory=random.Random)

    def change(self) -> None:
        seats = self.chance.sample([seat.label for seat in EMPTY.layout.seats], 2)
        change = self.seat_map.change(seats, self.chance.choice([SeatState.HELD, SeatState.AVAILABLE]))
        self.seat_map = self.seat_map.apply(change)
        self.log.append(change)
        for inbox in self.inboxes:
            inbox.put(change)

    def watched(self, after: int | None = None) -> "Watching":
        return Watching(self, after)

    async def payload(self, item: Shown) -> bytes:
        await self.pause()
        self.executed.append(item)
        return payload_of(item)

    async def pause(self) -> None:
        for _ in range(self.chance.randrange(4)):
            await asyncio.sleep(0)


@dataclass
class Watching:
    world: World
    after: int | None
    topic: str = "seat-map"

    async def check(self) -> None:
        await self.world.pause()

    async def since(self, version: int | None) -> Moment[Shown]:
        await self.world.pause()
        reached = self.world.seat_map
        await self.world.pause()
        if version is None or not 0 <= version <= reached.version:
            return Moment(None, reached.version, reached)
        if version == reached.version:
            return Moment(version, version, None)
        merged, *later = self.world.log[version : reached.version]
        for change in later:
            merged = merged.then(change)
        return Moment(merged.since, merged.version, merged)

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Moment[Shown]]]:
        await self.world.pause()
        inbox = Inbox()
        self.world.inboxes.add(inbox)
        try:
            yield self.moments(inbox)
        finally:
            self.world.inboxes.discard(inbox)

    async def moments(self, inbox: Inbox) -> AsyncIterator[Moment[Shown]]:
        async for item in inbox:
            assert isinstance(item, SeatMapChange)
            yield Moment(item.since, item.version, item)


def payload_of(item: Shown) -> bytes:
    if isinstance(item, SeatMap):
        return orjson.dumps({"version": item.version, "map": dict(sorted(item.taken.items()))})
    return orjson.dumps({"since": item.since, "version": item.version, "seats": dict(item.seats)})


@dataclass(eq=False)
class Person:
    """A member who may be slow, and remembers."""

    heard: list[bytes] = field(default_factory=list)
    slow: bool = False
    finished: bool | None = None
    ready: list[Callable[[], None]] = field(default_factory=list)
    audience: Audience[Shown] | None = None

    def tell(self, payload: bytes) -> bool:
        if not self.slow:
            self.heard.append(payload)
        return not self.slow

    def when_ready(self, ready: Callable[[], None]) -> None:
        self.ready.append(ready)

    def finish(self, *, failed: bool) -> None:
        self.finished = failed

    def hurry(self) -> None:
        self.slow = False
        waiting, self.ready = self.ready, []
        for ready in waiting:
            ready()

    def map(self, begun: SeatMap = EMPTY) -> dict[str, str]:
        """What this person sees, having applied all they heard; every message must fit what came before."""
        version, seats = begun.version, {label: state.value for label, state in begun.taken.items()}
        for message in map(orjson.loads, self.heard):
            if "map" in message:
                seats = message["map"]
            else:
                assert message["since"] <= version < message["version"], "a gap, or told again"
                seats |= message["seats"]
            version = message["version"]
        return {label: state for label, state in seats.items() if state != "AVAILABLE"}


async def settle() -> None:
    for _ in range(60):
        await asyncio.sleep(0)


def true_map(world: World) -> dict[str, str]:
    return {label: state.value for label, state in world.seat_map.taken.items()}


async def plain(world: World, after: int | None, into: list[bytes]) -> None:
    async for item in told(world.watched(after)):
        into += [payload_of(item)]
