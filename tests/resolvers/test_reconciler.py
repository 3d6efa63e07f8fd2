"""The reconciler: what no webhook told is asked for, once by whoever comes first, and never for ever."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

import clock
from domain.bookings import BookingStatus
from domain.money import Money
from domain.payments import GatewayEvent, MessageState, News, OpenedPayment, PaymentProvider, PaymentStatus
from domain.refunds import RefundStatus
from models.bookings import Booking, Ticket
from models.inbox import PaymentMessage
from models.payments import Capture, Payment
from models.refunds import Refund
from resolvers import cancellations, inbox, reconciler, settlement
from tests.factories.sale import FakeGateway, Sale, others
from tests.resolvers.refusals import everything
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import check_books, ordered, worker


@dataclass
class Asked(FakeGateway):
    """Counts who was asked about."""

    def __post_init__(self) -> None:
        self.fetched: list[UUID] = []

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        self.fetched.append(payment.id)
        await asyncio.sleep(0.01)
        return await super().fetch(payment)


async def started(sale: Sale, seat: str = "A1") -> Payment:
    return await sale.start(await sale.book(seat))


async def look(sale: Sale) -> int:
    return await reconciler.look(sale.gateways, sale.house)


async def status_of(payment: Payment) -> BookingStatus:
    return (await Booking.get(id=payment.booking_id)).status


async def test_money_whose_webhook_never_came_is_found(sale: Sale, later: Later) -> None:
    payment = await started(sale)
    sale.gateway.told = [sale.event(payment, News.PROCESSING), sale.event(payment, News.CAPTURED)]
    assert await look(sale) == 0, "not yet its turn"
    later(seconds=45)
    assert await look(sale) == 1
    assert await status_of(payment) is BookingStatus.CONFIRMED
    assert await Ticket.all().count() == 1
    assert (await Payment.get()).look_at is None, "there is nothing more to learn"
    later(days=1)
    assert await look(sale) == 0
    await check_books()


async def test_two_processes_that_look_at_once_ask_once_and_have_one_effect(sale: Sale, later: Later) -> None:
    sale.gateway = gateway = Asked()
    payments = [await started(sale, seat) for seat in ("A1", "A2", "A3")]
    gateway.told = [sale.event(payment, News.CAPTURED) for payment in payments]
    later(seconds=45)
    asked = await asyncio.gather(*(look(sale) for _ in range(4)))
    assert sum(asked) == 3
    assert sorted(gateway.fetched) == sorted(payment.id for payment in payments)
    assert (await Ticket.all().count(), await Capture.all().count()) == (3, 3)


async def test_the_webhook_and_the_look_at_the_same_moment_are_one_effect(sale: Sale, later: Later) -> None:
    payment = await started(sale)
    sale.gateway.told = [sale.event(payment, News.CAPTURED)]
    later(seconds=45)
    await asyncio.gather(look(sale), *(sale.tell(payment, PaymentStatus.SUCCEEDED) for _ in range(3)))
    assert (await Ticket.all().count(), await Capture.all().count()) == (1, 1)
    assert await ordered() == []


async def test_a_provider_that_is_down_is_asked_later_and_the_others_meanwhile(sale: Sale, later: Later) -> None:
    payment = await started(sale)
    sale.gateway.told = [sale.event(payment, News.CAPTURED)]
    sale.gateway.is_down = True
    later(seconds=45)
    for looks, pause in ((1, 1), (2, 2), (3, 4), (4, 8)):
        assert await look(sale) == 1
        row = await Payment.get()
        assert (row.looks, row.look_at) == (looks, clock.now() + timedelta(minutes=pause))
        later(minutes=pause, seconds=-1)
        assert await look(sale) == 0
        later(seconds=1)
    assert await status_of(payment) is BookingStatus.PENDING
    sale.gateway.is_down = False
    assert await look(sale) == 1
    assert await status_of(payment) in (BookingStatus.CONFIRMED, BookingStatus.EXPIRED)
    assert (await Capture.all().count()) == 1


async def test_what_never_ends_is_asked_about_ever_more_rarely_and_then_no_more(sale: Sale, later: Later) -> None:
    await started(sale)
    began, looks = clock.now(), 0
    while (due := (await Payment.get()).look_at) is not None:
        later(seconds=(due - clock.now()).total_seconds())
        assert await look(sale) == 1
        looks += 1
        following = (await Payment.get()).look_at
        assert following is None or following - clock.now() <= timedelta(hours=6)
    assert 15 < looks < 40
    assert timedelta(days=3) < clock.now() - began < timedelta(days=5)


async def test_a_refund_whose_end_is_not_told_is_asked_about(sale: Sale, later: Later) -> None:
    booking, payment = await sale.buy("A1")
    later(minutes=10)
    sale.gateway.told = [sale.event(payment, News.CAPTURED)]
    await look(sale)
    assert (await Payment.get()).look_at is None
    await cancellations.cancel(sale.ana, booking.id)
    sale.gateway.outcomes.append(None)
    await worker(sale).drain()
    refund = await Refund.get()
    assert refund.status is RefundStatus.PROCESSING
    later(minutes=5)
    assert await look(sale) == 1, "the provider has yet to say how it ended"
    assert (await Payment.get()).look_at is not None
    sale.gateway.told.append(sale.event(payment, News.REFUNDED, refund_id=refund.id))
    later(minutes=5)
    assert await look(sale) == 1
    assert await ordered() == [("CUSTOMER", 25_000, "SUCCEEDED")]
    assert (await Payment.get()).look_at is None
    await check_books()


async def test_one_answer_that_contradicts_itself_stops_nobody_else_s(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    odd = await started(sale)
    other = await sale.start(await sale.book("A2", actor=ben), actor=ben)
    sale.gateway.told = [
        sale.event(odd, News.CAPTURED, payment_id=other.id),
        sale.event(odd, News.REFUNDED, refund_ref="re_1"),
        sale.event(other, News.CAPTURED),
    ]
    later(seconds=45)
    assert await look(sale) == 2
    assert (await status_of(odd), await status_of(other)) == (BookingStatus.PENDING, BookingStatus.CONFIRMED)


async def find(sale: Sale) -> int:
    return await reconciler.find_unheard(sale.gateways, sale.house, clock.now())


async def test_the_provider_s_list_finds_money_of_a_payment_we_know(sale: Sale) -> None:
    payment = await started(sale)
    sale.gateway.told = [sale.event(payment, News.CAPTURED)]
    assert await find(sale) == 1
    assert await status_of(payment) is BookingStatus.CONFIRMED
    before = await everything()
    assert await find(sale) == 0
    assert await everything() == before


async def test_the_provider_s_list_makes_a_message_of_money_that_is_none_of_ours(sale: Sale, later: Later) -> None:
    payment = await started(sale)
    sale.gateway.told = [sale.event(payment, News.CAPTURED, provider_ref="another shop's", capture_ref="x")]
    for _ in range(2):
        await find(sale)
    for _ in range(9):
        while await inbox.apply_next(sale.house):
            pass
        later(minutes=5)
    kept = await PaymentMessage.get()
    assert (kept.state, kept.kind, kept.payment_id) == (MessageState.DEAD, "reconciler", None)
    assert await Capture.all().count() == 0


async def test_a_list_that_cannot_be_had_leaves_the_others(sale: Sale) -> None:
    payment = await started(sale)
    sale.gateway.told = [sale.event(payment, News.CAPTURED)]
    down = FakeGateway(PaymentProvider.STRIPE, is_down=True)
    gateways = {PaymentProvider.STRIPE: down, **sale.gateways}
    assert await reconciler.find_unheard(gateways, sale.house, clock.now()) == 1


@pytest.mark.parametrize("minor", [1, 25_000])
async def test_the_list_and_the_webhook_of_the_same_money_are_one(sale: Sale, minor: int) -> None:
    payment = await started(sale)
    event = sale.event(payment, News.CAPTURED, amount=Money(minor, "INR"))
    sale.gateway.told = [event]
    await asyncio.gather(find(sale), settlement.settle(event, sale.house), find(sale))
    assert await Capture.all().count() == 1
    assert len(await ordered()) == (minor == 1)
