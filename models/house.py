"""A house as it is now: the showtimes that matter at a moment, and how their seats stand."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tortoise.expressions import Q

from domain.access import Reach
from domain.showtimes import local_date
from models.base import as_uuid, on_sqlite, sql
from models.showtimes import Showtime
from models.venues import Venue

_HELD = "SELECT DISTINCT showtime_id FROM seat_claims WHERE expires_at > $1"
_COUNTS = """
SELECT showtime_id, COUNT(CASE WHEN state = 'BOOKED' THEN 1 END) AS booked,
 COUNT(CASE WHEN expires_at > $2 THEN 1 END) AS held, COUNT(DISTINCT CASE WHEN expires_at > $2 THEN hold_id END) AS holds
FROM seat_claims WHERE showtime_id {those} GROUP BY showtime_id"""
_POSTGRES = _COUNTS.format(those="= ANY(string_to_array($1, ',')::uuid[])")
_SQLITE = _COUNTS.format(those="IN (SELECT value FROM json_each($1))")


@dataclass(frozen=True)
class SeatCounts:
    """How many holds a showtime has, how many seats they hold, and how many are sold."""

    holds: int = 0
    held: int = 0
    booked: int = 0


async def showtimes_of_interest(venues: Reach, watched: Collection[UUID], now: datetime) -> list[Showtime]:
    """Those that are watched, have seats held or run today, at these venues or at all of them, the earliest first."""
    held = [as_uuid(row["showtime_id"]) for row in await sql(_HELD, now)]
    matter = Q(id__in=[*{*watched, *held}])
    for day, venue_ids in (await _todays(venues, now)).items():
        matter |= Q(venue_id__in=venue_ids, local_date=day, cancelled_at=None)
    found = Showtime.filter(matter) if venues is None else Showtime.filter(matter, venue_id__in=list(venues))
    return await found.order_by("starts_at", "id")


async def seat_counts(showtimes: Collection[Showtime], now: datetime) -> dict[UUID, SeatCounts]:
    """How the seats of these showtimes stand; those whose seats are all free are missing."""
    ids = [str(showtime.id) for showtime in showtimes]
    statement, given = (_SQLITE, json.dumps(ids)) if on_sqlite() else (_POSTGRES, ",".join(ids))
    return {
        as_uuid(row["showtime_id"]): SeatCounts(*(int(str(row[name])) for name in ("holds", "held", "booked")))
        for row in await sql(statement, given, now)
    }


async def _todays(venues: Reach, now: datetime) -> dict[date, list[UUID]]:
    """Which day it is, and at which venues."""
    days: dict[date, list[UUID]] = {}
    for venue in await (Venue.all() if venues is None else Venue.filter(id__in=list(venues))):
        days.setdefault(local_date(now, venue.timezone), []).append(venue.id)
    return days
