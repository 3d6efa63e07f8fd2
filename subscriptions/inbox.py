"""What one watcher has not seen yet: at most one item, because news that waits is merged."""

import asyncio
from dataclasses import dataclass

from domain.events import Event
from domain.seat_maps import SeatMapChange


@dataclass(frozen=True)
class Resync:
    """What was missed is no longer kept: read a fresh snapshot, at this version or a later one."""

    version: int


Item = Event | Resync


class Inbox:
    """One slot for one watcher; a watcher that is slow finds everything since its last look as one item."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: Item | None = None
        self._changed = asyncio.Event()
        self._closed = False

    def put(self, item: Item) -> None:
        """Add what happened next."""
        self._waiting = item if self._waiting is None else _merged(self._waiting, item)
        self._changed.set()

    def close(self) -> None:
        """Say that nothing more will come; what already waits can still be taken."""
        self._closed = True
        self._changed.set()

    def __aiter__(self) -> "Inbox":
        return self

    async def __anext__(self) -> Item:
        """Take what waits, or wait for it; its `since` is the `version` of the item before."""
        await self._changed.wait()
        item, self._waiting = self._waiting, None
        if item is None:
            raise StopAsyncIteration
        if not self._closed:
            self._changed.clear()
        self.version = item.version
        return item


def _merged(earlier: Item, later: Item) -> Item:
    if isinstance(later, Resync):
        return later
    if isinstance(earlier, Resync):  # the snapshot is still to be read, and will contain the later change
        return Resync(later.version)
    if isinstance(earlier, SeatMapChange):
        return earlier.then(later) if isinstance(later, SeatMapChange) else later
    return later if isinstance(later, SeatMapChange) else earlier.then(later)
