"""The checker of histories: from its log alone, was every seat of a showtime ever with one person at a time?"""

from uuid import UUID

import clock
from domain.seat_maps import SeatMap, SeatState
from models.bookings import Booking, Hold
from models.seat_changes import SeatChange, merged
from models.seat_claims import snapshot
from models.showtimes import Showtime
from models.venues import SeatLayout

FREE, HELD, BOOKED = SeatState.AVAILABLE, SeatState.HELD, SeatState.BOOKED
# What a seat may have been before each cause of a change; BOOKED after AVAILABLE is money that came late.
BEFORE = {
    "HELD": {FREE},
    "OFFERED": {FREE},
    "BOOKED": {HELD, FREE},
    "RELEASED": {HELD},
    "EXPIRED": {HELD},
    "CANCELLED": {HELD, BOOKED},
}
STATE = {"HELD": HELD, "OFFERED": HELD, "BOOKED": BOOKED, "RELEASED": FREE, "EXPIRED": FREE, "CANCELLED": FREE}


async def check_history(showtime_id: UUID) -> SeatMap:
    """The map as it is now, after proving that its log leads there and that no seat was ever with two people."""
    showtime = await Showtime.get(id=showtime_id)
    layout = (await SeatLayout.get(id=showtime.layout_id)).layout
    log = await SeatChange.filter(showtime_id=showtime_id).order_by("version", "id")
    assert [row.version for row in log] == list(range(1, showtime.seat_version + 1)), "a version is missing or double"
    seats = dict.fromkeys(layout.by_label, FREE)
    for row in log:
        _follow(seats, row)
    now = await snapshot(showtime_id, clock.now())
    assert now is not None
    assert {label: now.state_of(label) for label in seats} == seats, "the map is not what its log says"
    whole = await merged(showtime_id, 0, now.version)
    empty = SeatMap(showtime_id, 0, layout, {})
    assert (empty.apply(whole) if whole else empty) == now
    await _check_owners(showtime_id, log)
    return now


def _follow(seats: dict[str, SeatState], row: SeatChange) -> None:
    """One step of the history."""
    for label, state in row.seats.items():
        assert state == STATE[row.cause], f"version {row.version} calls itself {row.cause} and makes {label} {state}"
        assert seats[label] in BEFORE[row.cause], (
            f"{label} was {seats[label]} when version {row.version} had it {state}"
        )
        seats[label] = SeatState(state)
    free = list(seats.values()).count(FREE)
    assert row.available == free, f"version {row.version} says {row.available} are free; {free} are"


async def _check_owners(showtime_id: UUID, log: list[SeatChange]) -> None:
    """Every change of a kind belongs to one hold or booking, and to all of its seats: no pair is ever split."""
    held = sorted(sorted(row.seats) for row in log if row.cause in ("HELD", "OFFERED"))
    assert held == sorted([sorted(hold.quote.labels) for hold in await Hold.filter(showtime_id=showtime_id)])
    bought = [sorted(row.seats) for row in log if row.cause == "BOOKED"]
    bookings = [sorted(booking.quote.labels) for booking in await Booking.filter(showtime_id=showtime_id)]
    for seats in bought:
        assert seats in bookings, f"{seats} were sold to nobody"
        bookings.remove(seats)
