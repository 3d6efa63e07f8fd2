"""An account at the double of Razorpay, a gateway that uses it, and what they pass to each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from adapters.payments.base import Delivery, Order, RefundOrder
from adapters.payments.razorpay import RazorpayGateway
from domain.money import Money
from domain.payments import OpenedPayment
from settings import Settings
from tests.doubles.provider import Webhook
from tests.doubles.razorpay import RazorpayDouble

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
PRICE = Money(50_000, "INR")
HOUSE = "https://cinema.test"


def settings_for(double: RazorpayDouble, **overrides: object) -> Settings:
    given = {name.lower(): value for name, value in double.settings_env().items()}
    return Settings(_env_file=None, **{"public_url": HOUSE, **given, **overrides})


def gateway_of(double: RazorpayDouble, **overrides: object) -> RazorpayGateway:
    return RazorpayGateway(settings_for(double, **overrides))


class Account:
    """The double, and a payment of ₹500 that is opened with it."""

    def __init__(self, double: RazorpayDouble) -> None:
        self.double = double
        self.gateway = gateway_of(double)

    async def open(self, amount: Money = PRICE) -> OpenedPayment:
        order = an_order(amount)
        return opened(order, (await self.gateway.open(order)).provider_ref)

    async def paid(self, amount: Money = PRICE) -> OpenedPayment:
        payment = await self.open(amount)
        await self.double.pay(payment.provider_ref)
        return payment

    def told(self) -> list[tuple[str, object]]:
        """The kinds and the events of all webhooks that wait, which are taken out."""
        messages = [self.gateway.read(delivery(webhook)) for webhook in self.double.outbox]
        self.double.outbox.clear()
        return [(message.kind, message.event) for message in messages]

    def capture_ref(self, payment: OpenedPayment) -> str:
        (found,) = (each["id"] for each in self.double.payments.values() if each["order_id"] == payment.provider_ref)
        return found

    def refund_order(self, payment: OpenedPayment, amount: Money = PRICE, refund_id: UUID | None = None) -> RefundOrder:
        return RefundOrder(refund_id or uuid4(), payment, self.capture_ref(payment), payment.amount, amount, NOW)


@asynccontextmanager
async def account() -> AsyncIterator[Account]:
    async with RazorpayDouble().serving() as double:
        yield Account(double)


def an_order(amount: Money = PRICE, *, embedded: bool = False) -> Order:
    return Order(uuid4(), amount, "MQ7K2A", NOW, NOW + timedelta(minutes=10), embedded=embedded)


def opened(order: Order, provider_ref: str | None) -> OpenedPayment:
    return OpenedPayment(order.payment_id, provider_ref, order.amount, order.opened_at)


def delivery(webhook: Webhook) -> Delivery:
    return Delivery(webhook.body, webhook.query, webhook.headers)
