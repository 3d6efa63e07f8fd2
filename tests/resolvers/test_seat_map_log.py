"""The log of a seat map: every version once, the same as was told, and enough to bring any old map up to date."""

import pytest
from tortoise.exceptions import IntegrityError

import clock
from domain.events import Event
from domain.seat_maps import SeatMap, SeatMapChange, SeatState
from models.bookings import Booking, Hold
from models.seat_changes import SeatChange, merged, record
from models.seat_claims import SeatClaim
from resolvers import cancellations, holds
from tests.factories.sale import Sale, others
from tests.resolvers.evening import SEATS, Evening
from tests.resolvers.sale_fixtures import Later


@pytest.mark.parametrize("seed", range(4))
async def test_any_old_map_and_the_log_since_are_the_map_of_now(
    sale: Sale, later: Later, announced: list[Event], seed: int
) -> None:
    evening = Evening(sale, [sale.ana, *await others(5)], later, seed)
    past: dict[int, SeatMap] = {}
    for _ in range(200):
        seat_map = await sale.map()
        past[seat_map.version] = seat_map
        await evening.step()
    assert len(evening.steps) == 7, evening.steps
    await holds.release_expired(clock.now())
    now = await sale.map()
    assert now.version >= 40
    for version, stale in past.items():
        missed = await merged(sale.showtime.id, version, now.version)
        assert (stale.apply(missed) if missed else stale) == now
    await check_log(sale, now, announced)


async def check_log(sale: Sale, now: SeatMap, announced: list[Event]) -> None:
    """Each version once, from 1 to now, and to the letter what was told."""
    told = [event for event in announced if isinstance(event, SeatMapChange)]
    assert [change.version for change in told] == list(range(1, now.version + 1))
    for change in told:
        assert await merged(sale.showtime.id, change.since, change.version) == change
    claims = await SeatClaim.all()
    assert {claim.label: claim.state for claim in claims} == dict(now.taken)


async def test_the_log_says_why(sale: Sale, later: Later) -> None:
    await sale.buy("A1")
    await cancellations.cancel(sale.ana, (await Booking.get()).id)
    released = await sale.hold("A2")
    await holds.release(sale.ana, released.id)
    await sale.hold("A3")
    later(minutes=11)
    await holds.release_expired(clock.now())
    log = await SeatChange.all().order_by("version")
    assert [(row.cause, dict(row.seats)) for row in log] == [
        ("HELD", {"A1": "HELD"}),
        ("BOOKED", {"A1": "BOOKED"}),
        ("CANCELLED", {"A1": "AVAILABLE"}),
        ("HELD", {"A2": "HELD"}),
        ("RELEASED", {"A2": "AVAILABLE"}),
        ("HELD", {"A3": "HELD"}),
        ("EXPIRED", {"A3": "AVAILABLE"}),
    ]


async def test_ten_seats_are_one_version_and_an_extension_or_a_booking_is_none(sale: Sale) -> None:
    hold = await sale.hold(*SEATS[:10])
    assert (await sale.map()).version == 1
    await holds.extend(sale.ana, hold.id, sale.terms)
    await sale.book_hold(hold.id)
    assert ((await sale.map()).version, await SeatChange.all().count()) == (1, 1)


async def test_what_is_no_longer_kept_is_not_made_up(sale: Sale) -> None:
    for seat in ("A1", "A2", "A3"):
        await sale.hold(seat)
    await SeatChange.filter(version=2).delete()
    showtime_id = sale.showtime.id
    assert await merged(showtime_id, 0, 3) is None
    assert await merged(showtime_id, 1, 3) is None
    assert await merged(showtime_id, 3, 3) is None
    assert await merged(showtime_id, 2, 9) is None
    assert await merged(showtime_id, 2, 3) == SeatMapChange(showtime_id, 2, 3, 97, {"A3": SeatState.HELD})


async def test_a_version_is_written_once_and_a_second_writer_fails_with_all_it_did(sale: Sale) -> None:
    await record(SeatMapChange(sale.showtime.id, 0, 1, 99, {"A9": SeatState.HELD}), "HELD", clock.now())
    with pytest.raises(IntegrityError):
        await sale.hold("A1")
    assert (await SeatClaim.all().count(), await Hold.all().count(), (await sale.map()).version) == (0, 0, 0)
