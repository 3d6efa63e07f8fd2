"""A house whose payer pays at a provider's double: what they do there, and the three ways in which the house learns of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters.http import Http
from adapters.payments import gateways_from
from adapters.payments.base import Delivery, Gateway
from domain.money import Money
from domain.payments import News, PaymentProvider
from domain.refunds import RefundStatus
from domain.tasks import CarryOutRefund
from jobs.loops import handler_of
from jobs.worker import Worker
from models.bookings import Booking
from models.payments import Payment
from models.refunds import Refund
from models.tasks import QueuedTask
from resolvers import inbox, payments, reconciler
from settings import Settings
from tests.doubles.provider import Provider, Webhook
from tests.doubles.razorpay import RazorpayDouble, RefundOutcome as RazorpayOutcome
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_server import RefundOutcome as StripeOutcome
from tests.doubles.vnpay import VNPay
from tests.factories.sale import Sale
from tests.factories.screens import drawn, make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue
from tests.resolvers.sale_fixtures import Later

CURRENCIES = {PaymentProvider.STRIPE: "USD", PaymentProvider.RAZORPAY: "INR", PaymentProvider.VNPAY: "VND"}
DOUBLES: dict[PaymentProvider, type[Any]] = {
    PaymentProvider.STRIPE: StripeDouble,
    PaymentProvider.RAZORPAY: RazorpayDouble,
    PaymentProvider.VNPAY: VNPay,
}
FAILURE = {
    PaymentProvider.STRIPE: StripeOutcome.PENDING_THEN_FAIL,
    PaymentProvider.RAZORPAY: RazorpayOutcome.PENDING_FAILED,
    PaymentProvider.VNPAY: News.REFUND_FAILED,
}


@dataclass
class Bank:
    """A provider's double, the house's gateway to it, and the house."""

    sale: Sale
    double: Any
    gateway: Gateway
    later: Later
    sent: list[Webhook] = field(default_factory=list)

    @property
    def gateways(self) -> dict[PaymentProvider, Gateway]:
        return {self.gateway.provider: self.gateway, PaymentProvider.SANDBOX: self.sale.gateway}

    async def start(self, booking: Booking) -> Payment:
        payment = await payments.start(self.sale.ana, booking.id, self.gateway.provider, gateways=self.gateways)
        if self.gateway.provider is PaymentProvider.VNPAY:
            self.double.visit(payment.checkout_url)
        return payment

    async def tell(self, payment: Payment, way: str) -> None:
        """Have the house learn what has happened: by webhook, by the payer's browser, or by asking."""
        if way == "webhook":
            await self.deliver()
        elif way == "browser":
            proof = self.double.proof(payment.provider_ref) if hasattr(self.double, "proof") else {}
            await payments.confirm(self.sale.ana, payment.id, proof, self.gateways, self.sale.house)
        else:
            await Payment.filter(id=payment.id).update(look_at=payment.created_at)
            await reconciler.look(self.gateways, self.sale.house)
        self.double.outbox.clear()

    async def deliver(self) -> None:
        """Deliver what the provider has to say, and apply it."""
        self.sent += self.double.outbox
        waiting, self.double.outbox = list(self.double.outbox), []
        for webhook in waiting:
            message = self.gateway.read(delivered(webhook))
            await inbox.receive(message, self.gateway.provider)
        await self.apply()

    async def apply(self) -> None:
        while await inbox.apply_next(self.sale.house):
            pass

    async def finish(self) -> None:
        """Let the house do all that it has to do later: refunds, what follows a failed one, what providers tell of them."""
        worker = Worker(handler_of(self.gateways), 0.01)
        for _ in range(12):
            await worker.drain()
            await self.deliver()
            await reconciler.look(self.gateways, self.sale.house)
            if not await self._is_busy():
                return
            self.later(minutes=2)

    async def _is_busy(self) -> bool:
        ordered = await QueuedTask.exists(finished_at=None, kind=CarryOutRefund.kind)
        return ordered or await Refund.exists(status__in=[RefundStatus.PENDING, RefundStatus.PROCESSING])

    def fail_next_refund(self) -> None:
        self.double.refund_outcomes.append(FAILURE[self.gateway.provider])


def delivered(webhook: Webhook) -> Delivery:
    """A webhook as it stands at our door."""
    headers = {name.lower(): value for name, value in webhook.headers.items()}
    return Delivery(webhook.body, webhook.query, headers)


@asynccontextmanager
async def open_bank(
    provider: PaymentProvider, sale: Sale, later: Later, rows: int = 2, **more: object
) -> AsyncIterator[Bank]:
    """A house that takes this provider's money, with so many rows of ten seats; `more` are settings."""
    venue = await make_venue(currency=CURRENCIES[provider], timezone="Asia/Ho_Chi_Minh")
    screen = await make_screen(venue, drawing=drawn(rows))
    sale.showtime = await make_showtime(screen=screen, starts_in=timedelta(days=1), base_price=90_000)
    double: Provider = DOUBLES[provider]()
    async with double.serving(), Http() as http:
        env = {name.lower(): value for name, value in double.settings_env().items()}
        settings = Settings(_env_file=None, payment_providers=provider.value, **env, **more)
        yield Bank(sale, double, gateways_from(settings, http)[provider], later)


def less(amount: Money) -> Money:
    """One unit of the main currency too little."""
    return Money(amount.minor - 100, amount.currency)
