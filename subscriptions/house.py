"""The house as it is now, looked at once a tick for everybody who watches."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import clock
from domain.access import Actor, Permission, Reach
from domain.wrong_calls import NotFound
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
    """Some venues, or all of them, at one moment."""

    at: datetime
    showtimes: list[ShowtimeNow]


class Lookout:
    """Looks at some venues, or at all of them, for everybody who watches the same."""

    def __init__(self, venues: Reach) -> None:
        self.watchers = 0
        self._venues = venues
        self._looks: Flights[int, House] = Flights()
        self._seen: tuple[int, House] | None = None

    async def see(self, tick: int) -> House:
        """What is seen in this tick; who comes later in it is shown the same."""
        if self._seen is not None and self._seen[0] >= tick:
            return self._seen[1]
        house = await self._looks.share(tick, lambda: look(self._venues))
        if self._seen is None or self._seen[0] < tick:
            self._seen = tick, house
        return house


_lookouts: dict[Reach, Lookout] = {}


async def events(actor: Actor, venue_id: UUID | None, every: float) -> AsyncIterator[House]:
    """A venue of the actor's, or all of theirs if None, now and again every so many seconds; NotFound for any other."""
    venues = actor.reach(Permission.REPORT_READ)
    if venue_id is not None:
        if not actor.may_at(Permission.REPORT_READ, venue_id) or not await Venue.exists(id=venue_id):
            raise NotFound
        venues = frozenset({venue_id})
    lookout = _lookouts.setdefault(venues, Lookout(venues))
    lookout.watchers += 1
    try:
        while True:
            tick = int(time.monotonic() / every)
            yield await lookout.see(tick)
            await asyncio.sleep(max(0.0, (tick + 1) * every - time.monotonic()))
    finally:
        lookout.watchers -= 1
        if not lookout.watchers:
            _lookouts.pop(venues)


async def look(venues: Reach) -> House:
    """Look once: the showtimes that are watched, have seats held or run today."""
    now = clock.now()
    watching = {id: number for topic, number in presence.viewers().items() if (id := showtime_of(topic))}
    shown = await showtimes_of_interest(venues, watching.keys(), now)
    seats = await seat_counts(shown, now)
    return House(now, [ShowtimeNow(row, watching.get(row.id, 0), seats.get(row.id, SeatCounts())) for row in shown])
