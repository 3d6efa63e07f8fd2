"""Holds: set aside, extended, released, over."""

from datetime import timedelta

import pytest

import clock
from domain.events import Event
from domain.holds import HoldStatus
from domain.problems import (
    BadUserInput,
    HoldBooked,
    HoldExpired,
    HoldLimitReached,
    NotFound,
    NotOnSale,
    SeatsUnavailable,
    TooManySeats,
)
from domain.seat_maps import SeatMapChange, SeatState
from models.bookings import Hold
from models.seat_changes import SeatChange, merged
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.tasks import QueuedTask
from resolvers import bookings, holds
from tests.factories.sale import Sale, others
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later


async def test_a_hold_is_one_change_written_logged_and_told(sale: Sale, announced: list[Event]) -> None:
    hold = await sale.hold("F7", "F8")
    change = SeatMapChange(sale.showtime.id, 0, 1, 98, {"F7": SeatState.HELD, "F8": SeatState.HELD})
    assert announced == [change]
    assert await merged(sale.showtime.id, 0, 1) == change
    assert (await sale.map()).taken == change.seats
    assert (hold.status, hold.quote.labels, hold.quote.total.minor) == (HoldStatus.ACTIVE, ["F7", "F8"], 50_000)
    assert timedelta(minutes=9.9) < hold.expires_at - clock.now() <= timedelta(minutes=10)
    assert await QueuedTask.all().count() == 0


async def test_taken_seats_are_named_and_nothing_is_held(sale: Sale) -> None:
    (ben,) = await others(1)
    await sale.hold("F7")
    refusal = await refused(SeatsUnavailable, lambda: sale.hold("F6", "F7", actor=ben))
    assert refusal.seats == ["F7"]


@pytest.mark.parametrize("seats", [[], ["Z9"], [""], ["F7", "F7"], ["f7"], ["F7 "]])
async def test_labels_that_are_none_are_a_wrong_call(sale: Sale, seats: list[str]) -> None:
    await refused(BadUserInput, lambda: sale.hold(*seats))


async def test_eleven_seats_are_too_many(sale: Sale) -> None:
    refusal = await refused(TooManySeats, lambda: sale.hold(*[f"A{n}" for n in range(1, 11)], "B1"))
    assert refusal.limit == 10
    assert len((await sale.hold(*[f"A{n}" for n in range(1, 11)])).quote.labels) == 10


async def test_a_started_a_cancelled_and_an_unopened_showtime_are_not_on_sale(sale: Sale) -> None:
    now = clock.now()
    for column, value in (
        ("starts_at", now - timedelta(minutes=1)),
        ("cancelled_at", now),
        ("sales_open_at", now + timedelta(hours=1)),
    ):
        original = await Showtime.get(id=sale.showtime.id).values(column)
        await Showtime.filter(id=sale.showtime.id).update(**{column: value})
        await refused(NotOnSale, lambda: sale.hold("A1"))
        await Showtime.filter(id=sale.showtime.id).update(**original)
    assert (await sale.hold("A1")).status is HoldStatus.ACTIVE


async def test_the_price_of_a_hold_stands_when_the_showtime_s_changes(sale: Sale) -> None:
    hold = await sale.hold("A1")
    await Showtime.filter(id=sale.showtime.id).update(base_price_minor=99_999)
    booking = await bookings.book(sale.ana, hold.id)
    assert (hold.quote.total.minor, booking.total.minor) == (25_000, 25_000)
    assert (await sale.hold("A2")).quote.total.minor == 99_999


async def test_three_holds_at_once_unpaid_bookings_included(sale: Sale) -> None:
    await sale.book("A1")
    await sale.hold("A2")
    third = await sale.hold("A3")
    refusal = await refused(HoldLimitReached, lambda: sale.hold("A4"))
    assert refusal.limit == 3
    await holds.release(sale.ana, third.id)
    await sale.hold("A4")
    await refused(HoldLimitReached, lambda: sale.hold("A5"))


async def test_a_paid_booking_no_longer_counts(sale: Sale) -> None:
    await sale.buy("A1")
    for seat in ("A2", "A3", "A4"):
        await sale.hold(seat)
    await refused(HoldLimitReached, lambda: sale.hold("A5"))


async def test_an_extension_lasts_from_now_but_never_beyond_the_cap(sale: Sale, later: Later) -> None:
    hold = await sale.hold("A1")
    made_at = hold.created_at
    for minutes, expected in ((8, 18), (9, 27), (9, 30)):
        later(minutes=minutes)
        hold = await holds.extend(sale.ana, hold.id, sale.terms)
        assert abs(hold.expires_at - made_at - timedelta(minutes=expected)) < timedelta(seconds=5)
        (claim,) = await SeatClaim.filter(hold_id=hold.id)
        assert claim.expires_at == hold.expires_at
    refusal = await refused(HoldLimitReached, lambda: holds.extend(sale.ana, hold.id, sale.terms))
    assert refusal.limit == 30
    assert (await sale.map()).version == 1


async def test_a_released_hold_frees_its_seats_and_is_given_again(sale: Sale, announced: list[Event]) -> None:
    hold = await sale.hold("A1", "A2")
    assert (await holds.release(sale.ana, hold.id)).status is HoldStatus.RELEASED
    assert (await sale.map()).available == 100
    assert [event.version for event in announced] == [1, 2]
    before = await everything()
    assert (await holds.release(sale.ana, hold.id)).id == hold.id
    assert await everything() == before
    await refused(HoldExpired, lambda: holds.extend(sale.ana, hold.id, sale.terms))


async def test_what_has_become_a_booking_leads_there(sale: Sale) -> None:
    hold = await sale.hold("A1")
    booking = await bookings.book(sale.ana, hold.id)
    calls = (
        lambda: holds.extend(sale.ana, hold.id, sale.terms),
        lambda: holds.release(sale.ana, hold.id),
        lambda: bookings.book(sale.ana, hold.id),
    )
    for call in calls:
        refusal = await refused(HoldBooked, call)
        assert refusal.booking_id == booking.id


async def test_another_person_s_hold_is_not_there(sale: Sale) -> None:
    (ben,) = await others(1)
    hold = await sale.hold("A1")
    for call in (
        lambda: holds.extend(ben, hold.id, sale.terms),
        lambda: holds.release(ben, hold.id),
        lambda: bookings.book(ben, hold.id),
    ):
        await refused(NotFound, call)
    assert await holds.mine(ben) == []
    assert [mine.id for mine in await holds.mine(sale.ana)] == [hold.id]


async def test_an_expired_hold_is_free_at_once_without_any_sweep(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    hold = await sale.hold("A1", "A2")
    later(minutes=10, seconds=1)
    assert await sale.state_of("A1", "A2") == {"AVAILABLE"}
    for call in (
        lambda: holds.extend(sale.ana, hold.id, sale.terms),
        lambda: holds.release(sale.ana, hold.id),
        lambda: bookings.book(sale.ana, hold.id),
    ):
        await refused(HoldExpired, call)
    taken = await sale.hold("A2", actor=ben)
    assert [claim.hold_id for claim in await SeatClaim.all()] == [taken.id]


async def test_an_expiry_is_a_change_of_its_own(sale: Sale, later: Later, announced: list[Event]) -> None:
    (ben,) = await others(1)
    hold = await sale.hold("A1", "A2")
    later(minutes=11)
    await sale.hold("A2", actor=ben)
    changes = [
        (event.version, dict(event.seats), event.available) for event in announced if isinstance(event, SeatMapChange)
    ]
    assert changes == [
        (1, {"A1": "HELD", "A2": "HELD"}, 98),
        (2, {"A1": "AVAILABLE", "A2": "AVAILABLE"}, 100),
        (3, {"A2": "HELD"}, 99),
    ]
    assert [row.cause for row in await SeatChange.all().order_by("version")] == ["HELD", "EXPIRED", "HELD"]
    assert (await Hold.get(id=hold.id)).status is HoldStatus.EXPIRED


async def test_a_sweep_gives_back_once_and_two_sweeps_do_no_harm(sale: Sale, later: Later) -> None:
    await sale.hold("A1")
    assert await holds.release_expired(clock.now()) == 0
    later(minutes=11)
    assert await holds.release_expired(clock.now()) == 1
    before = await everything()
    assert await holds.release_expired(clock.now()) == 0
    assert await everything() == before
    assert (await sale.map()).version == 2
    assert await SeatClaim.all().count() == 0
