"""Bookings: made of a hold, kept until its end, cancelled while there is time, seen by their owner only."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

import clock
from domain.access import Role
from domain.bookings import REFERENCE_LETTERS, BookingStatus
from domain.events import BookingChange, Event
from domain.holds import HoldStatus
from domain.money import Money
from domain.payments import PaymentStatus
from domain.problems import CancellationRefused, HoldBooked, InvalidInput, NotOnSale
from domain.seat_maps import SeatMapChange
from domain.tickets import TicketStatus
from domain.wrong_calls import NotFound
from models.bookings import Booking, Hold, Ticket
from models.payments import Payment
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from resolvers import bookings, cancellations, holds, tickets
from tests.factories.sale import Sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import check_books, refunds_due


async def test_a_booking_takes_over_what_its_hold_promised(sale: Sale, announced: list[Event]) -> None:
    hold = await sale.hold("F7", "F8")
    announced.clear()
    booking = await sale.book_hold(hold.id)
    assert (booking.status, booking.user_id, booking.hold_id) == (BookingStatus.PENDING, sale.ana.user_id, hold.id)
    assert (booking.quote, booking.total) == (hold.quote, Money(50_000, "INR"))
    assert booking.expires_at == hold.expires_at
    assert len(booking.reference) == 6
    assert set(booking.reference) <= set(REFERENCE_LETTERS)
    assert (await Hold.get(id=hold.id)).status is HoldStatus.BOOKED
    assert ((await sale.map()).version, await sale.state_of("F7", "F8")) == (1, {"HELD"})
    assert announced == []
    assert await Ticket.all().count() == 0


async def test_one_hold_makes_one_booking_however_often_it_is_asked(sale: Sale) -> None:
    hold = await sale.hold("A1")
    calls = (sale.book_hold(hold.id) for _ in range(10))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(outcome) for outcome in outcomes) == {Booking: 1, HoldBooked: 9}
    (booking,) = await Booking.all()
    assert {outcome.booking_id for outcome in outcomes if isinstance(outcome, HoldBooked)} == {booking.id}


async def test_a_coupon_nobody_knows_is_named_and_books_nothing(sale: Sale) -> None:
    hold = await sale.hold("A1")
    refusal = await refused(InvalidInput, lambda: sale.book_hold(hold.id, "POPCORN"))
    assert [(problem.path, problem.message) for problem in refusal.fields] == [
        (("couponCode",), "This coupon is not known here.")
    ]
    assert (await sale.book_hold(hold.id)).status is BookingStatus.PENDING


async def test_what_is_no_longer_on_sale_is_not_booked(sale: Sale) -> None:
    hold = await sale.hold("A1")
    await Showtime.all().update(cancelled_at=clock.now())
    await refused(NotOnSale, lambda: sale.book_hold(hold.id))
    await Showtime.all().update(cancelled_at=None, starts_at=clock.now())
    await refused(NotOnSale, lambda: sale.book_hold(hold.id))


async def test_bookings_payments_and_tickets_are_their_owner_s_and_the_administrator_s(sale: Sale) -> None:
    booking, _ = await sale.buy("A1")
    ticket = await Ticket.get()
    (ben,) = await others(1)
    admin = actor_of(await make_staff(Role.ADMIN))
    for actor, seen in ((sale.ana, booking.id), (admin, booking.id), (ben, None)):
        found = await bookings.one(actor, booking.id)
        assert (found and found.id) == seen
        admitted = await tickets.one(actor, ticket.id)
        assert (admitted is not None) is (seen is not None)
    await refused(NotFound, lambda: cancellations.cancel(ben, booking.id))
    assert (await cancellations.cancel(admin, booking.id)).status is BookingStatus.CANCELLED


async def test_a_person_s_bookings_are_listed_newest_first_and_nobody_else_s(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    mine = []
    for seat in ("A1", "A2", "A3"):
        mine.append(await sale.book(seat))
        later(seconds=1)
    await sale.book("B1", actor=ben)
    page = await bookings.mine(sale.ana, 2, None)
    assert [booking.id for booking in page.rows] == [mine[2].id, mine[1].id]
    assert (page.has_next, await page.count()) == (True, 3)


async def test_a_booking_is_completed_when_its_film_is_over(sale: Sale, later: Later) -> None:
    booking, _ = await sale.buy("A1")
    assert bookings.status_now(booking, sale.showtime) is BookingStatus.CONFIRMED
    later(days=1, hours=2, seconds=1)
    assert bookings.status_now(booking, sale.showtime) is BookingStatus.COMPLETED
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))


async def test_cancelling_is_one_change_of_the_map_and_one_of_the_booking(sale: Sale, announced: list[Event]) -> None:
    booking, _ = await sale.buy("A1", "A2")
    announced.clear()
    await cancellations.cancel(sale.ana, booking.id)
    assert announced == [
        SeatMapChange(sale.showtime.id, 2, 3, 100, {"A1": "AVAILABLE", "A2": "AVAILABLE"}),
        BookingChange(booking.id, booking.version, booking.version + 1),
    ]
    assert await SeatClaim.all().count() == 0


async def test_seats_of_a_cancelled_booking_are_sold_again(sale: Sale) -> None:
    (ben,) = await others(1)
    booking, _ = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    again = await sale.hold("A1", actor=ben)
    assert [claim.hold_id for claim in await SeatClaim.all()] == [again.id]
    assert {ticket.status for ticket in await Ticket.all()} == {TicketStatus.CANCELLED}


async def test_cancelled_ten_times_at_once_it_is_cancelled_once(sale: Sale) -> None:
    booking, payment = await sale.buy("A1")
    calls = (cancellations.cancel(sale.ana, booking.id) for _ in range(10))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(outcome) for outcome in outcomes) == {Booking: 1, CancellationRefused: 9}
    assert await refunds_due() == [payment.id]
    assert (await sale.map()).version == 3


async def test_cancelled_while_it_is_paid_the_money_is_never_lost(sale: Sale) -> None:
    for number in range(1, 11):
        booking = await sale.book(f"A{number}")
        payment = await sale.start(booking)
        told = sale.tell(payment, PaymentStatus.SUCCEEDED)
        cancelled = cancellations.cancel(sale.ana, booking.id)
        await asyncio.gather(*((told, cancelled) if number % 2 else (cancelled, told)))
        assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED
        assert (await Payment.get(id=payment.id)).status is PaymentStatus.SUCCEEDED
        assert not await Ticket.filter(booking_id=booking.id, status=TicketStatus.VALID).exists()
    assert sorted(Counter(await refunds_due()).values()) == [1] * 10
    await check_books()
    assert (await sale.map()).available == 100


async def test_an_unpaid_booking_past_its_time_has_expired_and_is_not_cancelled(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    later(minutes=11)
    refusal = await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))
    assert refusal.message == "This booking is expired; there is nothing to cancel."
    assert await holds.release_expired(clock.now()) == 1
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))


async def test_at_the_very_start_it_is_too_late_to_cancel(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    booking, _ = await sale.buy("A1")
    starts_at = sale.showtime.starts_at
    monkeypatch.setattr(clock, "now", lambda: starts_at)
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))
    monkeypatch.setattr(clock, "now", lambda: starts_at - timedelta(microseconds=1))
    assert (await cancellations.cancel(sale.ana, booking.id)).status is BookingStatus.CANCELLED


async def test_what_one_booking_does_leaves_its_neighbours_alone(sale: Sale) -> None:
    first, _ = await sale.buy("A1", "A2")
    second, _ = await sale.buy("A3")
    before = await everything()
    await cancellations.cancel(sale.ana, second.id)
    after = await everything()
    for table, column in (("Ticket", "booking_id"), ("SeatClaim", "booking_id"), ("Payment", "booking_id")):
        ours = [[row for row in rows[table] if row[column] == first.id] for rows in (before, after)]
        assert ours[0] == ours[1] != []
