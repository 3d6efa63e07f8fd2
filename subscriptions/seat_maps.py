"""A watcher's stream of one seat map: a snapshot or what was missed, then every change."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

import clock
from domain.events import Event
from domain.problems import NotFound
from domain.seat_maps import SeatMap, SeatMapChange
from models import seat_changes, seat_claims, showtimes
from subscriptions import live
from subscriptions.inbox import Resync


class SeatMapSource:
    """What the live wire asks the database about seat maps."""

    async def positions(self, ids: Collection[UUID]) -> dict[UUID, int]:
        """The current version of each of these maps."""
        return await showtimes.versions_of(list(ids))

    async def changes(self, id: UUID, since: int, until: int) -> Event | None:
        """Everything between two versions as one change, from the log."""
        return await seat_changes.merged(id, since, until)


async def events(showtime_id: UUID, after_version: int | None) -> AsyncIterator[SeatMap | SeatMapChange]:
    """The stream of one showtime; NotFound if there is none.

    The inbox is opened first, the map is read second, and what the map already contains is dropped.
    """
    if not await showtimes.versions_of([showtime_id]):
        raise NotFound
    async with live.current().listen(f"seat-map:{showtime_id}") as inbox:
        position, first = await _first(showtime_id, after_version)
        if first is not None:
            yield first
        async for item in inbox:
            if item.version <= position:
                continue
            if isinstance(item, SeatMapChange) and item.since <= position:
                position = item.version
                yield item
            elif isinstance(item, SeatMapChange | Resync):
                snapshot = await _snapshot(showtime_id)
                position = snapshot.version
                yield snapshot


async def _first(showtime_id: UUID, after_version: int | None) -> tuple[int, SeatMap | SeatMapChange | None]:
    """Where the stream begins, and its first event if there is one at once."""
    if after_version is not None:
        current = (await showtimes.versions_of([showtime_id])).get(showtime_id, -1)
        if after_version == current:
            return current, None
        if 0 <= after_version < current:
            missed = await seat_changes.merged(showtime_id, after_version, current)
            if missed is not None:
                return current, missed
    snapshot = await _snapshot(showtime_id)
    return snapshot.version, snapshot


async def _snapshot(showtime_id: UUID) -> SeatMap:
    snapshot = await seat_claims.snapshot(showtime_id, clock.now())
    if snapshot is None:
        raise NotFound
    return snapshot
