"""Watching one seat map: a snapshot or what was missed, then every change."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import UUID

import clock
from domain.events import Event
from domain.seat_maps import SeatMap, SeatMapChange
from domain.wrong_calls import NotFound
from models import freshness, seat_changes, seat_claims, showtimes
from subscriptions import live
from subscriptions.flights import Flights
from subscriptions.inbox import Inbox
from subscriptions.watching import Moment

MAPS_REMEMBERED = 1_000
MERGES_REMEMBERED = 100

Shown = SeatMap | SeatMapChange


TOPIC = "seat-map:"


def topic_of(showtime_id: UUID) -> str:
    """The name under which a map's changes are told."""
    return f"{TOPIC}{showtime_id}"


def showtime_of(topic: str) -> UUID | None:
    """Whose map a topic is about; None for other topics."""
    return UUID(topic.removeprefix(TOPIC)) if topic.startswith(TOPIC) else None


class SeatMapSource:
    """What the live wire asks the database about seat maps."""

    async def positions(self, ids: Collection[UUID]) -> dict[UUID, int]:
        """The current version of each of these maps."""
        return await showtimes.versions_of(list(ids))

    async def changes(self, id: UUID, since: int, until: int) -> Event | None:
        """Everything between two versions as one change, from the log."""
        return await seat_changes.merged(id, since, until)


class WatchedSeatMap:
    """A watcher's wish to see a showtime's seat map, all of it or what has happened after a version."""

    def __init__(self, showtime_id: UUID, after: int | None) -> None:
        self.topic = topic_of(showtime_id)
        self.after = after
        self._showtime_id = showtime_id

    async def check(self) -> None:
        """Raise NotFound if there is no such showtime."""
        if self._showtime_id not in (await freshness.versions([self._showtime_id])).seat_maps:
            raise NotFound

    async def since(self, version: int | None) -> Moment[Shown]:
        """What has happened after a version; the whole map where it is no longer kept or was never reached."""
        if version is None:
            return await self._whole()
        reached = (await freshness.versions([self._showtime_id])).seat_maps.get(self._showtime_id, -1)
        if version == reached:
            return Moment(version, version, None)
        if 0 <= version < reached and (missed := await _missed(self._showtime_id, version, reached)) is not None:
            return Moment(missed.since, missed.version, missed)
        return await self._whole()

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[Moment[Shown]]]:
        """Every change from now on; a whole map where changes are no longer kept."""
        async with live.current().listen(self.topic) as inbox:
            yield self._moments(inbox)

    async def _moments(self, inbox: Inbox) -> AsyncIterator[Moment[Shown]]:
        async for item in inbox:
            yield Moment(item.since, item.version, item) if isinstance(item, SeatMapChange) else await self._whole()

    async def _whole(self) -> Moment[Shown]:
        seat_map = await current(self._showtime_id)
        if seat_map is None:
            raise NotFound
        return Moment(None, seat_map.version, seat_map)


async def current(showtime_id: UUID) -> SeatMap | None:
    """A showtime's seat map, at least as new as every commit before this call; None if there is no such showtime.

    It is read once a version, however many ask for it.
    """
    version = (await freshness.versions([showtime_id])).seat_maps.get(showtime_id)
    if version is None:
        return None
    while (kept := _maps.get(showtime_id)) is None or kept.version < version or kept.is_outdated(clock.now()):
        if await _reads.share(showtime_id, lambda: _read(showtime_id)) is None:
            return None
    _maps.move_to_end(showtime_id)
    return kept


def facts() -> dict[str, int]:
    """How many maps have been read from the database by this process."""
    return dict(_facts)


_facts = {"maps_read": 0}
_maps: OrderedDict[UUID, SeatMap] = OrderedDict()
_reads: Flights[UUID, SeatMap | None] = Flights()
_merged: OrderedDict[tuple[UUID, int, int], SeatMapChange | None] = OrderedDict()  # what has happened stays the same
_merges: Flights[tuple[UUID, int, int], None] = Flights()


async def _read(showtime_id: UUID) -> SeatMap | None:
    _facts["maps_read"] += 1
    seat_map = await seat_claims.snapshot(showtime_id, clock.now())
    if seat_map is not None:
        _maps[showtime_id] = seat_map
        while len(_maps) > MAPS_REMEMBERED:
            _maps.popitem(last=False)
    return seat_map


async def _missed(showtime_id: UUID, since: int, until: int) -> SeatMapChange | None:
    key = (showtime_id, since, until)
    while key not in _merged:
        await _merges.share(key, lambda: _merge(showtime_id, since, until))
    return _merged[key]


async def _merge(showtime_id: UUID, since: int, until: int) -> None:
    _merged[showtime_id, since, until] = await seat_changes.merged(showtime_id, since, until)
    while len(_merged) > MERGES_REMEMBERED:
        _merged.popitem(last=False)
