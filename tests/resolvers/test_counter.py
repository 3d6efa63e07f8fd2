"""The counter: staff take money there once, and hand it back there once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from adapters.payments.counter import CounterGateway
from domain.access import Actor, Role
from domain.bookings import BookingStatus
from domain.payments import PaymentProvider, PaymentStatus
from domain.problems import IdempotencyConflict, PaymentRefused, RefundRefused
from domain.refunds import RefundStatus
from domain.wrong_calls import NotFound
from models.bookings import Booking, Ticket
from models.payments import Capture, Payment
from models.refunds import Refund
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from resolvers import cancellations, counter, payments
from tests.factories.sale import Sale
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import balances, check_books, ordered, worker


@pytest.fixture
async def clerk(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)


@pytest.fixture
def till(sale: Sale) -> Sale:
    """The same house, where people pay at the counter."""
    return replace(sale, gateway=CounterGateway())


async def test_a_payment_at_the_counter_says_the_reference_and_holds_the_seats_longer(till: Sale) -> None:
    booking = await till.book("A1")
    payment = await till.start(booking)
    assert payment.details == {"reference": booking.reference}
    assert (payment.checkout_url, payment.look_at) == (None, None)
    kept = await Booking.get(id=booking.id)
    assert kept.expires_at == payment.created_at + timedelta(minutes=30)
    assert (await SeatClaim.get()).expires_at == kept.expires_at


async def test_nobody_waits_at_the_counter_past_the_start(till: Sale) -> None:
    starts_at = clock.now() + timedelta(minutes=20)
    await Showtime.all().update(starts_at=starts_at)
    booking = await till.book("A1")
    await till.start(booking)
    assert (await Booking.get(id=booking.id)).expires_at == starts_at


async def test_settled_by_staff_it_is_sold_and_settled_again_it_is_refused(till: Sale, clerk: Actor) -> None:
    booking = await till.book("A1")
    payment = await till.start(booking)
    paid = await counter.settle_payment(clerk, payment.id, till.house, key="paid")
    assert paid.status is PaymentStatus.SUCCEEDED
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert (await Capture.get()).capture_ref == f"counter-{payment.id.hex}"
    before = await everything()
    assert (await counter.settle_payment(clerk, payment.id, till.house, key="paid")).id == payment.id
    assert await everything() == before
    refusal = await refused(PaymentRefused, lambda: counter.settle_payment(clerk, payment.id, till.house))
    assert refusal.message == "This payment is already succeeded."
    await refused(PaymentRefused, lambda: counter.settle_payment(clerk, payment.id, till.house, key="another"))
    await check_books()


async def test_ten_clerks_at_once_take_the_money_once(till: Sale, clerk: Actor) -> None:
    payment = await till.start(await till.book("A1"))
    calls = (counter.settle_payment(clerk, payment.id, till.house) for _ in range(10))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {Payment, PaymentRefused}
    assert (await Capture.all().count(), await Ticket.all().count()) == (1, 1)
    assert await ordered() == []
    await check_books()


async def test_what_does_not_wait_at_the_counter_is_not_settled_there(sale: Sale, clerk: Actor, later: Later) -> None:
    online = await sale.start(await sale.book("A1"))
    for key in (None, "k"):
        await refused(PaymentRefused, lambda key=key: counter.settle_payment(clerk, online.id, sale.house, key=key))
        await refused(NotFound, lambda key=key: counter.settle_payment(clerk, uuid4(), sale.house, key=key))
    till = replace(sale, gateway=CounterGateway())
    given_up = await till.start(await till.book("A2"))
    await payments.give_up(till.ana, given_up.id)
    for _ in range(2):
        await refused(PaymentRefused, lambda: counter.settle_payment(clerk, given_up.id, till.house, key="k"))
    expired = await till.start(await till.book("A3"))
    later(minutes=31)
    paid = await counter.settle_payment(clerk, expired.id, till.house, key="late")
    assert paid.status is PaymentStatus.SUCCEEDED, "the seat was still free"


async def test_one_key_settles_one_payment(till: Sale, clerk: Actor) -> None:
    first = await till.start(await till.book("A1"))
    second = await till.start(await till.book("A2"))
    await counter.settle_payment(clerk, first.id, till.house, key="k")
    await refused(IdempotencyConflict, lambda: counter.settle_payment(clerk, second.id, till.house, key="k"))


async def test_money_is_handed_back_over_the_counter_when_staff_say_so(till: Sale, clerk: Actor) -> None:
    booking = await till.book("A1")
    payment = await till.start(booking)
    await counter.settle_payment(clerk, payment.id, till.house)
    await cancellations.cancel(till.ana, booking.id)
    await worker(till).drain()
    refund = await Refund.get()
    assert refund.status is RefundStatus.PROCESSING, "nobody has handed anything over yet"
    assert await balances() == {"PROVIDER": 25_000, "REFUNDS": -25_000}
    assert (await counter.settle_refund(clerk, refund.id, key="back")).status is RefundStatus.SUCCEEDED
    assert (await Payment.get()).status is PaymentStatus.REFUNDED
    assert await balances() == {}
    before = await everything()
    assert (await counter.settle_refund(clerk, refund.id, key="back")).id == refund.id
    assert await everything() == before
    await refused(RefundRefused, lambda: counter.settle_refund(clerk, refund.id))
    await check_books()


async def test_ten_clerks_hand_it_back_once(till: Sale, clerk: Actor) -> None:
    booking = await till.book("A1")
    payment = await till.start(booking)
    await counter.settle_payment(clerk, payment.id, till.house)
    await cancellations.cancel(till.ana, booking.id)
    refund = await Refund.get()
    calls = (counter.settle_refund(clerk, refund.id) for _ in range(10))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {Refund, RefundRefused}
    assert (await Capture.get()).refunded_minor == 25_000
    await worker(till).drain()
    await check_books()


async def test_what_does_not_go_back_over_the_counter_is_refused_there(sale: Sale, clerk: Actor) -> None:
    booking, _ = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    refund = await Refund.get()
    assert refund.provider is PaymentProvider.SANDBOX
    await refused(RefundRefused, lambda: counter.settle_refund(clerk, refund.id, key="k"))
    await refused(NotFound, lambda: counter.settle_refund(clerk, uuid4(), key="k"))
