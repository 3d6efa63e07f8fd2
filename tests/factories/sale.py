"""The sale, step by step: what most tests of it begin with."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from adapters.payments.base import (
    Answer,
    BadSignature,
    Checkout,
    Delivery,
    GatewayError,
    Message,
    Order,
    Receipt,
    RefundOrder,
    RefundTaken,
    usual_answer,
)
from adapters.ticket_codes import TicketCodes
from domain.access import Actor
from domain.money import Money
from domain.payments import GatewayEvent, News, OpenedPayment, PaymentProvider, PaymentStatus
from domain.seat_maps import SeatMap
from models.bookings import Booking, Hold
from models.payments import Payment
from models.showtimes import Showtime
from models.venues import Screen
from resolvers import bookings, holds, payments, seat_maps, settlement
from resolvers.refunds import Gateways
from resolvers.settlement import House
from settings import Settings
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer


@dataclass
class FakeGateway:
    """A gateway that remembers what it was asked for, and tells what a test has it tell."""

    provider: PaymentProvider = PaymentProvider.SANDBOX
    opened: list[UUID] = field(default_factory=list)
    refunded: list[tuple[UUID, Money]] = field(default_factory=list)
    outcomes: deque[News | None] = field(default_factory=deque)
    told: list[GatewayEvent] = field(default_factory=list)
    is_down: bool = False

    def takes(self, currency: str) -> bool:
        return True

    async def open(self, order: Order) -> Checkout:
        self._reach()
        self.opened.append(order.payment_id)
        return Checkout(f"fake_{order.payment_id.hex}", "http://127.0.0.1/pay")

    async def fetch(self, payment: OpenedPayment) -> Sequence[GatewayEvent]:
        self._reach()
        return [event for event in self.told if event.provider_ref == payment.provider_ref]

    async def recent(self, since: datetime, until: datetime) -> Sequence[GatewayEvent]:
        self._reach()
        return [event for event in self.told if event.news is News.CAPTURED]

    async def refund(self, order: RefundOrder) -> RefundTaken:
        self._reach()
        self.refunded.append((order.payment.id, order.amount))
        outcome = self.outcomes.popleft() if self.outcomes else News.REFUNDED
        return RefundTaken(f"fake_refund_{order.id.hex}", outcome, "refused" if outcome is News.REFUND_FAILED else None)

    def read(self, delivery: Delivery) -> Message:
        raise BadSignature("The fake sends no messages.")

    def answer(self, receipt: Receipt) -> Answer:
        return usual_answer(receipt)

    def check_proof(self, payment: OpenedPayment, proof: Mapping[str, str]) -> None:
        if proof.get("ref", payment.provider_ref) != payment.provider_ref:
            raise BadSignature("This is another payment.")

    def _reach(self) -> None:
        if self.is_down:
            raise GatewayError("down")


# What tests say of a payment, in the words of its status.
NEWS = {
    PaymentStatus.PROCESSING: News.PROCESSING,
    PaymentStatus.SUCCEEDED: News.CAPTURED,
    PaymentStatus.FAILED: News.FAILED,
    PaymentStatus.CANCELLED: News.CANCELLED,
}


@dataclass
class Sale:
    """A house with one showtime, a customer, and a gateway."""

    showtime: Showtime
    ana: Actor
    terms: holds.HoldTerms
    ticket_codes: TicketCodes
    gateway: FakeGateway = field(default_factory=FakeGateway)

    async def hold(self, *seats: str, actor: Actor | None = None, key: str | None = None) -> Hold:
        return await holds.place(actor or self.ana, self.showtime.id, list(seats), self.terms, key=key)

    async def book(self, *seats: str, actor: Actor | None = None) -> Booking:
        hold = await self.hold(*seats, actor=actor)
        return await self.book_hold(hold.id, actor=actor)

    async def book_hold(
        self, hold_id: UUID, coupon: str | None = None, *, actor: Actor | None = None, key: str | None = None
    ) -> Booking:
        return await bookings.book(actor or self.ana, hold_id, self.ticket_codes, coupon, key=key)

    async def start(self, booking: Booking, key: str | None = None, *, actor: Actor | None = None) -> Payment:
        provider = self.gateway.provider
        return await payments.start(actor or self.ana, booking.id, provider, gateways=self.gateways, key=key)

    async def tell(
        self, payment: Payment, status: PaymentStatus, *, event_id: str = "", amount: Money | None = None
    ) -> None:
        """News from the gateway."""
        event = self.event(payment, NEWS[status], event_id=event_id, amount=amount)
        await settlement.settle(event, self.house)

    def event(
        self, payment: Payment, news: News, *, event_id: str = "", amount: Money | None = None, **more: object
    ) -> GatewayEvent:
        """What the gateway would say."""
        ref = payment.provider_ref
        given: dict[str, Any] = {"provider_ref": ref, "capture_ref": ref, **more}
        return GatewayEvent(payment.provider, event_id or uuid4().hex, news, amount or payment.amount, **given)

    @property
    def house(self) -> House:
        return House(self.ticket_codes, self.terms)

    @property
    def gateways(self) -> Gateways:
        return {self.gateway.provider: self.gateway}

    async def buy(self, *seats: str) -> tuple[Booking, Payment]:
        booking = await self.book(*seats)
        payment = await self.start(booking)
        await self.tell(payment, PaymentStatus.SUCCEEDED)
        return await Booking.get(id=booking.id), await Payment.get(id=payment.id)

    async def map(self) -> SeatMap:
        found = await seat_maps.of(self.showtime.id)
        assert found is not None
        return found

    async def state_of(self, *labels: str) -> set[str]:
        seat_map = await self.map()
        return {seat_map.state_of(label).value for label in labels}


async def open_sale(
    settings: Settings, starts_in: timedelta = timedelta(days=1), *, screen: Screen | None = None
) -> Sale:
    """A house that sells."""
    showtime = await make_showtime(starts_in=starts_in, screen=screen)
    ana = actor_of(await make_customer())
    return Sale(showtime, ana, holds.terms(settings), TicketCodes(settings))


async def others(count: int) -> Sequence[Actor]:
    """More customers."""
    return [actor_of(await make_customer()) for _ in range(count)]
