"""Money that must go back goes back: once, whatever fails on the way, and however often it is tried."""

import asyncio
from datetime import timedelta

import pytest

import clock
from adapters.payments.base import GatewayError
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.money import Money
from domain.payments import PaymentProvider, PaymentStatus
from domain.tasks import RefundPayment, Task
from jobs.worker import Worker
from models.bookings import Booking
from models.payments import Payment
from models.tasks import QueuedTask
from resolvers import cancellations, refunds
from tests.factories.sale import Sale
from tests.resolvers.refusals import everything
from tests.resolvers.sale_fixtures import Later


def worker(sale: Sale) -> Worker:
    """One that carries refunds out through the sale's gateway."""

    async def handle(task: Task) -> None:
        assert isinstance(task, RefundPayment)
        await refunds.carry_out(task.payment_id, gateways(sale))

    return Worker(handle, idle_seconds=0.01)


def gateways(sale: Sale) -> refunds.Gateways:
    return {PaymentProvider.SANDBOX: sale.gateway}


async def test_a_cancelled_booking_is_refunded_by_the_worker_and_its_watchers_see_it(
    sale: Sale, announced: list[Event]
) -> None:
    booking, payment = await sale.buy("A1", "A2")
    await cancellations.cancel(sale.ana, booking.id)
    cancelled = await Booking.get(id=booking.id)
    announced.clear()
    assert await worker(sale).drain() == 1
    assert sale.gateway.refunded == [(payment.id, Money(50_000, "INR"))]
    refunded = await Payment.get(id=payment.id)
    assert (refunded.status, refunded.refund_due) == (PaymentStatus.REFUNDED, False)
    assert announced == [BookingChange(booking.id, cancelled.version, cancelled.version + 1)]
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED
    assert await worker(sale).drain() == 0


async def test_a_refund_survives_a_gateway_that_is_down(sale: Sale, later: Later) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    sale.gateway.is_down = True
    for attempt in range(1, 6):
        assert await worker(sale).drain() == 1
        task = await QueuedTask.get()
        assert (task.attempts, task.finished_at) == (attempt, None)
        assert task.last_error == "GatewayError('down')"
        assert task.run_at > clock.now()
        assert (await Payment.get(id=payment.id)).status is PaymentStatus.SUCCEEDED
        later(minutes=1)
    sale.gateway.is_down = False
    assert await worker(sale).drain() == 1
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    assert [asked for asked, _ in sale.gateway.refunded] == [payment.id]
    assert (await QueuedTask.get()).finished_at is not None


async def test_a_reply_that_was_lost_is_asked_for_again_with_the_same_id(sale: Sale, later: Later) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    refund = sale.gateway.refund

    async def lose_the_reply(*arguments: object) -> None:
        await refund(*arguments)
        raise GatewayError("no answer")

    sale.gateway.refund = lose_the_reply
    assert await worker(sale).drain() == 1
    sale.gateway.refund = refund
    later(minutes=1)
    assert await worker(sale).drain() == 1
    assert sale.gateway.refunded == [(payment.id, payment.amount)] * 2, "the gateway knows it by this id"
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED


async def test_carried_out_by_five_at_once_it_is_one_change(sale: Sale, announced: list[Event]) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    announced.clear()
    await asyncio.gather(*(refunds.carry_out(payment.id, gateways(sale)) for _ in range(5)))
    assert {asked for asked, _ in sale.gateway.refunded} == {payment.id}
    assert len(announced) == 1
    before, asked = await everything(), len(sale.gateway.refunded)
    await refunds.carry_out(payment.id, gateways(sale))
    assert (await everything(), len(sale.gateway.refunded)) == (before, asked)


@pytest.mark.parametrize(
    "status",
    [status for status in PaymentStatus if status is not PaymentStatus.SUCCEEDED],
)
async def test_money_that_was_never_taken_is_not_given_back(sale: Sale, status: PaymentStatus) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await Payment.all().update(status=status)
    before = await everything()
    await refunds.carry_out(payment.id, gateways(sale))
    assert (await everything(), sale.gateway.refunded) == (before, [])


async def test_a_refund_waits_for_a_provider_that_is_switched_off(sale: Sale, later: Later) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    gateway, sale.gateway = sale.gateway, None

    async def handle(task: Task) -> None:
        assert isinstance(task, RefundPayment)
        await refunds.carry_out(task.payment_id, {} if sale.gateway is None else gateways(sale))

    switched = Worker(handle, idle_seconds=0.01)
    assert await switched.drain() == 1
    assert (await QueuedTask.get()).finished_at is None
    sale.gateway = gateway
    later(minutes=1)
    assert await switched.drain() == 1
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED


async def test_each_refund_of_several_goes_its_own_way(sale: Sale) -> None:
    booking = await sale.book("A1")
    failed = await sale.start(booking)
    await sale.tell(failed, PaymentStatus.FAILED)
    paid = await sale.start(booking)
    await sale.tell(paid, PaymentStatus.SUCCEEDED)
    await sale.tell(failed, PaymentStatus.SUCCEEDED)
    assert await worker(sale).drain() == 1
    assert sale.gateway.refunded == [(failed.id, failed.amount)]
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    await cancellations.cancel(sale.ana, booking.id)
    assert await worker(sale).drain() == 1
    assert [asked for asked, _ in sale.gateway.refunded] == [failed.id, paid.id]
    assert {payment.status for payment in await Payment.all()} == {PaymentStatus.REFUNDED}
    assert clock.now() - booking.created_at < timedelta(minutes=1)
