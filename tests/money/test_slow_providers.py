"""A provider that hangs holds up its own payers and nobody else: no transaction is open while anybody is asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest

from domain.bookings import BookingStatus
from domain.payments import PaymentProvider, PaymentStatus
from domain.problems import PaymentRefused
from domain.refunds import RefundStatus
from jobs.loops import handler_of
from jobs.worker import Worker
from models.bookings import Booking
from models.database import connect, disconnect
from models.payments import Payment
from models.refunds import Refund
from resolvers import cancellations, payments, reconciler
from settings import Settings
from tests.doubles.provider import Fault
from tests.factories.sale import Sale, open_sale, others
from tests.money.bank import CURRENCIES, Bank, open_bank
from tests.resolvers.sale_fixtures import Later

BUYERS = 20
CONNECTIONS = 2


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    """A house with two connections to its database: four transactions left open would stop it."""
    await connect(settings.model_copy(update={"database_pool_size": CONNECTIONS, "database_acquire_seconds": 8.0}))
    yield await open_sale(settings)
    await disconnect()


@pytest.mark.parametrize("provider", CURRENCIES)
async def test_while_a_provider_hangs_everybody_else_buys(provider: PaymentProvider, sale: Sale, later: Later) -> None:
    async with open_bank(provider, sale, later, rows=4, gateway_seconds=60) as bank:
        told = await bank.start(await sale.book("D9", "D10"))
        refunded = await to_refund(bank)
        hanging = await hang(bank)
        people = await others(BUYERS)
        await asyncio.gather(*(buy(sale, person, number) for number, person in enumerate(people)))
        await bank.double.pay(told.provider_ref)
        await bank.deliver()  # a webhook, kept and applied
        assert [task.done() for task in hanging] == [False] * len(hanging)
        assert await Booking.filter(status=BookingStatus.CONFIRMED).count() == BUYERS + 1
        assert (await Payment.get(id=told.id)).status is PaymentStatus.SUCCEEDED
        assert (await Refund.get(payment_id=refunded.id)).status is RefundStatus.PENDING
        bank.double.hurry.set()
        await asyncio.gather(*hanging)
        await bank.finish()
        assert (await Refund.get(payment_id=refunded.id)).status is RefundStatus.SUCCEEDED
        assert not await Payment.filter(status__in=[PaymentStatus.FAILED], provider=provider).exists()


async def to_refund(bank: Bank) -> Payment:
    """A payment whose money is ordered back."""
    payment = await bank.start(await bank.sale.book("D1", "D2"))
    await bank.double.pay(payment.provider_ref)
    await bank.deliver()
    await cancellations.cancel(bank.sale.ana, payment.booking_id)
    return payment


async def hang(bank: Bank) -> list[asyncio.Task[object]]:
    """Ask the provider for all there is to ask at once; it has heard each, and answers none."""
    asked = await bank.start(await bank.sale.book("D5", "D6"))
    await Payment.filter(id=asked.id).update(look_at=asked.created_at)
    bank.double.faults.extend([Fault.SLOW] * 9)
    before = len(bank.double.calls)
    calls: list[Awaitable[object]] = [
        Worker(handler_of(bank.gateways), 0.01).drain(),
        reconciler.look(bank.gateways, bank.sale.house),
        payments.ask(asked, bank.gateways, bank.sale.house),
    ]
    if bank.gateway.provider is not PaymentProvider.VNPAY:  # which is neither told of payments nor keeps a list of them
        (zoe,) = await others(1)
        booking = await bank.sale.book("D7", "D8", actor=zoe)
        calls.append(payments.start(zoe, booking.id, bank.gateway.provider, gateways=bank.gateways))
    hanging = [asyncio.ensure_future(call) for call in calls]
    while len(bank.double.calls) < before + len(calls):  # noqa: ASYNC110 - the double has no event for it
        await asyncio.sleep(0.01)
    return hanging


async def buy(sale: Sale, person: object, number: int) -> None:
    """Hold, book, pay with another provider."""
    booking = await sale.book(f"{'AB'[number % 2]}{number // 2 + 1}", actor=person)
    await sale.tell(await sale.start(booking, actor=person), PaymentStatus.SUCCEEDED)


@pytest.mark.once
@pytest.mark.parametrize("provider", [PaymentProvider.STRIPE, PaymentProvider.RAZORPAY])
async def test_who_waits_too_long_may_pay_in_another_way(provider: PaymentProvider, sale: Sale, later: Later) -> None:
    async with open_bank(provider, sale, later, gateway_seconds=0.2) as bank:
        bank.double.faults.append(Fault.SLOW)
        booking = await sale.book("A1", "A2")
        first = await bank.start(booking)
        assert (first.status, first.provider_ref) == (PaymentStatus.FAILED, None)
        second = await sale.start(booking)
        with pytest.raises(PaymentRefused, match="under way"):
            await bank.start(booking)
        await sale.tell(second, PaymentStatus.SUCCEEDED)
        assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
        bank.double.hurry.set()
