"""What this process still has to tell the others: bounded, in order, and never in an announcer's way."""

import asyncio

from domain.events import Event, encode
from subscriptions.wire import Wire

OUTBOX_MAX = 1_000
PUBLISH_SECONDS = 0.3


class Outbox:
    """Publishes one announcement after another; what cannot be told is dropped, and `reconcile` makes it good."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(OUTBOX_MAX)

    def put(self, event: Event) -> None:
        """Announce soon, or never when too much is waiting already."""
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            self._wire.dropped += 1

    async def run(self) -> None:
        """Publish for ever."""
        while True:
            event = await self._waiting.get()
            told = False
            with self._wire.surviving("announcement_lost", event.topic):
                async with asyncio.timeout(PUBLISH_SECONDS):
                    await self._wire.broadcast.publish(event.topic, encode(event).decode())
                told = True
            self._wire.dropped += not told
            self._waiting.task_done()

    async def flush(self, seconds: float) -> None:
        """Give what waits a little time to leave."""
        try:
            async with asyncio.timeout(seconds):
                await self._waiting.join()
        except TimeoutError:
            self._wire.dropped += self._waiting.qsize()
