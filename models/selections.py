"""What changing a seat map reads and writes, in as few round trips as correctness allows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from domain.seat_maps import SeatMapChange, SeatState
from models import seat_changes, seat_claims
from models.base import SqlRow, as_instant, as_uuid, on_sqlite, sql
from models.bookings import Hold
from models.seat_claims import LapsedClaim

# PostgreSQL plans anew, for more than the reading itself costs, whatever it expects to be cheaper with the values at
# hand. So nothing here depends on them: each label has a place of its own instead of an array of any length, and the
# first end on the map, one step in its index, stands for a search for claims that have ended.
_LOOK = """
SELECT label, state, NULL AS first_end, 0 AS number FROM seat_claims WHERE showtime_id = $1{which}
UNION ALL
SELECT NULL, 'FIRST END', MIN(expires_at), 0 FROM seat_claims WHERE showtime_id = $1 AND expires_at IS NOT NULL
UNION ALL
SELECT NULL, 'AVAILABLE', NULL, available FROM seat_changes WHERE showtime_id = $1 AND version = $2
UNION ALL
SELECT NULL, 'MINE', NULL,
 (SELECT COUNT(*) FROM holds h JOIN seat_claims c ON c.hold_id = h.id
   WHERE h.showtime_id = $1 AND h.user_id = $3 AND c.expires_at > $4)
 + (SELECT COUNT(*) FROM bookings b JOIN seat_claims c ON c.booking_id = b.id
   WHERE b.showtime_id = $1 AND b.user_id = $3)
UNION ALL
SELECT NULL, 'ALIVE', NULL, COUNT(*) FROM holds h LEFT JOIN bookings b ON b.hold_id = h.id
 WHERE h.user_id = $3 AND h.expires_at > $4
 AND (h.status = 'ACTIVE' OR (h.status = 'BOOKED' AND b.status = 'PENDING'))"""

_COUNT = "SELECT COUNT(*) AS number FROM seat_claims WHERE showtime_id = $1"

_LAPSED = "SELECT label, hold_id FROM seat_claims WHERE showtime_id = $1 AND expires_at <= $2"

_PLACE = """
WITH hold AS (
  INSERT INTO holds (id, created_at, user_id, showtime_id, status, expires_at, grace_given, lines, currency)
  VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8)
), claims AS (
  INSERT INTO seat_claims (showtime_id, label, state, hold_id, expires_at)
  SELECT $4, label, 'HELD', $1, $6 FROM unnest(string_to_array($9, ',')) AS label
)
INSERT INTO seat_changes (showtime_id, version, available, seats, cause, at) VALUES ($4, $10, $11, $12, $13, $2)"""


@dataclass(frozen=True)
class Looked:
    """Some seats of a locked map, and all whose holds are over.

    `states` has those that are taken. `available` counts the free seats as of the last change: lapsed holds, not yet
    given back, have theirs. `alive` is how many holds and unpaid bookings the person has, `mine` how many seats of
    this map.
    """

    states: dict[str, SeatState]
    lapsed: list[LapsedClaim]
    available: int
    alive: int
    mine: int


async def look(
    showtime_id: UUID, labels: Sequence[str] | None, person: UUID | None, *, version: int, capacity: int, now: datetime
) -> Looked:
    """Read what a change of these seats, or of any (None), depends on; the caller has locked the map at this version.

    The free seats are those of the last change in the log, not counted anew; only where the log has none, as before
    the first change, the claims are counted.
    """
    named = None if labels is None else _in_fours(labels)
    rows = await sql(_looking_for(named), showtime_id, version, person, now, *(named or ()))
    states = {str(row["label"]): SeatState(str(row["state"])) for row in rows if row["label"] is not None}
    facts = {row["state"]: row for row in rows if row["label"] is None}
    lapsed = await _lapsed(showtime_id, facts["FIRST END"]["first_end"], now)
    states |= {claim.label: SeatState.HELD for claim in lapsed}
    logged = facts.get("AVAILABLE")
    available = _number(logged) if logged else capacity - _number((await sql(_COUNT, showtime_id))[0])
    return Looked(states, lapsed, available, _number(facts["ALIVE"]), _number(facts["MINE"]))


async def _lapsed(showtime_id: UUID, first_end: object, now: datetime) -> list[LapsedClaim]:
    if first_end is None or as_instant(first_end) > now:
        return []
    rows = await sql(_LAPSED, showtime_id, now)
    return [LapsedClaim(str(row["label"]), as_uuid(row["hold_id"])) for row in rows]


async def place(hold: Hold, labels: Sequence[str], change: SeatMapChange, cause: str) -> None:
    """Write a hold, its claims and the change they are; the unique index of the claims has the last word."""
    if on_sqlite():
        await hold.save(force_create=True)
        await seat_claims.claim(hold.showtime_id, labels, hold.id, hold.expires_at)
        await seat_changes.record(change, cause, hold.created_at)
        return
    await sql(
        _PLACE,
        hold.id,
        hold.created_at,
        hold.user_id,
        hold.showtime_id,
        hold.status.value,
        hold.expires_at,
        json.dumps(hold.lines),
        hold.currency,
        ",".join(labels),
        change.version,
        change.available,
        json.dumps(dict(change.seats)),
        cause,
    )
    hold._saved_in_db = True


def _in_fours(labels: Sequence[str]) -> list[str]:
    """The labels, the last of them so often that few statements serve parties of every size."""
    return [*labels, *list(labels[-1:]) * (-len(labels) % 4)]


def _looking_for(labels: Sequence[str] | None) -> str:
    """The statement that looks at so many labels, or at all."""
    return _LOOK.format(which="") if labels is None else _looking_for_so_many(len(labels))


@lru_cache(maxsize=64)
def _looking_for_so_many(count: int) -> str:
    places = ", ".join(f"${number}" for number in range(5, 5 + count))
    return _LOOK.format(which=f" AND label IN ({places or 'NULL'})")


def _number(row: SqlRow) -> int:
    return int(str(row["number"]))
