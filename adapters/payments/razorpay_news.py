"""What Razorpay's entities and webhooks mean; https://razorpay.com/docs/webhooks/payments and …/webhooks/refunds."""

from collections.abc import Mapping
from uuid import UUID

from adapters.payments.razorpay_entities import Json, RazorpayOrder, RazorpayPayment, RazorpayRefund
from domain.payments import GatewayEvent, News, PaymentProvider

REASON = "Razorpay could not send the money back."
OUTCOMES = {"processed": News.REFUNDED, "failed": News.REFUND_FAILED}
_OF_PAYMENTS = {
    "payment.authorized": News.PROCESSING,
    "payment.captured": News.CAPTURED,
    "order.paid": News.CAPTURED,
}
# `payment.failed` is not among them. It ends one attempt, not the order: the payer may try again on the same page, and
# an attempt that failed may still be authorized ("late authorization", or a second try within the payer's UPI app), for
# days. Were it FAILED to us, the booking would be given up while its payer types the right code. Our own clock ends it.
_OF_REFUNDS = {"refund.processed": News.REFUNDED, "refund.failed": News.REFUND_FAILED}


def event_of(kind: str, message: Json, event_id: str) -> GatewayEvent | None:
    """What a webhook means; None for kinds that say nothing about money. ValueError if an entity is missing or odd."""
    if kind in _OF_PAYMENTS:
        payment = RazorpayPayment.read(_entity(message, "payment"))
        order = RazorpayOrder.read(_entity(message, "order")) if kind == "order.paid" else None
        ours = order.payment_id if order else None
        return payment_news(payment, _OF_PAYMENTS[kind], event_id, payment_id=ours)
    if kind in _OF_REFUNDS:
        refund = RazorpayRefund.read(_entity(message, "refund"))
        payment = RazorpayPayment.read(_entity(message, "payment"))
        return refund_news(refund, payment, _OF_REFUNDS[kind], event_id)
    return None


def payment_news(
    payment: RazorpayPayment, news: News, event_id: str, *, payment_id: UUID | None
) -> GatewayEvent | None:
    """News of an attempt; None for a payment without an order, which is none of ours."""
    if payment.order_id is None:
        return None
    return GatewayEvent(
        PaymentProvider.RAZORPAY,
        event_id,
        news,
        payment.amount,
        provider_ref=payment.order_id,
        payment_id=payment_id,
        capture_ref=payment.id if news is News.CAPTURED else None,
    )


def refund_news(refund: RazorpayRefund, payment: RazorpayPayment, news: News, event_id: str) -> GatewayEvent | None:
    """Money that went back, or could not.

    None where the payment was never captured: then Razorpay returned by itself what had never come to us
    (https://razorpay.com/docs/payments/refunds/auto-refunds).
    """
    if payment.order_id is None or not payment.is_captured:
        return None
    return GatewayEvent(
        PaymentProvider.RAZORPAY,
        event_id,
        news,
        refund.amount,
        provider_ref=payment.order_id,
        payment_id=refund.payment_id,
        capture_ref=payment.id,
        refund_ref=refund.id,
        refund_id=refund.refund_id,
        reason=REASON if news is News.REFUND_FAILED else None,
    )


def _entity(message: Json, name: str) -> object:
    """`payload.<name>.entity`."""
    found: object = message
    for key in ("payload", name, "entity"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
