"""Equivalent seats for whose money came after their own were sold: held for a while, to take or to leave."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

import clock
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.layouts import SeatKind
from domain.money import Money
from domain.offers import OfferStatus
from domain.payments import CaptureFate, PaymentStatus
from domain.pricing import PricePart
from domain.problems import HoldBooked, OfferOver, SeatsUnavailable
from domain.seat_maps import SeatMapChange
from domain.wrong_calls import NotFound
from models.bookings import Booking, Hold, Ticket
from models.offers import Offer
from models.payments import Capture, Payment
from models.sales import Sale as SaleRow
from models.seat_changes import SeatChange
from models.showtimes import Showtime
from resolvers import cancellations, holds, offers
from tests.factories.sale import Sale, others
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.resolvers.late import too_late
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import balances, check_books, ordered, refunds_due, worker

DONE = PaymentStatus.SUCCEEDED


async def accept(sale: Sale, booking: Booking, key: str | None = None) -> Booking:
    return await offers.accept(sale.ana, booking.id, sale.ticket_codes, key=key)


async def offered(booking: Booking) -> list[str]:
    """The seats that are held for a booking."""
    return (await Hold.get(id=(await Offer.get(booking_id=booking.id)).hold_id)).quote.labels


async def test_equivalent_seats_are_held_for_a_quarter_of_an_hour(sale: Sale, later: Later) -> None:
    booking, payment = await too_late(sale, later, "F5", "F6", sold="F6")
    offer = await Offer.get()
    assert (offer.booking_id, offer.status) == (booking.id, OfferStatus.OPEN)
    assert offer.expires_at == clock.now() + timedelta(minutes=15)
    capture = await Capture.get(payment_id=payment.id)
    assert (offer.capture_id, capture.fate) == (capture.id, CaptureFate.OFFER)
    assert booking.status is BookingStatus.EXPIRED
    seats = await offered(booking)
    assert len(seats) == 2
    assert await sale.state_of(*seats) == {"HELD"}
    (ben,) = await others(1)
    await refused(SeatsUnavailable, lambda: sale.hold(*seats, actor=ben))
    assert await balances() == {"PROVIDER": 75_000, "CUSTOMERS": -50_000, "SALES": -25_000}
    await check_books()
    assert await refunds_due() == []
    assert await Ticket.filter(booking_id=booking.id).count() == 0
    assert (await offers.of(booking.id)) is not None


async def test_accepted_they_are_the_booking_s_with_tickets_at_the_price_that_was_paid(
    sale: Sale, later: Later, announced: list[Event]
) -> None:
    booking, payment = await too_late(sale, later, "F5", "F6")
    seats = await offered(booking)
    announced.clear()
    confirmed = await accept(sale, booking, key="yes")
    assert (confirmed.status, confirmed.quote.labels, confirmed.total) == (
        BookingStatus.CONFIRMED,
        seats,
        Money(50_000, "INR"),
    )
    tickets = await Ticket.filter(booking_id=booking.id)
    assert {(ticket.seat, ticket.status.value) for ticket in tickets} == {(seat, "VALID") for seat in seats}
    assert {sale.ticket_codes.verify(ticket.code).seat for ticket in tickets} == set(seats)
    assert await sale.state_of(*seats) == {"BOOKED"}
    (change,) = [event for event in announced if isinstance(event, SeatMapChange)]
    assert dict(change.seats) == dict.fromkeys(seats, "BOOKED")
    assert [type(event) for event in announced].count(BookingChange) == 1
    assert (await Capture.get(payment_id=payment.id)).fate is CaptureFate.TICKET
    assert (await SaleRow.get(payment_id=payment.id)).tickets == 2
    await check_books()
    before = await everything()
    assert (await accept(sale, booking, key="yes")).id == booking.id
    assert await everything() == before
    await refused(OfferOver, lambda: accept(sale, booking))
    later(minutes=16)
    assert await worker(sale).drain() == 1
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    await cancellations.cancel(sale.ana, booking.id)
    assert await sale.state_of(*seats) == {"AVAILABLE"}
    assert await ordered() == [("CUSTOMER", 50_000, "PENDING")]
    await check_books()


async def test_the_same_kinds_are_offered_and_the_price_stays_to_the_cent(sale: Sale, later: Later) -> None:
    screen = await make_screen(drawing="A ssssss\nB pppppp\nC vvvv")
    house = replace(sale, showtime=await make_showtime(screen=screen, base_price=33_333))
    booking, _ = await too_late(house, later, "A1", "B1", "C1", sold="B1")
    await Showtime.filter(id=house.showtime.id).update(base_price_minor=99_999)
    confirmed = await accept(house, booking)
    assert [label[0] for label in confirmed.quote.labels] == ["A", "B", "C"]
    assert list(confirmed.quote.shares().values()) == list(booking.quote.shares().values()) == [33_333, 41_666, 53_333]
    kinds = [line.kind for line in confirmed.quote.lines if line.part is PricePart.BASE]
    assert kinds == [SeatKind.STANDARD, SeatKind.PREMIUM, SeatKind.VIP]
    assert confirmed.total == booking.total


async def test_where_only_other_kinds_are_left_the_money_goes_back(sale: Sale, later: Later) -> None:
    screen = await make_screen(drawing="A ssssss\nB p")
    house = replace(sale, showtime=await make_showtime(screen=screen))
    booking, payment = await too_late(house, later, "A1", "B1", sold="B1")
    assert await Offer.all().count() == 0
    assert await refunds_due() == [payment.id]
    assert await ordered() == [("SEATS_GONE", 56_250, "PENDING")]
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    assert await house.state_of("A1") == {"AVAILABLE"}
    await check_books()


@pytest.mark.parametrize("end", ["declined", "expired"])
async def test_left_the_seats_are_free_and_all_of_the_money_goes_back(sale: Sale, later: Later, end: str) -> None:
    booking, payment = await too_late(sale, later, "F5", "F6")
    seats = await offered(booking)
    if end == "declined":
        await offers.decline(sale.ana, booking.id, key="no")
        before = await everything()
        await offers.decline(sale.ana, booking.id, key="no")
        assert await everything() == before
    else:
        later(minutes=15)
        assert await worker(sale).drain() == 2, "the offer is closed, its money given back"
    offer = await Offer.get()
    status, reason = {
        "declined": (OfferStatus.DECLINED, "OFFER_DECLINED"),
        "expired": (OfferStatus.EXPIRED, "OFFER_EXPIRED"),
    }[end]
    assert offer.status is status
    assert await sale.state_of(*seats) == {"AVAILABLE"}
    assert (await sale.map()).available == 99
    await worker(sale).drain()
    assert await ordered() == [(reason, 50_000, "SUCCEEDED")]
    assert sale.gateway.refunded == [(payment.id, Money(50_000, "INR"))]
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    await refused(OfferOver, lambda: accept(sale, booking))
    await refused(OfferOver, lambda: offers.decline(sale.ana, booking.id))
    assert await offers.of(booking.id) is None
    assert await balances() == {"PROVIDER": 25_000, "SALES": -25_000}
    await check_books()


async def test_an_offer_lasts_to_the_microsecond(sale: Sale, later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    booking, _ = await too_late(sale, later, "F5")
    ends = (await Offer.get()).expires_at
    monkeypatch.setattr(clock, "now", lambda: ends)
    await refused(OfferOver, lambda: accept(sale, booking))
    await refused(OfferOver, lambda: offers.decline(sale.ana, booking.id))
    monkeypatch.setattr(clock, "now", lambda: ends - timedelta(microseconds=1))
    await offers.close((await Offer.get()).id)
    assert (await Offer.get()).status is OfferStatus.OPEN, "whoever closes it too early leaves it open"
    assert (await accept(sale, booking)).status is BookingStatus.CONFIRMED


async def test_seats_that_another_process_has_given_back_are_not_taken(
    sale: Sale, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for the map, or whose clock is behind, still believes that the offer is open."""
    booking, _ = await too_late(sale, later, "F5")
    seats, ends = await offered(booking), (await Offer.get()).expires_at
    (mia,) = await others(1)
    monkeypatch.setattr(clock, "now", lambda: ends + timedelta(milliseconds=1))
    mias = await sale.hold(*seats, actor=mia)
    monkeypatch.setattr(clock, "now", lambda: ends - timedelta(milliseconds=1))
    await refused(OfferOver, lambda: accept(sale, booking))
    assert (await Hold.get(id=mias.id)).quote.labels == seats
    assert await SeatChange.filter(cause="BOOKED").count() == 1


async def test_an_offer_ends_when_the_film_begins_if_that_is_sooner(sale: Sale, later: Later) -> None:
    await Showtime.all().update(starts_at=clock.now() + timedelta(minutes=20))
    booking, _ = await too_late(sale, later, "F5")
    assert (await Offer.get()).expires_at == (await Showtime.get()).starts_at < clock.now() + timedelta(minutes=15)
    later(minutes=9)
    await refused(OfferOver, lambda: accept(sale, booking))


async def test_whose_offer_it_is_and_who_has_none(sale: Sale, later: Later) -> None:
    booking, _ = await too_late(sale, later, "F5")
    ben, mia = await others(2)
    mias = await sale.book("A1", actor=mia)
    answers: list[Callable[[Booking], Awaitable[object]]] = [
        lambda of: offers.accept(ben, of.id, sale.ticket_codes),
        lambda of: offers.decline(ben, of.id),
    ]
    for answer in answers:
        await refused(NotFound, lambda answer=answer: answer(booking))
    await refused(NotFound, lambda: offers.decline(mia, mias.id))
    await refused(NotFound, lambda: offers.accept(mia, mias.id, sale.ticket_codes))


async def test_offered_seats_cannot_be_extended_released_or_booked_past_the_offer(sale: Sale, later: Later) -> None:
    booking, _ = await too_late(sale, later, "F5")
    hold = await Hold.get(id=booking.hold_id)
    assert await holds.mine(sale.ana) == []
    for call in (
        lambda: holds.release(sale.ana, hold.id),
        lambda: holds.extend(sale.ana, hold.id, sale.terms),
        lambda: sale.book_hold(hold.id),
    ):
        assert (await refused(HoldBooked, call)).booking_id == booking.id
    assert (await offers.of(booking.id)) is not None
