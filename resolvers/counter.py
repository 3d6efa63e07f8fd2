"""The counter: staff take money at the box office, and hand it back there."""

from uuid import UUID

import structlog

from domain.access import Actor, Permission
from domain.payments import UNDER_WAY, GatewayEvent, News, PaymentProvider
from domain.problems import PaymentRefused, RefundRefused
from domain.refunds import RefundStatus
from domain.traces import Facts, Trace, facts
from domain.wrong_calls import NotFound
from models.payments import Payment
from models.refunds import Refund
from resolvers import refunds, settlement
from resolvers.settlement import House
from resolvers.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)


async def settle_payment(actor: Actor, payment_id: UUID, house: House, *, key: str | None = None) -> Payment:
    """Somebody has paid at the counter; PaymentRefused unless this payment waits for that."""
    at_hand = Payment.within(actor.reach(Permission.PAYMENT_SETTLE))
    async with unit_of_work() as work:
        is_repeated = await work.once(actor, "settleCounterPayment", key, [payment_id], payment_id)
        payment = await at_hand.get_or_none(id=payment_id).select_related("booking__showtime")
        if payment is None:
            raise NotFound
        if is_repeated:
            return payment
        if payment.provider is not PaymentProvider.COUNTER:
            raise PaymentRefused("This payment is not made at the counter.")
        if payment.status not in UNDER_WAY:
            raise PaymentRefused(f"This payment is already {payment.status.value.lower()}.")
        log.info("Paid at the counter", payment=str(payment_id), by=str(actor.user_id))
        await settlement.apply(work, payment, _paid(payment), house)
        settled = await Payment.get(id=payment_id)
        trace = Trace("SETTLE_COUNTER_PAYMENT", "Payment", payment_id, payment.booking.showtime.venue_id)
        await work.record_change(actor, trace, facts(status=payment.status), _told_of(settled))
    return await Payment.get(id=payment_id)


def _told_of(settled: Payment | Refund) -> Facts:
    return facts(status=settled.status, amount=settled.amount)


def _paid(payment: Payment) -> GatewayEvent:
    name = f"counter-{payment.id.hex}"
    return GatewayEvent(
        payment.provider, name, News.CAPTURED, payment.amount, payment.provider_ref, payment.id, capture_ref=name
    )


async def settle_refund(actor: Actor, refund_id: UUID, *, key: str | None = None) -> Refund:
    """Money has been handed back at the counter; RefundRefused unless this refund waits for that."""
    at_hand = Refund.within(actor.reach(Permission.PAYMENT_SETTLE))
    async with unit_of_work() as work:
        is_repeated = await work.once(actor, "settleCounterRefund", key, [refund_id], refund_id)
        refund = await at_hand.get_or_none(id=refund_id).select_related("booking__showtime")
        if refund is None:
            raise NotFound
        if is_repeated:
            return refund
        if refund.provider is not PaymentProvider.COUNTER:
            raise RefundRefused("This money goes back through its provider, not over the counter.")
        if refund.status not in (RefundStatus.PENDING, RefundStatus.PROCESSING):
            raise RefundRefused(f"This refund has already {refund.status.value.lower()}.")
        log.info("Handed back at the counter", refund=str(refund_id), by=str(actor.user_id))
        await refunds.settle(work, refund_id, News.REFUNDED)
        trace = Trace("SETTLE_COUNTER_REFUND", "Refund", refund_id, refund.booking.showtime.venue_id)
        await work.record_change(actor, trace, facts(status=refund.status), _told_of(await Refund.get(id=refund_id)))
    return await Refund.get(id=refund_id)
