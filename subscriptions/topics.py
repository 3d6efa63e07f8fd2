"""One topic in this process: one broadcaster subscription, one position, any number of watchers."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

from domain.events import Event, decode
from subscriptions.chain import Chain
from subscriptions.inbox import Inbox, Item, Resync
from subscriptions.wire import Wire

PATIENCE_SECONDS = 0.025
RETRY_SECONDS = 0.5
QUERY_SECONDS = 5.0


class Source(Protocol):
    """Where one kind of topic is kept for good: the database."""

    async def positions(self, ids: Collection[UUID], /) -> dict[UUID, int]:
        """The current version of each."""
        ...

    async def changes(self, id: UUID, since: int, until: int, /) -> Event | None:
        """All changes from one version to another, merged; None when they are no longer kept."""
        ...


class Topic:
    """Listens once, whatever the number of watchers, and gives each the same contiguous chain."""

    def __init__(self, name: str, source: Source, wire: Wire, predecessor: asyncio.Task[None] | None) -> None:
        self.name = name
        self.kind, _, identity = name.partition(":")
        self.id = UUID(identity)
        self.inboxes: set[Inbox] = set()
        self._source = source
        self._wire = wire
        self._chain = Chain()
        self._opened = asyncio.Event()
        self._failure: Exception | None = None
        self._repair: asyncio.Task[None] | None = None
        self._subscribed = False
        self._left = False
        self._life = wire.spawn(self._live(predecessor), f"topic {name}")

    def join(self, inbox: Inbox) -> None:
        """Add a watcher; its chain begins at the topic's position."""
        self.inboxes.add(inbox)
        inbox.version = self._chain.position or 0

    async def opened(self) -> None:
        """Wait until the subscription stands and the position is known."""
        await self._opened.wait()
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    def accept(self, event: Event) -> None:
        """Take an event, from this process or from the wire, and pass on what is next."""
        if event.topic == self.name:
            self._pass_on(self._chain.accept(event))
            self._repair_if_behind()

    def notice(self, version: int) -> None:
        """The database is at this version; fetch what has not come."""
        self._chain.notice(version)
        self._repair_if_behind()

    def close(self) -> asyncio.Task[None]:
        """Stop listening; once the task it returns is done, the name is free."""
        self._left = True
        if self._repair is not None:
            self._repair.cancel()
        if self._subscribed:
            self._life.cancel()
        return self._life

    async def _live(self, predecessor: asyncio.Task[None] | None) -> None:
        if predecessor is not None:
            await asyncio.wait({predecessor})
        try:
            if not self._left:
                with self._wire.surviving("topic_deaf", self.name):
                    await self._listen()
        finally:  # whoever still waits for this topic to open must not wait for ever
            self._open(ConnectionError(f"{self.name} cannot be listened to."))

    async def _listen(self) -> None:
        # Broadcast.subscribe breaks when it is cancelled halfway, so close() cancels only what comes after it.
        async with self._wire.broadcast.subscribe(self.name) as subscriber:
            if self._left:
                return
            self._subscribed = True
            self._repair = self._wire.spawn(self._learn_position(), f"position {self.name}")
            while True:
                message = await subscriber.get()
                with self._wire.surviving("message_refused", self.name):
                    self.accept(decode(message.message))

    async def _learn_position(self) -> None:
        try:
            position = await self._read_position()
        except Exception as problem:  # noqa: BLE001 - nothing is swallowed: `opened` raises it to everyone who waits
            self._open(problem)
            return
        for inbox in self.inboxes:
            inbox.version = position
        self._pass_on(self._chain.begin(position))
        self._open(None)
        await self._repair_gaps()

    async def _read_position(self) -> int:
        return (await self._source.positions([self.id])).get(self.id, 0)

    def _open(self, failure: Exception | None) -> None:
        if not self._opened.is_set():
            self._failure = failure
            self._opened.set()

    def _pass_on(self, items: Iterable[Item]) -> None:
        for item in items:
            for inbox in self.inboxes:
                inbox.put(item)

    def _repair_if_behind(self) -> None:
        if self._chain.behind and not self._left and (self._repair is None or self._repair.done()):
            self._repair = self._wire.spawn(self._repair_gaps(), f"repair {self.name}")

    async def _repair_gaps(self) -> None:
        pause = PATIENCE_SECONDS  # what is missing is often only late
        while self._chain.behind:
            await asyncio.sleep(pause)
            pause = RETRY_SECONDS
            with self._wire.surviving("repair_failed", self.name):
                async with self._wire.repairs, asyncio.timeout(QUERY_SECONDS):
                    await self._fetch_missing()
                pause = PATIENCE_SECONDS

    async def _fetch_missing(self) -> None:
        since, until = self._chain.position, self._chain.target
        if since is None or until <= since:
            return
        missed = await self._source.changes(self.id, since, until)
        if missed is not None and missed.since != since:
            raise ValueError(f"Asked for changes since {since}, the source gave those since {missed.since}.")
        item: Item = missed if missed is not None else Resync(await self._read_position())
        if self._chain.position != since:  # it came by itself meanwhile
            return
        if item.version <= since:
            self._chain.give_up()
            return
        self._pass_on([item, *self._chain.begin(item.version)])
        self._wire.healed += 1
