"""One row for every seat that is not free; unique (showtime, label): no seat is ever sold twice."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from domain.layouts import Layout
from domain.seat_maps import SeatMap, SeatState
from models.base import SqlRow, SqlValue, as_instant, as_uuid, places, sql
from models.bookings import Booking, Hold
from models.showtimes import Showtime
from models.venues import SeatLayout


class SeatClaim(Model):
    """A seat that is held (until expires_at), booked, or blocked."""

    id = fields.BigIntField(primary_key=True, generated=True)
    showtime: ForeignKeyFieldInstance[Showtime] = fields.ForeignKeyField("models.Showtime", on_delete=fields.RESTRICT)
    showtime_id: UUID
    label = fields.CharField(max_length=8)
    state = fields.CharEnumField(SeatState, max_length=16)
    hold: ForeignKeyFieldInstance[Hold] | None = fields.ForeignKeyField(
        "models.Hold", on_delete=fields.RESTRICT, null=True
    )
    hold_id: UUID | None
    booking: ForeignKeyFieldInstance[Booking] | None = fields.ForeignKeyField(
        "models.Booking", on_delete=fields.RESTRICT, null=True
    )
    booking_id: UUID | None
    expires_at = fields.DatetimeField(null=True, db_index=True)

    class Meta:
        table = "seat_claims"
        unique_together = (("showtime", "label"),)
        indexes = (("hold_id",), ("booking_id",), ("showtime_id", "expires_at"))


@dataclass(frozen=True)
class LapsedClaim:
    """A seat whose hold is over, though no sweep has freed it yet."""

    label: str
    hold_id: UUID


@dataclass(frozen=True)
class Claims:
    """A showtime's claims at a moment, split by whether they still count."""

    states: dict[str, SeatState]
    lapsed: list[LapsedClaim]
    until: datetime | None  # when the first of the states lapses


_LAYOUTS: dict[UUID, Layout] = {}


async def layout_of(layout_id: UUID) -> Layout:
    """A layout's seats; layouts never change, so each is read once per process."""
    if layout_id not in _LAYOUTS:
        _LAYOUTS[layout_id] = (await SeatLayout.get(id=layout_id)).layout
    return _LAYOUTS[layout_id]


async def snapshot(showtime_id: UUID, now: datetime) -> SeatMap | None:
    """A showtime's seat map, read in one statement so that version and seats belong together."""
    rows = await sql(
        "SELECT s.seat_version, s.layout_id, c.label, c.state, c.hold_id, c.expires_at"
        " FROM showtimes s LEFT JOIN seat_claims c ON c.showtime_id = s.id WHERE s.id = $1",
        showtime_id,
    )
    if not rows:
        return None
    taken = _split([row for row in rows if row["label"] is not None], now)
    version, layout = int(str(rows[0]["seat_version"])), await layout_of(as_uuid(rows[0]["layout_id"]))
    return SeatMap(showtime_id, version, layout, taken.states, taken.until)


async def claim(showtime_id: UUID, labels: Iterable[str], hold_id: UUID, until: datetime) -> None:
    """Take free seats for a hold; the unique index has the last word."""
    rows: list[tuple[SqlValue, ...]] = [(showtime_id, label, SeatState.HELD.value, hold_id, until) for label in labels]
    statement = "INSERT INTO seat_claims (showtime_id, label, state, hold_id, expires_at) VALUES "
    await sql(statement + places(1, rows), *[value for row in rows for value in row])


async def claim_booked(showtime_id: UUID, labels: Iterable[str], booking_id: UUID) -> None:
    """Take free seats for a booking at once."""
    rows: list[tuple[SqlValue, ...]] = [(showtime_id, label, SeatState.BOOKED.value, booking_id) for label in labels]
    statement = "INSERT INTO seat_claims (showtime_id, label, state, booking_id) VALUES "
    await sql(statement + places(1, rows), *[value for row in rows for value in row])


async def pass_to_booking(hold_id: UUID, booking_id: UUID) -> None:
    """Turn a hold's claims into a booking's."""
    await SeatClaim.filter(hold_id=hold_id).update(
        state=SeatState.BOOKED, hold_id=None, booking_id=booking_id, expires_at=None
    )


async def prolong(hold_id: UUID, until: datetime) -> None:
    """Let a hold's claims last longer."""
    await SeatClaim.filter(hold_id=hold_id).update(expires_at=until)


async def free_holds(hold_ids: Collection[UUID]) -> None:
    """Give up every seat of these holds."""
    await SeatClaim.filter(hold_id__in=list(hold_ids)).delete()


async def free_seats(booking_id: UUID, labels: Collection[str]) -> None:
    """Give up some seats of a booking."""
    await SeatClaim.filter(booking_id=booking_id, label__in=list(labels)).delete()


async def showtimes_with_lapsed_holds(now: datetime, at_most: int) -> list[UUID]:
    """Showtimes that have seats to give back."""
    rows = await sql("SELECT DISTINCT showtime_id FROM seat_claims WHERE expires_at <= $1 LIMIT $2", now, at_most)
    return [as_uuid(row["showtime_id"]) for row in rows]


_STATES = {state.value: state for state in SeatState}


def _split(rows: Iterable[SqlRow], now: datetime) -> Claims:
    states: dict[str, SeatState] = {}
    lapsed: list[LapsedClaim] = []
    ends: list[datetime] = []
    for row in rows:
        label, expires_at = str(row["label"]), row["expires_at"]
        ending = None if expires_at is None else as_instant(expires_at)
        if ending is not None and ending <= now:
            lapsed.append(LapsedClaim(label, as_uuid(row["hold_id"])))
            continue
        states[label] = _STATES[str(row["state"])]
        if ending is not None:
            ends.append(ending)
    return Claims(states, lapsed, min(ends, default=None))
