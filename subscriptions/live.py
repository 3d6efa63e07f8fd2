"""The live wire of one process: `announce` what has happened, `listen` to a topic."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import copy_context

from broadcaster import Broadcast

import telemetry
from domain.events import Event
from subscriptions.backend import RedisBackend
from subscriptions.inbox import Inbox, Item, Resync
from subscriptions.outbox import Outbox
from subscriptions.reconcile import Reconciler
from subscriptions.topics import Source, Topic
from subscriptions.wire import Wire

__all__ = ["Inbox", "Item", "Live", "Resync", "Source", "announce", "current", "use"]

FLUSH_SECONDS = 0.5
CLOSE_SECONDS = 2.0


class Live:
    """Every watched topic of this process, and the way to those of the others."""

    def __init__(self, url: str, sources: Mapping[str, Source], *, reconcile_seconds: float = 1.0) -> None:
        self._redis: RedisBackend | None = None
        if not url.startswith("memory:"):
            self._redis = RedisBackend(url, on_return=self._check_now)
        broadcast = Broadcast(url, backend=self._redis)
        self._sources = sources
        self._topics: dict[str, Topic] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._wire = Wire(broadcast)
        self._outbox = Outbox(self._wire)
        self._reconciler = Reconciler(self._wire, sources, self._topics, reconcile_seconds)
        self._loops: list[telemetry.Supervised] = []

    @property
    def wire(self) -> Wire:
        """What everything that is told goes through."""
        return self._wire

    async def start(self) -> None:
        """Connect; when Redis is away, go on without it."""
        self._wire.work_in(copy_context())
        await self._wire.broadcast.connect()
        self._loops = [
            telemetry.supervise("live.outbox", self._outbox.run),
            telemetry.supervise("live.reconcile", self._reconciler.run),
        ]

    async def stop(self) -> None:
        """Tell the others what is still to be told, end every watcher's stream and disconnect."""
        if not self._loops:
            return
        await self._outbox.flush(FLUSH_SECONDS)
        loops, self._loops = self._loops, []
        for loop in loops:
            await loop.stop()
        for topic in list(self._topics.values()):
            for inbox in topic.inboxes:
                inbox.close()
            self._close(topic)
        if self._leaving:
            await asyncio.wait(list(self._leaving.values()), timeout=CLOSE_SECONDS)
        await self._wire.broadcast.disconnect()

    def announce(self, event: Event) -> None:
        """Tell the watchers here at once and those of other processes soon; never waits, never raises."""
        if not self._loops:
            return
        with self._wire.surviving("announce_failed", event.topic):
            if (topic := self._topics.get(event.topic)) is not None:
                topic.accept(event)
            self._outbox.put(event)

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Inbox]:
        """Watch a topic; the inbox gets every change after `inbox.version`, without gaps."""
        inbox = Inbox()
        watched = self._join(topic, inbox)
        try:
            await watched.opened()
            yield inbox
        finally:
            self._leave(watched, inbox)

    def health(self) -> dict[str, object]:
        """What an operator wants to know."""
        return {
            "connected": bool(self._loops) and (self._redis is None or self._redis.connected),
            "topics": len(self._topics),
            "watchers": sum(len(topic.inboxes) for topic in self._topics.values()),
            "dropped": self._wire.dropped,
            "healed": self._wire.healed,
            "failures": self._wire.failures,
        }

    def _join(self, name: str, inbox: Inbox) -> Topic:
        if not self._loops:
            raise RuntimeError("The live wire is not running.")
        topic = self._topics.get(name)
        if topic is None:
            source = self._sources[name.partition(":")[0]]
            topic = self._topics[name] = Topic(name, source, self._wire, self._leaving.get(name))
        topic.join(inbox)
        return topic

    def _leave(self, topic: Topic, inbox: Inbox) -> None:
        topic.inboxes.discard(inbox)
        if not topic.inboxes:
            self._close(topic)

    def _close(self, topic: Topic) -> None:
        if self._topics.get(topic.name) is not topic:
            return
        del self._topics[topic.name]
        self._leaving[topic.name] = ending = topic.close()
        ending.add_done_callback(lambda task: self._forget(topic.name, task))

    def _forget(self, name: str, ended: asyncio.Task[None]) -> None:
        if self._leaving.get(name) is ended:
            del self._leaving[name]

    def _check_now(self) -> None:
        self._reconciler.wake()


_of_process: list[Live] = []


def use(instance: Live | None) -> None:
    """Make this the wire of the process."""
    _of_process[:] = [] if instance is None else [instance]


def current() -> Live:
    """The wire of the process."""
    if not _of_process:
        raise RuntimeError("This process has no live wire.")
    return _of_process[0]


def announce(event: Event) -> None:
    """Announce on the wire of the process, if it has one; scripts have none."""
    for live in _of_process:
        live.announce(event)
