"""Paid, wanted by somebody else and swept, all in the instant in which a hold ends: one clean outcome every time."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import pytest

import clock
from domain.bookings import BookingStatus
from domain.holds import HoldStatus
from domain.payments import PaymentStatus
from domain.problems import HoldBooked, HoldExpired, Problem, SeatsUnavailable
from models.bookings import Booking, Hold, Ticket
from models.offers import Offer
from models.payments import Payment
from models.refunds import Refund
from models.seat_claims import SeatClaim
from resolvers import holds
from settings import Settings
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.races.history import check_history
from tests.races.rivals import people

SEATS = [f"{row}{number}" for row in "ABCDE" for number in range(1, 11)]
AROUND = 0.05  # seconds before and after the end in which everything happens

Call = Callable[[], Awaitable[object]]


@pytest.fixture
async def sale(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Sale:
    """A house whose clock stands still: everything made now ends at the same instant."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    return await open_sale(settings)


async def around(ends: datetime, calls: Sequence[Call], monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Let the clock run again from shortly before the end, and everybody do their thing somewhen around it."""
    ahead = ends - timedelta(seconds=2 * AROUND) - clock.system()
    monkeypatch.setattr(clock, "now", lambda: clock.system() + ahead)
    dice = random.Random(4)

    async def somewhen(call: Call) -> object:
        moment = ends + timedelta(seconds=dice.uniform(-AROUND, AROUND))
        await asyncio.sleep(max(0.0, (moment - clock.now()).total_seconds()))
        try:
            return await call()
        except Problem as refusal:
            return refusal

    return await asyncio.gather(*map(somewhen, calls))


async def test_a_booking_paid_as_it_ends_is_one_person_s_and_the_money_follows(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyers, rivals = await people(len(SEATS)), await people(len(SEATS))
    started = []
    for buyer, seat in zip(buyers, SEATS, strict=True):
        started.append(await sale.start(await sale.book(seat, actor=buyer), actor=buyer))
    wishes = [lambda who=who, seat=seat: sale.hold(seat, actor=who) for who, seat in zip(rivals, SEATS, strict=True)]
    sweeps = [lambda: holds.release_expired(clock.now())] * 10
    ends = (await Booking.all().first()).expires_at
    outcomes = await around(ends, [*wishes, *paying(sale, started), *sweeps], monkeypatch)
    found = outcomes[: len(SEATS)]
    assert set(Counter(map(type, found))) <= {Hold, SeatsUnavailable}
    for payment, rival in zip(started, found, strict=True):
        await check_one_owner(payment, has_rival=isinstance(rival, Hold))
    await check_history(sale.showtime.id)


def paying(sale: Sale, started: Sequence[Payment]) -> list[Call]:
    """The gateway's good news about each payment."""
    return [lambda payment=payment: sale.tell(payment, PaymentStatus.SUCCEEDED) for payment in started]


async def check_one_owner(payment: Payment, *, has_rival: bool) -> None:
    """Either the buyer has the seat and a ticket, or the rival holds it and the buyer is offered another; once."""
    booking = await Booking.get(id=payment.booking_id)
    paid = await Payment.get(id=payment.id)
    tickets = await Ticket.filter(booking_id=booking.id).count()
    refunds = await Refund.filter(payment_id=payment.id)
    offers = await Offer.filter(booking_id=booking.id).count()
    assert paid.status is PaymentStatus.SUCCEEDED
    found = (booking.status, tickets, offers, len(refunds))
    if has_rival:
        assert found == (BookingStatus.EXPIRED, 0, 1, 0)
    elif tickets == 0:  # the seat was offered to another buyer, whose own had gone to a rival
        claim = await SeatClaim.get(label=booking.quote.labels[0])
        assert await Offer.exists(hold_id=claim.hold_id)
        assert found == (BookingStatus.EXPIRED, 0, 1, 0)
    else:
        assert found == (BookingStatus.CONFIRMED, 1, 0, 0)


async def test_a_hold_that_is_booked_released_and_over_at_once_has_one_end(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors = await people(len(SEATS))
    made = [await sale.hold(seat, actor=actor) for actor, seat in zip(actors, SEATS, strict=True)]
    pairs = list(zip(actors, made, strict=True))
    books = [lambda actor=actor, hold=hold: sale.book_hold(hold.id, actor=actor) for actor, hold in pairs]
    releases = [lambda actor=actor, hold=hold: holds.release(actor, hold.id) for actor, hold in pairs]
    sweeps = [lambda: holds.release_expired(clock.now())] * 10
    outcomes = await around(made[0].expires_at, [*books, *releases, *sweeps], monkeypatch)
    assert set(map(type, outcomes)) <= {Booking, Hold, HoldBooked, HoldExpired, int}
    for hold, booked, released in zip(made, outcomes, outcomes[len(SEATS) :], strict=False):
        ends = [isinstance(booked, Booking), isinstance(released, Hold)]
        assert ends.count(True) <= 1, "booked and released"
        assert (await Booking.filter(hold_id=hold.id).count() == 1) is ends[0]
        assert ((await Hold.get(id=hold.id)).status is HoldStatus.RELEASED) is ends[1]
    await holds.release_expired(clock.now())
    assert await SeatClaim.all().count() == 0, "whatever was not paid is free"
    assert (await check_history(sale.showtime.id)).available == 100
