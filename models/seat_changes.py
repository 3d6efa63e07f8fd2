"""The log of every seat-map change, written in the transaction of the change itself."""

import json
from datetime import datetime
from functools import reduce
from typing import Final
from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from domain.seat_maps import SeatMapChange, SeatState
from models.base import SqlRow, as_texts, sql
from models.showtimes import Showtime

PRICED: Final = "PRICED"  # no seat has changed, but what they cost: `models/repricing.py`


class SeatChange(Model):
    """One change of one seat map: what a returning viewer has missed, and each seat's history."""

    id = fields.BigIntField(primary_key=True, generated=True)
    showtime: ForeignKeyFieldInstance[Showtime] = fields.ForeignKeyField("models.Showtime", on_delete=fields.RESTRICT)
    showtime_id: UUID
    version = fields.IntField()
    available = fields.IntField()
    seats: fields.Field[dict[str, str]] = fields.JSONField()
    cause = fields.CharField(max_length=16)
    at = fields.DatetimeField()

    class Meta:
        table = "seat_changes"
        unique_together = (("showtime", "version"),)


async def record(change: SeatMapChange, cause: str, at: datetime) -> None:
    """Write a change to the log."""
    await sql(
        "INSERT INTO seat_changes (showtime_id, version, available, seats, cause, at) VALUES ($1, $2, $3, $4, $5, $6)",
        change.showtime_id,
        change.version,
        change.available,
        json.dumps(dict(change.seats)),
        cause,
        at,
    )


async def merged(showtime_id: UUID, since: int, until: int) -> SeatMapChange | None:
    """Everything that happened after version `since` up to `until`, as one change.

    None where some is no longer kept, or prices have changed: then only the whole map says it.
    """
    rows = await sql(
        "SELECT version, available, seats, cause FROM seat_changes"
        " WHERE showtime_id = $1 AND version > $2 AND version <= $3 ORDER BY version",
        showtime_id,
        since,
        until,
    )
    if len(rows) != until - since or not rows or any(row["cause"] == PRICED for row in rows):
        return None
    return reduce(lambda earlier, later: earlier.then(later), (_change(showtime_id, row) for row in rows))


def _change(showtime_id: UUID, row: SqlRow) -> SeatMapChange:
    version = int(str(row["version"]))
    states = {label: SeatState(state) for label, state in as_texts(row["seats"]).items()}
    return SeatMapChange(showtime_id, version - 1, version, int(str(row["available"])), states)
