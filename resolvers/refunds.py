"""Refunds: captured money that must go back goes back through its gateway, once."""

from uuid import UUID

from domain.payments import PaymentStatus
from models.payments import Payment
from resolvers.payments import Gateways
from resolvers.seat_maps import touch
from resolvers.unit_of_work import unit_of_work


async def carry_out(payment_id: UUID, gateways: Gateways) -> None:
    """Give a captured payment back; a repetition asks the gateway with the same id and changes nothing more.

    Raises GatewayError when the gateway cannot do it now; the task that called will try again.
    """
    payment = await Payment.get(id=payment_id)
    if payment.status is not PaymentStatus.SUCCEEDED or payment.provider_ref is None:
        return
    await gateways[payment.provider].refund(payment.id, payment.provider_ref, payment.amount)
    async with unit_of_work() as work:
        changed = await Payment.filter(id=payment_id, status=PaymentStatus.SUCCEEDED).update(
            status=PaymentStatus.REFUNDED, refund_due=False
        )
        if changed:
            await touch(work, payment.booking_id)
