"""What changing a seat map reads and writes, in as few round trips as correctness allows.

Each statement has a twin, because PostgreSQL and SQLite take lists and write several tables in different ways.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.seat_maps import SeatMapChange, SeatState
from models import seat_changes, seat_claims
from models.base import SqlRow, as_instant, as_uuid, on_sqlite, sql
from models.bookings import Hold
from models.seat_claims import LapsedClaim

_LOOK = """
SELECT label, state, hold_id, expires_at, 0 AS number FROM seat_claims WHERE showtime_id = $1 AND label {is_asked}
UNION ALL
SELECT label, state, hold_id, expires_at, 0 FROM seat_claims WHERE showtime_id = $1 AND expires_at <= $3
UNION ALL
SELECT NULL, 'AVAILABLE', NULL, NULL, available FROM seat_changes WHERE showtime_id = $1 AND version = $4
UNION ALL
SELECT NULL, 'ALIVE', NULL, NULL, COUNT(*) FROM holds h LEFT JOIN bookings b ON b.hold_id = h.id
 WHERE h.user_id = $5 AND h.expires_at > $3
 AND (h.status = 'ACTIVE' OR (h.status = 'BOOKED' AND b.status = 'PENDING'))"""

_LOOK_POSTGRES = _LOOK.format(is_asked="= ANY(string_to_array($2, ','))")
_LOOK_SQLITE = _LOOK.format(is_asked="IN (SELECT value FROM json_each($2))")

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

    `available` counts the free seats as of the last change, lapsed holds not yet given back; None if the log does not
    say. `alive` is how many holds and unpaid bookings the person has.
    """

    states: dict[str, SeatState]
    lapsed: list[LapsedClaim]
    available: int | None
    alive: int


async def look(showtime_id: UUID, labels: Sequence[str], version: int, now: datetime, person: UUID | None) -> Looked:
    """Read what a change of these seats depends on; the caller has locked the map, which is at this version."""
    if on_sqlite():
        rows = await sql(_LOOK_SQLITE, showtime_id, json.dumps(list(labels)), now, version, person)
    else:
        rows = await sql(_LOOK_POSTGRES, showtime_id, ",".join(labels), now, version, person)
    claims = {str(row["label"]): row for row in rows if row["label"] is not None}
    numbers = {row["state"]: int(str(row["number"])) for row in rows if row["label"] is None}
    states = {label: SeatState(str(row["state"])) for label, row in claims.items()}
    lapsed = [LapsedClaim(label, as_uuid(row["hold_id"])) for label, row in claims.items() if _is_over(row, now)]
    return Looked(states, lapsed, numbers.get("AVAILABLE"), numbers.get("ALIVE", 0))


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


def _is_over(row: SqlRow, now: datetime) -> bool:
    ending = row["expires_at"]
    return ending is not None and as_instant(ending) <= now
