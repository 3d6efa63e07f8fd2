"""What is over is over at its moment, whoever asks first, and whether or not a sweep has come by."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

import clock
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.holds import HoldStatus
from domain.payments import PaymentStatus
from domain.problems import HoldExpired, HoldLimitReached, SeatsUnavailable
from domain.seat_maps import SeatMapChange
from models.bookings import Booking, Hold
from models.payments import Payment
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from resolvers import bookings, holds
from settings import Settings
from tests.factories.sale import Sale, open_sale, others
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later

INSTANT = timedelta(microseconds=1)
# Whole seconds have no fraction in SQLite's text: the comparison must hold there too.
MOMENTS = [
    datetime(2030, 5, 1, 20, 0, 0, tzinfo=UTC),
    datetime(2030, 5, 1, 20, 0, 0, 1, tzinfo=UTC),
    datetime(2030, 5, 1, 20, 0, 0, 999_999, tzinfo=UTC),
    datetime(2030, 5, 1, 23, 59, 59, 500_000, tzinfo=UTC),
]


def stand_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


async def open_sale_at(sale: Sale, moment: datetime) -> Sale:
    """The same house with its showtime a day after a moment."""
    sale.showtime.starts_at, sale.showtime.ends_at = moment + timedelta(days=1), moment + timedelta(days=1, hours=2)
    await sale.showtime.save()
    return sale


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_hold_is_alive_to_its_last_instant_and_over_at_its_end(
    sale: Sale, monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> None:
    (ben,) = await others(1)
    stand_at(monkeypatch, moment)
    sale = await open_sale_at(sale, moment)
    hold = await sale.hold("A1")
    assert hold.expires_at == moment + timedelta(minutes=10)
    stand_at(monkeypatch, hold.expires_at - INSTANT)
    assert (await sale.state_of("A1"), holds.status_now(hold)) == ({"HELD"}, HoldStatus.ACTIVE)
    assert await holds.release_expired(clock.now()) == 0
    await refused(SeatsUnavailable, lambda: sale.hold("A1", actor=ben))
    stand_at(monkeypatch, hold.expires_at)
    assert (await sale.state_of("A1"), holds.status_now(hold)) == ({"AVAILABLE"}, HoldStatus.EXPIRED)
    assert await holds.mine(sale.ana) == []
    await refused(HoldExpired, lambda: sale.book_hold(hold.id))
    assert await holds.release_expired(clock.now()) == 1
    assert (await sale.hold("A1", actor=ben)).status is HoldStatus.ACTIVE


async def test_holds_that_end_together_come_back_as_one_change(
    sale: Sale, later: Later, announced: list[Event]
) -> None:
    people = await others(3)
    for number, person in enumerate(people, start=1):
        await sale.hold(f"A{number}", f"B{number}", actor=person)
    later(minutes=11)
    assert await holds.release_expired(clock.now()) == 1
    assert isinstance(announced[-1], SeatMapChange)
    assert (announced[-1].since, announced[-1].version, announced[-1].available) == (3, 4, 100)
    assert dict(announced[-1].seats) == dict.fromkeys(["A1", "B1", "A2", "B2", "A3", "B3"], "AVAILABLE")
    assert len(announced) == 4
    assert {hold.status for hold in await Hold.all()} == {HoldStatus.EXPIRED}
    assert await SeatClaim.all().count() == 0


async def test_only_what_is_over_comes_back(sale: Sale, later: Later) -> None:
    await sale.buy("A1")
    await sale.hold("A2")
    later(minutes=6)
    young = await sale.hold("A3")
    later(minutes=5)
    assert await holds.release_expired(clock.now()) == 1
    claims = await SeatClaim.all().order_by("label")
    assert [(claim.label, claim.state, claim.hold_id) for claim in claims] == [
        ("A1", "BOOKED", None),
        ("A3", "HELD", young.id),
    ]


async def test_a_sweep_goes_through_every_house(sale: Sale, settings: Settings, later: Later) -> None:
    houses = [sale, *[await open_sale(settings) for _ in range(2)]]
    for house in houses:
        await house.hold("A1")
    later(minutes=11)
    assert await holds.release_expired(clock.now()) == 3
    for house in houses:
        assert ((await house.map()).version, (await house.map()).available) == (2, 100)


async def test_many_sweeps_at_once_and_a_buyer_among_them_do_no_harm(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    await sale.hold("A1", "A2")
    later(minutes=11)
    sweeps = (holds.release_expired(clock.now()) for _ in range(5))
    *_, bens = await asyncio.gather(*sweeps, sale.hold("A2", actor=ben))
    assert [claim.hold_id for claim in await SeatClaim.all()] == [bens.id]
    log = await SeatChange.all().order_by("version")
    assert [(row.version, row.cause) for row in log] == [(1, "HELD"), (2, "EXPIRED"), (3, "HELD")]
    assert (await sale.map()).version == 3


async def test_an_unpaid_booking_ends_with_its_hold_and_its_payment_with_it(
    sale: Sale, later: Later, announced: list[Event]
) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    before = (await Booking.get(id=booking.id)).version
    later(minutes=11)
    assert bookings.status_now(booking, sale.showtime) is BookingStatus.EXPIRED
    announced.clear()
    await holds.release_expired(clock.now())
    ended = await Booking.get(id=booking.id)
    assert (ended.status, ended.version) == (BookingStatus.EXPIRED, before + 1)
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.EXPIRED
    assert (await Hold.get(id=booking.hold_id)).status is HoldStatus.EXPIRED
    assert announced == [
        SeatMapChange(sale.showtime.id, 1, 2, 100, {"A1": "AVAILABLE"}),
        BookingChange(booking.id, before, before + 1),
    ]


async def test_a_payment_that_has_ended_keeps_its_end_when_the_booking_expires(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await sale.tell(payment, PaymentStatus.FAILED)
    later(minutes=11)
    await holds.release_expired(clock.now())
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.FAILED


async def test_a_refusal_gives_nothing_back_and_yet_sees_what_is_free(sale: Sale, later: Later) -> None:
    ben, cleo = await others(2)
    await sale.hold("A1")
    later(minutes=6)
    await sale.hold("A2", actor=ben)
    later(minutes=5)
    refusal = await refused(SeatsUnavailable, lambda: sale.hold("A1", "A2", actor=cleo))
    assert refusal.seats == ["A2"]
    assert (await sale.hold("A1", actor=cleo)).status is HoldStatus.ACTIVE


async def test_what_is_over_no_longer_counts_against_a_person(sale: Sale, later: Later) -> None:
    for seat in ("A1", "A2"):
        await sale.hold(seat)
    await sale.book("A3")
    await refused(HoldLimitReached, lambda: sale.hold("A4"))
    later(minutes=10)
    for seat in ("A4", "A5", "A6"):
        await sale.hold(seat)
    await refused(HoldLimitReached, lambda: sale.hold("A7"))


async def test_nobody_s_question_ends_a_hold_of_another_showtime(sale: Sale, settings: Settings, later: Later) -> None:
    house = await open_sale(settings)
    await house.hold("A1")
    later(minutes=11)
    before = await everything()
    await sale.hold("A1")
    after = await everything()
    mine = str(house.showtime.id)
    for table in ("Hold", "SeatClaim", "SeatChange"):
        theirs = [[row for row in rows[table] if str(row["showtime_id"]) == mine] for rows in (before, after)]
        assert theirs[0] == theirs[1] != []
