"""The house as it is now, looked at once a tick for everybody who watches."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import clock
from domain.problems import NotFound
from models.house import SeatCounts, seat_counts, showtimes_of_interest
from models.showtimes import Showtime
from models.venues import Venue
from subscriptions import presence
from subscriptions.flights import Flights
from subscriptions.seat_maps import showtime_of


@dataclass(frozen=True)
class ShowtimeNow:
    """One showtime: who looks at its map, and how its seats stand."""

    showtime: Showtime
    viewers: int
    seats: SeatCounts


@dataclass(frozen=True, eq=False)
class House:
    """A venue, or all of them, at one moment."""

    at: datetime
    showtimes: list[ShowtimeNow]


class Lookout:
    """Looks at one venue, or at all of them, for everybody who watches it."""

    def __init__(self, venue_id: UUID | None) -> None:
        self.watchers = 0
        self._venue_id = venue_id
        self._looks: Flights[int, House] = Flights()
        self._seen: tuple[int, House] | None = None

    async def see(self, tick: int) -> House:
        """What is seen in this tick; who comes later in it is shown the same."""
        if self._seen is not None and self._seen[0] >= tick:
            return self._seen[1]
        house = await self._looks.share(tick, lambda: look(self._venue_id))
        if self._seen is None or self._seen[0] < tick:
            self._seen = tick, house
        return house


_lookouts: dict[UUID | None, Lookout] = {}


async def events(venue_id: UUID | None, every: float) -> AsyncIterator[House]:
    """A venue, or all of them if there is none, now and again every so many seconds; NotFound if it does not exist."""
    if venue_id is not None and not await Venue.exists(id=venue_id):
        raise NotFound
    lookout = _lookouts.setdefault(venue_id, Lookout(venue_id))
    lookout.watchers += 1
    try:
        while True:
            tick = int(time.monotonic() / every)
            yield await lookout.see(tick)
            await asyncio.sleep(max(0.0, (tick + 1) * every - time.monotonic()))
    finally:
        lookout.watchers -= 1
        if not lookout.watchers:
            _lookouts.pop(venue_id)


async def look(venue_id: UUID | None) -> House:
    """Look once: the showtimes that are watched, have seats held or run today."""
    now = clock.now()
    watching = {id: number for topic, number in presence.viewers().items() if (id := showtime_of(topic))}
    shown = await showtimes_of_interest(venue_id, watching.keys(), now)
    seats = await seat_counts(shown, now)
    return House(now, [ShowtimeNow(row, watching.get(row.id, 0), seats.get(row.id, SeatCounts())) for row in shown])
