"""Money that comes too late, twice, in part or wrong: it buys what it can, and else goes back, once and whole."""

import asyncio

import pytest
from tortoise.models import Model

import clock
from domain.bookings import BookingStatus
from domain.events import Event
from domain.holds import HoldStatus
from domain.money import Money
from domain.offers import OfferStatus
from domain.payments import CaptureFate, News, PaymentStatus
from domain.seat_maps import SeatMapChange
from models.bookings import Booking, Hold, Ticket
from models.offers import Offer
from models.payments import Capture, Payment
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from resolvers import cancellations, holds, offers, settlement
from tests.factories.sale import Sale, others
from tests.resolvers.late import too_late
from tests.resolvers.refusals import everything
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import check_books, ordered, refunds_due, worker

DONE, FAILED = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED
REST = [f"{row}{number}" for row in "ABCDEFGHJK" for number in range(1, 11)]


async def sell_out(sale: Sale, seats: list[str]) -> None:
    """Others buy all of these."""
    for first in range(0, len(seats), 10):
        (person,) = await others(1)
        booking = await sale.book(*seats[first : first + 10], actor=person)
        await sale.tell(await sale.start(booking, actor=person), DONE)


async def test_money_that_comes_late_buys_the_seats_while_they_are_free(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1", "A2")
    payment = await sale.start(booking)
    later(minutes=11)
    await holds.release_expired(clock.now())
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    await sale.tell(payment, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert (await Hold.get(id=booking.hold_id)).status is HoldStatus.BOOKED
    assert await sale.state_of("A1", "A2") == {"BOOKED"}
    assert await Ticket.all().count() == 2
    assert await refunds_due() == []
    await check_books()


async def test_late_money_needs_no_sweep_before_it_buys_the_seats(
    sale: Sale, later: Later, announced: list[Event]
) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=11)
    announced.clear()
    await sale.tell(payment, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    maps = [event for event in announced if isinstance(event, SeatMapChange)]
    assert [(event.version, dict(event.seats)) for event in maps] == [(2, {"A1": "AVAILABLE"}), (3, {"A1": "BOOKED"})]
    assert await holds.release_expired(clock.now()) == 0
    assert [(row.cause, row.version) for row in await SeatChange.all().order_by("version")] == [
        ("HELD", 1),
        ("EXPIRED", 2),
        ("BOOKED", 3),
    ]


async def test_money_that_comes_after_resale_holds_other_seats_once_and_the_buyer_is_untouched(
    sale: Sale, later: Later
) -> None:
    (ben,) = await others(1)
    booking = await sale.book("A1", "A2")
    payment = await sale.start(booking)
    later(minutes=11)
    bens = await sale.hold("A2", actor=ben)
    await sale.tell(payment, DONE, event_id="late")
    before = await everything()
    await sale.tell(payment, DONE, event_id="late")
    assert await everything() == before
    offer = await Offer.get()
    assert {(claim.label, claim.hold_id) for claim in await SeatClaim.all()} == {
        ("A2", bens.id),
        *((seat, offer.hold_id) for seat in (await Hold.get(id=offer.hold_id)).quote.labels),
    }
    assert await SeatClaim.all().count() == 3
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    assert await Ticket.all().count() == 0
    assert await refunds_due() == []


async def test_one_of_two_seats_resold_in_a_house_that_is_sold_out_gives_all_back(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    booking = await sale.book("A1", "A2")
    payment = await sale.start(booking)
    later(minutes=11)
    bens = await sale.book("A2", actor=ben)
    bens_payment = await sale.start(bens, actor=ben)
    await sale.tell(bens_payment, DONE)
    await sell_out(sale, [seat for seat in REST if seat not in ("A1", "A2")])
    untouched = [await table.filter(**of_ben).values() for table, of_ben in bens_things(bens)]
    outcomes = await asyncio.gather(*(sale.tell(payment, DONE, event_id=f"late-{n % 2}") for n in range(6)))
    assert outcomes == [None] * 6
    assert await refunds_due() == [payment.id]
    assert await ordered() == [("SEATS_GONE", 50_000, "PENDING")]
    assert [await table.filter(**of_ben).values() for table, of_ben in bens_things(bens)] == untouched
    assert await sale.state_of("A1") == {"AVAILABLE"}
    await worker(sale).drain()
    await check_books()


def bens_things(booking: Booking) -> list[tuple[type[Model], dict[str, object]]]:
    of_booking = {"booking_id": booking.id}
    return [(Booking, {"id": booking.id}), (Ticket, of_booking), (Payment, of_booking), (SeatClaim, of_booking)]


async def test_money_that_comes_after_the_film_has_begun_goes_back(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(days=1, minutes=1)
    await sale.tell(payment, DONE)
    assert await refunds_due() == [payment.id]
    assert await ordered() == [("SHOWTIME_STARTED", 25_000, "PENDING")]


@pytest.mark.parametrize("amount", [Money(24_999, "INR"), Money(25_001, "INR"), Money(25_000, "USD")])
async def test_a_wrong_amount_buys_nothing_and_what_came_goes_back(sale: Sale, amount: Money) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await sale.tell(payment, DONE, amount=amount)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.PENDING
    assert await Ticket.all().count() == 0
    assert await ordered() == [("WRONG_AMOUNT", amount.minor, "PENDING")]
    await worker(sale).drain()
    assert sale.gateway.refunded == [(payment.id, amount)]
    await check_books()


async def test_a_wrong_amount_first_and_the_right_one_later(sale: Sale) -> None:
    booking = await sale.book("A1")
    wrong = await sale.start(booking)
    await sale.tell(wrong, DONE, amount=Money(1, "INR"))
    right = await sale.start(booking)
    await sale.tell(right, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert await refunds_due() == [wrong.id]
    await cancellations.cancel(sale.ana, booking.id)
    assert await refunds_due() == [wrong.id, right.id]
    await check_books()


async def test_two_halves_of_the_price_are_two_wrong_amounts(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    for number in (1, 2):
        half = sale.event(payment, News.CAPTURED, capture_ref=f"half {number}", amount=Money(12_500, "INR"))
        await settlement.settle(half, sale.house)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.PENDING
    assert await ordered() == [("WRONG_AMOUNT", 12_500, "PENDING")] * 2
    await worker(sale).drain()
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    await check_books()


async def test_two_payments_for_one_booking_the_second_goes_back(sale: Sale) -> None:
    booking = await sale.book("A1")
    first = await sale.start(booking)
    await sale.tell(first, FAILED)
    second = await sale.start(booking)
    await sale.tell(second, DONE)
    await sale.tell(first, DONE)  # the provider captured it after all
    assert await refunds_due() == [first.id]
    assert await ordered() == [("DOUBLE_PAYMENT", 25_000, "PENDING")]
    assert await Ticket.all().count() == 1
    await check_books()


async def test_one_payment_captured_twice_goes_back_once(sale: Sale) -> None:
    booking, payment = await sale.buy("A1")
    again = [sale.event(payment, News.CAPTURED, capture_ref="again") for _ in range(5)]
    await asyncio.gather(*(settlement.settle(event, sale.house) for event in again))
    fates = {capture.capture_ref: capture.fate for capture in await Capture.all()}
    assert fates == {payment.provider_ref: CaptureFate.TICKET, "again": CaptureFate.REFUND}
    await worker(sale).drain()
    assert sale.gateway.refunded == [(payment.id, Money(25_000, "INR"))]
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.PARTIALLY_REFUNDED
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    await check_books()


async def test_money_for_a_booking_that_was_cancelled_goes_back(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await cancellations.cancel(sale.ana, booking.id)
    assert await sale.state_of("A1") == {"AVAILABLE"}
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.CANCELLED
    assert await refunds_due() == []
    await sale.tell(payment, DONE)
    assert await refunds_due() == [payment.id]
    assert await ordered() == [("BOOKING_CANCELLED", 25_000, "PENDING")]
    assert await Ticket.all().count() == 0
    await check_books()


async def test_a_second_payment_while_an_offer_is_open_goes_back(sale: Sale, later: Later) -> None:
    booking, payment = await too_late(sale, later, "F5")
    again = sale.event(payment, News.CAPTURED, capture_ref="a second time")
    await settlement.settle(again, sale.house)
    assert (await Offer.get()).status is OfferStatus.OPEN
    assert await ordered() == [("DOUBLE_PAYMENT", 25_000, "PENDING")]
    assert (await offers.accept(sale.ana, booking.id, sale.ticket_codes)).status is BookingStatus.CONFIRMED
    await worker(sale).drain()
    await check_books()
