"""New price terms for the showtimes of a venue: the next version of each seat map, since every seat has its price on it."""

import json
from datetime import datetime
from uuid import UUID

from domain.price_terms import PriceTerms
from domain.scheduling import LONGEST_SHOW
from models.base import sql
from models.price_terms import write_terms

# No showtime runs longer than the longest show: so the index by venue and start leaves out the past.
_REPRICE = """
UPDATE showtimes SET price_terms = $4, seat_version = seat_version + 1
WHERE venue_id = $1 AND ends_at > $2 AND starts_at > $3"""
_RECORD = """
INSERT INTO seat_changes (showtime_id, version, available, seats, cause, at)
SELECT s.id, s.seat_version,
 l.capacity - (SELECT COUNT(*) FROM seat_claims c WHERE c.showtime_id = s.id), '{}', 'PRICED', $2
FROM showtimes s JOIN seat_layouts l ON l.id = s.layout_id
WHERE s.venue_id = $1 AND s.ends_at > $2 AND s.starts_at > $3"""


async def reprice(venue_id: UUID, terms: PriceTerms, now: datetime) -> None:
    """Give the venue's showtimes that are not over these terms; their holds and bookings keep what they were promised.

    The caller has locked the venue: none is scheduled meanwhile.
    """
    whose = (venue_id, now, now - LONGEST_SHOW)
    await sql(_REPRICE, *whose, json.dumps(write_terms(terms)))
    await sql(_RECORD, *whose)
