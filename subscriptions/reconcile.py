"""Finds what was lost in silence: now and then, one query asks for the versions of all watched topics."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping

from subscriptions.topics import QUERY_SECONDS, Source, Topic
from subscriptions.wire import Wire


class Reconciler:
    """Compares every open topic with the database, every few moments and when Redis has come back."""

    def __init__(self, wire: Wire, sources: Mapping[str, Source], topics: Mapping[str, Topic], every: float) -> None:
        self._wire = wire
        self._sources = sources
        self._topics = topics
        self._every = every
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Check now: something may have been missed."""
        self._woken.set()

    async def run(self) -> None:
        """Check for ever."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):  # not wait_for: before 3.12 it may swallow a cancellation
                    await self._woken.wait()
            self._woken.clear()
            await self.check()

    async def check(self) -> None:
        """Ask for all positions, one query a kind, and tell each topic its own."""
        kinds: dict[str, list[Topic]] = {}
        for topic in self._topics.values():
            kinds.setdefault(topic.kind, []).append(topic)
        await asyncio.gather(*(self._check_kind(kind, topics) for kind, topics in kinds.items()))

    async def _check_kind(self, kind: str, topics: Iterable[Topic]) -> None:
        by_id = {topic.id: topic for topic in topics}
        with self._wire.surviving("reconcile_failed", kind):
            async with asyncio.timeout(QUERY_SECONDS):
                positions = await self._sources[kind].positions(list(by_id))
            for topic_id, version in positions.items():
                by_id[topic_id].notice(version)
