"""Showtimes: finding them."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import clock
from domain.showtimes import ShowtimeStatus, on_sale, status_at
from models.showtimes import Showtime
from resolvers.pages import Page, page

NOWHERE = UUID(int=0)


@dataclass(frozen=True)
class Wanted:
    """Which showtimes to list; None does not matter."""

    movie_id: UUID | None = None
    venue_id: UUID | None = None
    day: date | None = None

    def of(self, movie_id: UUID | None) -> "Wanted":
        """Only those of this movie; of none if there is no such movie."""
        return replace(self, movie_id=movie_id or NOWHERE)

    def at(self, venue_id: UUID | None) -> "Wanted":
        """Only those at this venue; at none if there is no such venue."""
        return replace(self, venue_id=venue_id or NOWHERE)


async def find(wanted: Wanted, first: int | None, after: str | None) -> Page[Showtime]:
    """A page of showtimes, the earliest first; without a date those that are not over."""
    query = Showtime.all() if wanted.day else Showtime.filter(ends_at__gt=clock.now())
    if wanted.day is not None:
        query = query.filter(local_date=wanted.day)
    if wanted.movie_id is not None:
        query = query.filter(movie_id=wanted.movie_id)
    if wanted.venue_id is not None:
        query = query.filter(venue_id=wanted.venue_id)
    return await page(query, ["starts_at"], first, after)


async def one(showtime_id: UUID) -> Showtime | None:
    """A showtime."""
    return await Showtime.get_or_none(id=showtime_id)


def standing_now(showtime: Showtime) -> tuple[ShowtimeStatus, bool]:
    """A showtime's status, and whether it is on sale, at this moment."""
    now = clock.now()
    return status_at(showtime.window, now), on_sale(showtime.window, now)
