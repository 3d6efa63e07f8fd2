"""A refund whose end nobody tells: the provider is asked, however long ago the money came."""

from datetime import timedelta

import pytest

from domain.payments import PaymentProvider, PaymentStatus
from domain.refunds import RefundStatus
from jobs.loops import handler_of
from jobs.worker import Worker
from models.payments import Payment
from models.refunds import Refund
from resolvers import cancellations, reconciler
from tests.doubles.razorpay import RefundOutcome as RazorpayOutcome
from tests.doubles.stripe_server import RefundOutcome as StripeOutcome
from tests.factories.sale import Sale
from tests.money.bank import CURRENCIES, Bank, open_bank
from tests.resolvers.sale_fixtures import Later

pytestmark = pytest.mark.once

NEXT_YEAR = timedelta(days=365)
# What the answer calls pending, and only a webhook, or asking, tells the end of.
LATER = {
    PaymentProvider.STRIPE: StripeOutcome.PENDING_THEN_SUCCEED,
    PaymentProvider.RAZORPAY: RazorpayOutcome.PENDING_PROCESSED,
}


@pytest.mark.parametrize("provider", CURRENCIES)
async def test_a_refund_of_money_from_last_month_is_followed_to_its_end(
    provider: PaymentProvider, sale: Sale, later: Later
) -> None:
    async with open_bank(provider, sale, later) as bank:
        payment = await sold_and_settled(bank)
        if outcome := LATER.get(provider):
            bank.double.refund_outcomes.append(outcome)
        await cancellations.cancel(sale.ana, payment.booking_id)
        assert await Worker(handler_of(bank.gateways), 0.01).drain() == 1
        bank.double.outbox.clear()  # every webhook is lost
        assert (await Refund.get(payment_id=payment.id)).status is RefundStatus.PROCESSING
        later(minutes=1)
        assert await reconciler.look(bank.gateways, sale.house) == 1
        assert (await Refund.get(payment_id=payment.id)).status is RefundStatus.SUCCEEDED
        after = await Payment.get(id=payment.id)
        assert (after.status, after.look_at) == (PaymentStatus.REFUNDED, None)


async def sold_and_settled(bank: Bank) -> Payment:
    """A booking paid a month ago, whose payment nobody asks about any more."""
    showtime = bank.sale.showtime
    showtime.starts_at, showtime.ends_at = showtime.starts_at + NEXT_YEAR, showtime.ends_at + NEXT_YEAR
    await showtime.save(update_fields=["starts_at", "ends_at"])
    payment = await bank.start(await bank.sale.book("A1", "A2"))
    await bank.double.pay(payment.provider_ref)
    await bank.tell(payment, "reconciler")
    settled = await Payment.get(id=payment.id)
    assert (settled.status, settled.look_at) == (PaymentStatus.SUCCEEDED, None)
    bank.later(days=30)
    return settled


@pytest.mark.parametrize("provider", LATER)
async def test_a_refund_of_money_that_came_twice_is_followed_too(
    provider: PaymentProvider, sale: Sale, later: Later
) -> None:
    async with open_bank(provider, sale, later) as bank:
        payment = await bank.start(await sale.book("A1", "A2"))
        if provider is PaymentProvider.STRIPE:
            await bank.double.pay_twice(payment.provider_ref)
        else:
            await bank.double.pay(payment.provider_ref)
            await bank.double.pay(payment.provider_ref)
        await bank.deliver()
        bank.fail_next_refund()
        for _ in range(3):
            assert await Worker(handler_of(bank.gateways), 0.01).drain() <= 1
            bank.double.outbox.clear()
            later(minutes=2)
            await reconciler.look(bank.gateways, sale.house)
        refunds = await Refund.filter(payment_id=payment.id).order_by("attempt")
        assert [refund.status for refund in refunds] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]
        assert (await Payment.get(id=payment.id)).status is PaymentStatus.PARTIALLY_REFUNDED
