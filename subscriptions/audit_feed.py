"""The audit log as it grows: each entry once, after its commit and in order, read by one reader for all who watch.

PostgreSQL draws the number of an entry before its transaction commits, so a higher number may be seen before a lower
one. The reader therefore notes which numbers are missing, tells nothing beyond one that may still come, and goes on
looking for it long after it has lost patience: what comes late is told late, and never lost.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

import structlog

from models.audit_log import AuditEntry
from subscriptions.flights import Flights

log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 2.0  # how long later entries wait for one whose transaction goes on
GIVEN_UP_SECONDS: Final = 600.0  # no transaction lives that long: each of its statements may take half a minute
AT_ONCE: Final = 1_000  # entries in one statement
LOOKED_BACK: Final = 10_000  # numbers before the first that is told, of which one may still come
AT_MOST: Final = 10_000  # entries that one watcher may leave untaken


class Reader:
    """Reads the log from where it is at the first look; each further look gives what has come since."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._last: int | None = None
        self._missing: dict[int, float] = {}  # numbers that may still come, and since when
        self._waiting: list[AuditEntry] = []  # read, but not yet told

    async def look(self) -> list[AuditEntry]:
        """What is to be told now, in order. Nothing is forgotten if the database fails: the next look finds it."""
        if self._last is None:
            await self._begin()
            return []
        late = await AuditEntry.numbered(self._missing)
        for entry in late:
            del self._missing[entry.number]
        self._waiting += late
        more = True
        while more:
            found = await AuditEntry.beyond(self._last, AT_ONCE)
            self._take(found)
            more = len(found) == AT_ONCE
        return self._told()

    async def _begin(self) -> None:
        numbers = await AuditEntry.newest(LOOKED_BACK)
        self._last = numbers[-1] if numbers else 0
        first = numbers[0] if len(numbers) == LOOKED_BACK else 1
        self._note_missing(set(range(max(first, self._last - LOOKED_BACK), self._last)) - set(numbers))

    def _take(self, found: list[AuditEntry]) -> None:
        for entry in found:
            between = range(max((self._last or 0) + 1, entry.number - LOOKED_BACK), entry.number)
            self._note_missing(set(between))
            self._last = entry.number
            self._waiting.append(entry)

    def _note_missing(self, numbers: set[int]) -> None:
        self._missing.update(dict.fromkeys(numbers, time.monotonic()))

    def _told(self) -> list[AuditEntry]:
        now = time.monotonic()
        awaited = [number for number, since in self._missing.items() if now - since < self._patience]
        self._missing = {number: since for number, since in self._missing.items() if now - since < GIVEN_UP_SECONDS}
        until = min(awaited, default=None)
        self._waiting.sort(key=lambda entry: entry.number)
        told = [entry for entry in self._waiting if until is None or entry.number < until]
        self._waiting = self._waiting[len(told) :]
        return told


class Feed:
    """Everybody in this process who watches the log, and their one reader."""

    def __init__(self, reader: Reader) -> None:
        self.inboxes: set[Inbox] = set()
        self._reader = reader
        self._looks: Flights[None, None] = Flights()
        self._seen = -1

    async def look(self, tick: int) -> None:
        """Look once in a tick, whoever asks first."""
        if self._seen < tick:
            await self._looks.share(None, self._look)
            self._seen = max(self._seen, tick)

    async def _look(self) -> None:
        try:
            told = await self._reader.look()
        except Exception:  # whatever it was, the next look finds what this one has not
            log.warning("audit_feed_waits", exc_info=True)
            return
        for inbox in self.inboxes:
            inbox.put(told)


class Inbox:
    """What one watcher has yet to take; who takes too little for too long is told no more, rather than a part."""

    def __init__(self) -> None:
        self.entries: deque[AuditEntry] = deque()
        self.overflown = False

    def put(self, told: list[AuditEntry]) -> None:
        """Add what is told; all or nothing."""
        self.overflown = self.overflown or len(self.entries) + len(told) > AT_MOST
        if not self.overflown:
            self.entries.extend(told)


_feeds: dict[asyncio.AbstractEventLoop, Feed] = {}


async def entries(every: float = EVERY_SECONDS, patience: float = PATIENCE_SECONDS) -> AsyncIterator[AuditEntry]:
    """Each entry from now on; ends for a watcher who has left ten thousand of them untaken."""
    loop = asyncio.get_running_loop()
    feed = _feeds.setdefault(loop, Feed(Reader(patience)))
    inbox = Inbox()
    feed.inboxes.add(inbox)
    try:
        while not inbox.overflown:
            tick = int(time.monotonic() / every)
            await feed.look(tick)
            while inbox.entries:
                yield inbox.entries.popleft()
            await asyncio.sleep(max(0.0, (tick + 1) * every - time.monotonic()))
    finally:
        feed.inboxes.discard(inbox)
        if not feed.inboxes and _feeds.get(loop) is feed:
            del _feeds[loop]
