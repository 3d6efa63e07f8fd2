"""Paying: what is offered, what is started, opened, gone on with, given up, and confirmed by what a browser brings back."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from adapters.payments.base import Checkout, GatewayError, GatewayRefusal, Order
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.payments import PaymentProvider, PaymentStatus
from domain.problems import HoldExpired, PaymentRefused
from domain.wrong_calls import NotFound
from models.bookings import Booking
from models.payments import Payment
from models.venues import Venue
from resolvers import holds, payments
from resolvers.payments import Payer
from resolvers.seat_maps import touch
from resolvers.unit_of_work import Work
from resolvers.venue_terms import offered
from tests.factories.sale import FakeGateway, Sale, others
from tests.resolvers.refusals import refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import refunds_due

DONE, FAILED, PENDING = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.PENDING
SANDBOX, STRIPE = PaymentProvider.SANDBOX, PaymentProvider.STRIPE


@dataclass
class DyingGateway(FakeGateway):
    """The process dies while it is asked to open a payment."""

    dies: bool = True
    asked: list[Order] = field(default_factory=list)

    async def open(self, order: Order) -> Checkout:
        self.asked.append(order)
        if self.dies:
            raise ConnectionError("the machine died")
        return await super().open(order)


async def test_a_payment_is_opened_for_what_the_booking_costs_and_looked_after(sale: Sale) -> None:
    sale.gateway = DyingGateway(dies=False)
    booking = await sale.book("A1", "A2")
    payer = Payer("203.0.113.9", "http://127.0.0.1:8000/home", embedded=True)
    payment = await payments.start(sale.ana, booking.id, SANDBOX, gateways=sale.gateways, payer=payer)
    assert (payment.status, payment.amount, payment.booking_id) == (PENDING, booking.total, booking.id)
    assert (payment.provider_ref, payment.checkout_url) == (f"fake_{payment.id.hex}", "http://127.0.0.1/pay")
    assert payment.look_at == payment.created_at + timedelta(seconds=45)
    (order,) = sale.gateway.asked
    assert (order.payment_id, order.amount, order.reference) == (payment.id, booking.total, booking.reference)
    assert (order.payer_address, order.embedded) == (payer.address, True)
    assert (order.opened_at, order.expires_at) == (payment.created_at, booking.expires_at)


async def test_a_failed_payment_leaves_the_booking_and_another_may_follow(sale: Sale) -> None:
    booking = await sale.book("A1")
    first = await sale.start(booking)
    await refused(PaymentRefused, lambda: sale.start(booking))
    await sale.tell(first, FAILED)
    second = await sale.start(booking)
    await sale.tell(second, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    await refused(PaymentRefused, lambda: sale.start(booking))


async def test_an_expired_booking_is_not_paid_any_more(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=11)
    await holds.release_expired(clock.now())
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.EXPIRED
    await refused(HoldExpired, lambda: sale.start(booking))


async def test_ten_starts_at_once_without_a_key_begin_one_payment(sale: Sale) -> None:
    booking = await sale.book("A1")
    outcomes = await asyncio.gather(*(sale.start(booking) for _ in range(10)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {Payment, PaymentRefused}
    (payment,) = await Payment.all()
    assert {outcome.id for outcome in outcomes if isinstance(outcome, Payment)} == {payment.id}
    assert set(sale.gateway.opened) == {payment.id}


@pytest.mark.parametrize("trouble", [GatewayError("busy"), GatewayRefusal("no such currency")])
async def test_a_gateway_that_opens_nothing_fails_the_payment_and_another_may_follow(
    sale: Sale, trouble: GatewayError, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Order) -> Checkout:
        raise trouble

    booking = await sale.book("A1")
    with monkeypatch.context() as failing:
        failing.setattr(sale.gateway, "open", fail)
        assert (await sale.start(booking)).status is FAILED
    assert (await sale.start(booking)).status is PENDING


async def test_a_start_that_died_before_its_checkout_is_gone_on_with_by_the_next(sale: Sale) -> None:
    sale.gateway = DyingGateway()
    booking = await sale.book("A1")
    with pytest.raises(ConnectionError):
        await sale.start(booking)
    (begun,) = await Payment.all()
    assert (begun.status, begun.provider_ref) == (PENDING, None)
    sale.gateway.dies = False
    again = await sale.start(booking)
    assert (again.id, again.provider_ref) == (begun.id, f"fake_{begun.id.hex}")
    assert [order.payment_id for order in sale.gateway.asked] == [begun.id] * 2
    assert await Payment.all().count() == 1
    await sale.tell(again, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED


async def test_a_start_that_died_is_given_up_for_another_provider(sale: Sale, announced: list[Event]) -> None:
    dying, stripe = DyingGateway(), FakeGateway(STRIPE)
    gateways = {SANDBOX: dying, STRIPE: stripe}
    booking = await sale.book("A1")
    with pytest.raises(ConnectionError):
        await payments.start(sale.ana, booking.id, SANDBOX, gateways=gateways)
    announced.clear()
    other = await payments.start(sale.ana, booking.id, STRIPE, gateways=gateways)
    found = Counter((payment.provider, payment.status) for payment in await Payment.all())
    assert found == {(SANDBOX, PaymentStatus.CANCELLED): 1, (STRIPE, PENDING): 1}
    assert stripe.opened == [other.id]
    version = (await Booking.get(id=booking.id)).version
    told = [event.version for event in announced if isinstance(event, BookingChange)]
    assert told == [version - 2, version - 1, version]


async def test_only_what_is_enabled_takes_the_currency_and_is_offered_by_the_venue_is_a_method(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = await sale.book("A1")
    gateways = {SANDBOX: sale.gateway, STRIPE: FakeGateway(STRIPE)}
    venue = await Venue.get()
    assert offered(venue, "INR", gateways) == [SANDBOX, STRIPE]
    for provider in set(PaymentProvider) - set(gateways):
        await refused(PaymentRefused, lambda p=provider: payments.start(sale.ana, booking.id, p, gateways=gateways))
    await Venue.all().update(payment_providers=["STRIPE"])
    assert offered(await Venue.get(), "INR", gateways) == [STRIPE]
    await refused(PaymentRefused, lambda: payments.start(sale.ana, booking.id, SANDBOX, gateways=gateways))
    monkeypatch.setattr(gateways[STRIPE], "takes", lambda currency: currency != "INR")
    assert offered(await Venue.get(), "INR", gateways) == []
    await refused(PaymentRefused, lambda: payments.start(sale.ana, booking.id, STRIPE, gateways=gateways))


async def test_a_payment_that_was_not_made_is_given_up_and_another_follows(sale: Sale) -> None:
    booking = await sale.book("A1")
    first = await sale.start(booking)
    assert (await payments.give_up(sale.ana, first.id)).status is PaymentStatus.CANCELLED
    assert (await payments.give_up(sale.ana, first.id)).status is PaymentStatus.CANCELLED
    second = await sale.start(booking)
    assert (second.id != first.id, second.status) == (True, PENDING)


async def test_money_of_a_payment_that_was_given_up_is_used_all_the_same(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await payments.give_up(sale.ana, payment.id)
    await sale.tell(payment, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert await refunds_due() == []
    refusal = await refused(PaymentRefused, lambda: payments.give_up(sale.ana, payment.id))
    assert refusal.message == "This payment is succeeded; it cannot be given up."


async def test_what_is_being_processed_or_is_somebody_else_s_is_not_given_up(sale: Sale) -> None:
    (ben,) = await others(1)
    payment = await sale.start(await sale.book("A1"))
    await refused(NotFound, lambda: payments.give_up(ben, payment.id))
    await refused(NotFound, lambda: payments.give_up(sale.ana, uuid4()))
    await sale.tell(payment, PaymentStatus.PROCESSING)
    await refused(PaymentRefused, lambda: payments.give_up(sale.ana, payment.id))


async def test_a_checkout_that_opens_while_the_hold_lapses_locks_nobody_out(
    sale: Sale, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes a payment and its booking does so in this order, or PostgreSQL has to shoot one of the two."""
    booking = await sale.book("A1")
    half_done = asyncio.Event()

    async def slowly(work: Work, booking_id: object) -> None:
        if half_done.is_set():
            await asyncio.sleep(0.3)
        await touch(work, booking.id)

    async def open_slowly(order: Order) -> Checkout:
        later(minutes=11)
        half_done.set()
        return Checkout(f"fake_{order.payment_id.hex}", "http://127.0.0.1/pay")

    monkeypatch.setattr(payments, "touch", slowly)
    monkeypatch.setattr(sale.gateway, "open", open_slowly)
    opening = asyncio.create_task(sale.start(booking))
    await half_done.wait()
    await asyncio.sleep(0.1)
    assert await holds.release_expired(clock.now()) == 1
    assert (await opening).id == (await Payment.get()).id
    assert (await Payment.get()).status is PaymentStatus.EXPIRED
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED


async def test_a_payment_that_is_over_before_its_checkout_opened_is_known_by_the_provider_s_name_all_the_same(
    sale: Sale, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_too_slowly(order: Order) -> Checkout:
        later(minutes=11)
        await holds.release_expired(clock.now())
        return Checkout(f"fake_{order.payment_id.hex}", "http://127.0.0.1/pay")

    monkeypatch.setattr(sale.gateway, "open", open_too_slowly)
    payment = await sale.start(await sale.book("A1"))
    assert (payment.status, payment.provider_ref) == (PaymentStatus.EXPIRED, f"fake_{payment.id.hex}")
    await sale.tell(payment, DONE)
    assert (await Booking.get()).status is BookingStatus.CONFIRMED
