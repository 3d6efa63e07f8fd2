"""An account at the double of Stripe, a gateway that uses it, and what they pass to each other."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import clock
from adapters.payments.base import Delivery, Order, RefundOrder
from adapters.payments.stripe import StripeGateway
from domain.money import Money
from domain.payments import OpenedPayment
from settings import Settings
from tests.doubles.provider import Webhook
from tests.doubles.stripe import StripeDouble

PRICE = Money(50_000, "INR")
HOUSE = "https://cinema.test"


class Account:
    """The double, a gateway, and payments of ₹500 that are opened with them."""

    def __init__(self, double: StripeDouble) -> None:
        self.double = double
        self.gateway = self.gateway_with()

    def gateway_with(self, now: Callable[[], datetime] = clock.now, **overrides: object) -> StripeGateway:
        return StripeGateway(self.settings(**overrides), now)

    def settings(self, **overrides: object) -> Settings:
        given = {name.lower(): value for name, value in self.double.settings_env().items()}
        return Settings(_env_file=None, **{"public_url": HOUSE, **given, **overrides})

    async def open(self, amount: Money = PRICE, *, embedded: bool = False) -> OpenedPayment:
        order = an_order(amount, embedded=embedded)
        return opened(order, (await self.gateway.open(order)).provider_ref)

    async def paid(self, amount: Money = PRICE, *, embedded: bool = False) -> OpenedPayment:
        payment = await self.open(amount, embedded=embedded)
        await self.double.pay(payment.provider_ref)
        self.double.outbox.clear()
        return payment

    def told(self) -> list[tuple[str, object]]:
        """The kinds and the events of all webhooks that wait, which are taken out."""
        messages = [self.gateway.read(delivery(webhook)) for webhook in self.double.outbox]
        self.double.outbox.clear()
        return [(message.kind, message.event) for message in messages]

    def news(self) -> list[tuple[str, object]]:
        """The kinds and the news of all webhooks that wait, which are taken out."""
        return [(kind, event and event.news.value) for kind, event in self.told()]

    def capture_ref(self, payment: OpenedPayment) -> str:
        session = self.double.sessions.get(payment.provider_ref)
        return session["payment_intent"] if session else payment.provider_ref

    def refund_order(
        self,
        payment: OpenedPayment,
        amount: Money = PRICE,
        *,
        ordered_at: datetime | None = None,
        id: UUID | None = None,
    ) -> RefundOrder:
        at = ordered_at or clock.now()
        return RefundOrder(id or uuid4(), payment, self.capture_ref(payment), payment.amount, amount, at)


@asynccontextmanager
async def account() -> AsyncIterator[Account]:
    async with StripeDouble().serving() as double:
        yield Account(double)


def an_order(amount: Money = PRICE, *, embedded: bool = False) -> Order:
    now = clock.now()
    until = now + timedelta(minutes=10)
    return Order(uuid4(), amount, "MQ7K2A", now, until, embedded=embedded)


def opened(order: Order, provider_ref: str | None) -> OpenedPayment:
    return OpenedPayment(order.payment_id, provider_ref, order.amount, order.opened_at)


def delivery(webhook: Webhook) -> Delivery:
    return Delivery(webhook.body, webhook.query, webhook.headers)
