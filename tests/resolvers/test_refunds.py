"""Money that must go back goes back: once, whatever fails on the way, and however often it is tried."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

import clock
from adapters.payments.base import GatewayError, GatewayRefusal, RefundOrder, RefundTaken
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.money import Money
from domain.payments import News, PaymentStatus
from domain.refunds import RefundStatus
from domain.tasks import CarryOutRefund
from jobs.loops import handler_of
from jobs.worker import Worker
from models.bookings import Booking
from models.payments import Payment
from models.refunds import Refund
from models.tasks import QueuedTask
from resolvers import cancellations, refunds, settlement
from resolvers.unit_of_work import unit_of_work
from tests.factories.sale import FakeGateway, Sale
from tests.resolvers.refusals import everything
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import balances, check_books, ordered, worker

FULL = Money(25_000, "INR")
REFUNDED, REFUND_FAILED = News.REFUNDED, News.REFUND_FAILED


@dataclass
class Forgetful(FakeGateway):
    """Does what it is asked to do, and loses so many of its answers; or refuses."""

    loses: int = 0
    refuses: bool = False
    orders: list[RefundOrder] = field(default_factory=list)

    async def refund(self, order: RefundOrder) -> RefundTaken:
        self.orders.append(order)
        if self.refuses:
            raise GatewayRefusal("the payment is too old")
        taken = await super().refund(order)
        if len(self.orders) <= self.loses:
            raise GatewayError("no answer")
        return taken


async def cancelled(sale: Sale) -> tuple[Booking, Payment, Refund]:
    """A booking of one seat whose money is due back."""
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    return await Booking.get(id=booking.id), payment, await Refund.get()


async def waiting() -> QueuedTask:
    """The one task that is not done."""
    return await QueuedTask.get(finished_at=None)


async def test_a_cancelled_booking_is_refunded_by_the_worker_and_its_watchers_see_it(
    sale: Sale, announced: list[Event]
) -> None:
    booking, payment, refund = await cancelled(sale)
    assert refund.status is RefundStatus.PENDING
    announced.clear()
    assert await worker(sale).drain() == 1
    assert sale.gateway.refunded == [(payment.id, FULL)]
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    done = await Refund.get()
    assert (done.status, done.refund_ref) == (RefundStatus.SUCCEEDED, f"fake_refund_{refund.id.hex}")
    assert announced == [BookingChange(booking.id, booking.version, booking.version + 1)]
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED
    assert await worker(sale).drain() == 0
    assert await balances() == {}
    await check_books()


async def test_a_refund_survives_a_gateway_that_is_down(sale: Sale, later: Later) -> None:
    _, payment, _ = await cancelled(sale)
    sale.gateway.is_down = True
    for attempt in range(1, 6):
        assert await worker(sale).drain() == 1
        task = await QueuedTask.get()
        assert (task.attempts, task.finished_at) == (attempt, None)
        assert task.last_error == "GatewayError('down')"
        assert task.run_at > clock.now()
        assert (await Payment.get(id=payment.id)).status is PaymentStatus.SUCCEEDED
        assert (await Refund.get()).status is RefundStatus.PENDING
        later(minutes=1)
    sale.gateway.is_down = False
    assert await worker(sale).drain() == 1
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    assert sale.gateway.refunded == [(payment.id, FULL)]
    assert (await QueuedTask.get()).finished_at is not None


async def test_a_reply_that_was_lost_is_asked_for_again_with_the_same_id(sale: Sale, later: Later) -> None:
    sale.gateway = gateway = Forgetful(loses=1)
    _, payment, refund = await cancelled(sale)
    assert await worker(sale).drain() == 1
    later(minutes=1)
    assert await worker(sale).drain() == 1
    once, again = gateway.orders
    assert once == again, "the gateway knows it by this id"
    assert (once.id, once.amount, once.captured, once.is_full) == (refund.id, FULL, FULL, True)
    assert (once.capture_ref, once.ordered_at) == (payment.provider_ref, refund.created_at)
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED


async def test_carried_out_by_five_at_once_it_is_one_change(sale: Sale, announced: list[Event]) -> None:
    booking, payment, refund = await cancelled(sale)
    announced.clear()
    await asyncio.gather(*(refunds.carry_out(refund.id, sale.gateways) for _ in range(5)))
    assert {asked for asked, _ in sale.gateway.refunded} == {payment.id}
    assert announced == [BookingChange(booking.id, booking.version, booking.version + 1)]
    await check_books()
    before, asked = await everything(), len(sale.gateway.refunded)
    await refunds.carry_out(refund.id, sale.gateways)
    assert (await everything(), len(sale.gateway.refunded)) == (before, asked)


@pytest.mark.parametrize("status", [RefundStatus.PROCESSING, RefundStatus.SUCCEEDED, RefundStatus.FAILED])
async def test_a_refund_that_was_taken_is_not_asked_for_again(sale: Sale, status: RefundStatus) -> None:
    _, _, refund = await cancelled(sale)
    await Refund.all().update(status=status)
    before = await everything()
    await refunds.carry_out(refund.id, sale.gateways)
    assert (await everything(), sale.gateway.refunded) == (before, [])


async def test_a_refund_waits_for_a_provider_that_is_switched_off(sale: Sale, later: Later) -> None:
    _, payment, _ = await cancelled(sale)
    assert await Worker(handler_of({}), idle_seconds=0.01).drain() == 1
    assert (await waiting()).last_error == "GatewayError('SANDBOX is not enabled here.')"
    later(minutes=1)
    assert await worker(sale).drain() == 1
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
    await check_books()


async def test_a_failed_refund_is_tried_three_times_later_each_time_and_then_left_to_staff(
    sale: Sale, later: Later
) -> None:
    _, payment, _ = await cancelled(sale)
    sale.gateway.outcomes.extend([REFUND_FAILED] * 3)
    for attempt, pause in ((1, 1), (2, 4), (3, None)):
        assert await worker(sale).drain() == 1
        rows = await Refund.all().order_by("attempt")
        assert [row.attempt for row in rows if row.status is RefundStatus.FAILED] == list(range(1, attempt + 1))
        assert rows[attempt - 1].failure == "refused"
        if pause is None:
            break
        assert rows[attempt - 1].followed_by == rows[attempt].id
        assert (await waiting()).run_at == rows[attempt].created_at + timedelta(minutes=pause)
        later(minutes=pause, seconds=-1)
        assert await worker(sale).drain() == 0
        later(seconds=1)
    assert await ordered() == [("CUSTOMER", 25_000, "FAILED")] * 3
    assert not await QueuedTask.exists(finished_at=None)
    assert await balances() == {"PROVIDER": 25_000, "REFUNDS": -25_000}, "it is still owed"
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.SUCCEEDED
    await check_books()
    async with unit_of_work() as work:  # what staff do about it
        await refunds.follow(work, await Refund.get(attempt=3))
    await worker(sale).drain()
    assert (await Refund.get(attempt=4)).status is RefundStatus.SUCCEEDED
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    assert await balances() == {}
    await check_books()


async def test_a_refusal_of_the_gateway_fails_the_refund_at_once_with_its_reason(sale: Sale, later: Later) -> None:
    sale.gateway = Forgetful(refuses=True)
    await cancelled(sale)
    assert await worker(sale).drain() == 1
    first = await Refund.get(attempt=1)
    assert (first.status, first.failure, first.refund_ref) == (RefundStatus.FAILED, "the payment is too old", None)
    sale.gateway.refuses = False
    later(minutes=1)
    assert await worker(sale).drain() == 1
    assert await ordered() == [("CUSTOMER", 25_000, "FAILED"), ("CUSTOMER", 25_000, "SUCCEEDED")]
    await check_books()


@pytest.mark.parametrize("named", ["refund_id", "refund_ref"])
async def test_what_a_provider_tells_later_is_followed(sale: Sale, named: str, announced: list[Event]) -> None:
    booking, payment, refund = await cancelled(sale)
    sale.gateway.outcomes.append(None)
    await worker(sale).drain()
    taken = await Refund.get()
    assert (taken.status, taken.settled_at) == (RefundStatus.PROCESSING, None)
    assert await balances() == {"PROVIDER": 25_000, "REFUNDS": -25_000}
    announced.clear()
    name = {"refund_id": refund.id, "refund_ref": taken.refund_ref}[named]
    for number in range(2):
        await settlement.settle(sale.event(payment, REFUNDED, event_id=str(number), **{named: name}), sale.house)
    assert (await Refund.get()).status is RefundStatus.SUCCEEDED
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    assert announced == [BookingChange(booking.id, booking.version, booking.version + 1)]
    await check_books()


async def test_a_refund_that_succeeded_and_then_failed_is_owed_again_and_tried_again(sale: Sale, later: Later) -> None:
    _, payment, refund = await cancelled(sale)
    await worker(sale).drain()
    assert await balances() == {}
    news = sale.event(payment, REFUND_FAILED, refund_id=refund.id, reason="account closed")
    for _ in range(2):
        await settlement.settle(news, sale.house)
    assert await balances() == {"PROVIDER": 25_000, "REFUNDS": -25_000}
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.SUCCEEDED
    assert (await Refund.get(attempt=1)).failure == "account closed"
    await settlement.settle(sale.event(payment, REFUNDED, refund_id=refund.id), sale.house)
    assert (await Refund.get(attempt=1)).status is RefundStatus.FAILED, "a failure has the last word"
    await check_books()
    later(minutes=1)
    assert await worker(sale).drain() == 1
    assert await ordered() == [("CUSTOMER", 25_000, "FAILED"), ("CUSTOMER", 25_000, "SUCCEEDED")]
    assert await balances() == {}
    await check_books()


async def test_news_of_the_refund_that_comes_before_the_gateway_has_answered(sale: Sale) -> None:
    _, payment, refund = await cancelled(sale)
    await settlement.settle(sale.event(payment, REFUNDED, refund_id=refund.id, refund_ref="re_1"), sale.house)
    assert (await Refund.get()).refund_ref == "re_1"
    assert await worker(sale).drain() == 1
    assert sale.gateway.refunded == [], "it is there already"
    await check_books()
    assert [task.kind for task in await QueuedTask.filter(finished_at=None)] == []
    assert CarryOutRefund.kind in {task.kind for task in await QueuedTask.all()}
