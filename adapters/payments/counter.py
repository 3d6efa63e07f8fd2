"""The counter: money is taken, and handed back, by staff at the box office; nothing leaves this machine."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.payments.base import (
    Answer,
    BadSignature,
    Checkout,
    Delivery,
    Message,
    Order,
    Receipt,
    RefundOrder,
    RefundTaken,
    usual_answer,
)
from domain.payments import GatewayEvent, OpenedPayment, PaymentProvider


class CounterGateway:
    """Knows only what staff tell it, and they tell us directly."""

    provider = PaymentProvider.COUNTER

    def takes(self, currency: str) -> bool:
        """A till takes whatever its venue takes."""
        return True

    async def open(self, order: Order) -> Checkout:
        """What the payer says at the counter: their booking's reference."""
        return Checkout(f"counter-{order.payment_id.hex}", None, {"reference": order.reference})

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        """Nothing that we do not know."""
        return ()

    async def recent(self, since: datetime, until: datetime) -> Sequence[GatewayEvent]:
        """Nothing that we do not know."""
        return ()

    async def refund(self, order: RefundOrder) -> RefundTaken:
        """Taken; done when staff say so."""
        return RefundTaken(f"counter-{order.id.hex}")

    def read(self, delivery: Delivery) -> Message:
        """The counter sends no messages."""
        raise BadSignature("The counter sends no messages.")

    def answer(self, receipt: Receipt) -> Answer:
        """As everywhere."""
        return usual_answer(receipt)

    def check_proof(self, payment: OpenedPayment, proof: Mapping[str, str]) -> None:
        """No browser can prove that somebody has paid at a counter."""
        raise BadSignature("Only staff confirm what is paid at the counter.")
