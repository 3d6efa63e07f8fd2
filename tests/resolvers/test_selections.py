"""What is read before a change is what a full count would have found, whatever happened before."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

import clock
from domain.bookings import BookingStatus
from domain.holds import HoldStatus
from domain.seat_maps import SeatState
from models import selections
from models.bookings import Booking, Hold
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from resolvers import holds
from tests.factories.sale import Sale, others
from tests.resolvers.evening import SEATS, Evening
from tests.resolvers.sale_fixtures import Later


async def looked(sale: Sale, labels: Sequence[str], user_id: object = None) -> selections.Looked:
    version = (await Showtime.get(id=sale.showtime.id)).seat_version
    return await selections.look(
        sale.showtime.id, labels, user_id or sale.ana.user_id, version=version, capacity=100, now=clock.now()
    )


async def counted(sale: Sale, labels: Sequence[str], user_id: object) -> selections.Looked:
    """The same from every claim of the map and every hold of the person, one by one."""
    now, claims = clock.now(), await SeatClaim.filter(showtime_id=sale.showtime.id)
    over = {claim.label: claim for claim in claims if claim.expires_at is not None and claim.expires_at <= now}
    taken = {claim.label: claim.state for claim in claims if claim.label in labels or claim.label in over}
    unpaid = {booking.hold_id for booking in await Booking.filter(status=BookingStatus.PENDING)}
    alive = [
        hold
        for hold in await Hold.filter(user_id=user_id)
        if hold.expires_at > now and (hold.status is HoldStatus.ACTIVE or hold.id in unpaid)
    ]
    lapsed = [selections.LapsedClaim(label, claim.hold_id) for label, claim in over.items()]
    of_hold = {hold.id for hold in await Hold.filter(user_id=user_id)}
    of_booking = {booking.id for booking in await Booking.filter(user_id=user_id)}
    mine = [
        claim
        for claim in claims
        if claim.booking_id in of_booking or (claim.hold_id in of_hold and claim.label not in over)
    ]
    return selections.Looked(taken, lapsed, 100 - len(claims), len(alive), len(mine))


def sorted_by_label(found: selections.Looked) -> selections.Looked:
    lapsed = sorted(found.lapsed, key=lambda claim: claim.label)
    return replace(found, lapsed=lapsed)


@pytest.mark.parametrize("seed", range(3))
async def test_after_every_step_of_an_evening_it_is_what_a_full_count_finds(
    sale: Sale, later: Later, seed: int
) -> None:
    people = [sale.ana, *await others(4)]
    evening = Evening(sale, people, later, seed)
    lapsed = taken = alive = 0
    for number in range(300):
        await evening.step()
        labels, person = SEATS[number % 20 : number % 20 + number % 11], people[number % 5].user_id
        found = await looked(sale, labels, person)
        assert sorted_by_label(found) == sorted_by_label(await counted(sale, labels, person))
        lapsed, taken, alive = lapsed + len(found.lapsed), taken + len(found.states), alive + found.alive
    assert len(evening.steps) == 7, evening.steps
    assert min(lapsed, taken, alive) > 4, "the evening was too quiet to show anything"


async def test_where_the_log_says_nothing_the_claims_are_counted(sale: Sale) -> None:
    assert (await looked(sale, ["A1"])).available == 100
    await sale.buy("A1", "A2")
    await sale.hold("A3")
    await SeatChange.all().delete()
    assert (await looked(sale, [])).available == 97
    await sale.hold("A4")
    assert (await SeatChange.get()).available == 96


async def test_control_the_number_to_go_on_from_is_the_log_s(sale: Sale) -> None:
    await sale.hold("A1")
    await SeatChange.all().update(available=55)
    assert (await looked(sale, ["A1"])).available == 55


async def test_a_seat_that_nobody_asked_for_is_seen_when_its_hold_is_over(sale: Sale, later: Later) -> None:
    over = await sale.hold("A1", "A2")
    assert await looked(sale, ["B1"]) == selections.Looked({}, [], 98, 1, 2)
    later(minutes=11)
    expected = [selections.LapsedClaim(label, over.id) for label in ("A1", "A2")]
    found = sorted_by_label(await looked(sale, ["A2", "B1"]))
    assert found == selections.Looked({"A1": SeatState.HELD, "A2": SeatState.HELD}, expected, 98, 0, 0)
    await holds.release_expired(clock.now())
    assert await looked(sale, ["A2", "B1"]) == selections.Looked({}, [], 100, 0, 0)
