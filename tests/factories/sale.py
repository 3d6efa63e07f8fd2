"""The sale, step by step: what most tests of it begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from adapters.payments.base import Checkout, GatewayError
from adapters.ticket_codes import TicketCodes
from domain.access import Actor
from domain.money import Money
from domain.payments import GatewayEvent, PaymentProvider, PaymentStatus
from domain.seat_maps import SeatMap
from models.bookings import Booking, Hold
from models.payments import Payment
from models.showtimes import Showtime
from models.venues import Screen
from resolvers import bookings, holds, payments, seat_maps
from settings import Settings
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer


@dataclass
class FakeGateway:
    """A gateway that remembers what it was asked for."""

    provider: PaymentProvider = PaymentProvider.SANDBOX
    opened: list[UUID] = field(default_factory=list)
    refunded: list[tuple[UUID, Money]] = field(default_factory=list)
    is_down: bool = False

    async def open(self, payment_id: UUID, amount: Money, description: str) -> Checkout:
        if self.is_down:
            raise GatewayError("down")
        self.opened.append(payment_id)
        return Checkout(f"fake_{payment_id.hex}", "http://127.0.0.1/pay")

    async def refund(self, payment_id: UUID, provider_ref: str, amount: Money) -> None:
        if self.is_down:
            raise GatewayError("down")
        self.refunded.append((payment_id, amount))


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
        return await bookings.book(actor or self.ana, hold.id)

    async def start(self, booking: Booking, key: str | None = None, *, actor: Actor | None = None) -> Payment:
        gateways = {PaymentProvider.SANDBOX: self.gateway}
        payer = actor or self.ana
        return await payments.start(payer, booking.id, PaymentProvider.SANDBOX, gateways=gateways, key=key)

    async def tell(
        self, payment: Payment, status: PaymentStatus, *, event_id: str = "", amount: Money | None = None
    ) -> None:
        """News from the gateway."""
        event = GatewayEvent(
            payment.provider,
            event_id or uuid4().hex,
            str(payment.provider_ref),
            status,
            amount or payment.amount,
        )
        await payments.settle(event, self.ticket_codes, self.terms)

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
