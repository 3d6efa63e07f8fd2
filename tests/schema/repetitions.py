"""Every mutation of buyers that takes a key, in a situation of its own: who calls it, with what, and with what else."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from domain.access import Actor, Role
from domain.payments import News, PaymentStatus
from models.bookings import Ticket
from schema.ids import global_id
from settings import Settings
from tests.factories.sale import Sale, open_sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.sale_fixtures import Later
from tests.schema.asking import Asker, asker

Given = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """A house that sells, somebody who runs it, and a way to ask."""

    sale: Sale
    admin: Actor
    ask: Asker
    later: Later

    @property
    def showtime(self) -> str:
        return global_id("Showtime", self.sale.showtime.id)

    @property
    def venue(self) -> str:
        return global_id("Venue", self.sale.showtime.venue_id)

    async def bought(self) -> tuple[str, list[str]]:
        """A booking that is paid for, and its tickets."""
        booking, _ = await self.sale.buy("A1", "A2")
        tickets = await Ticket.filter(booking_id=booking.id).order_by("seat")
        return global_id("Booking", booking.id), [global_id("Ticket", ticket.id) for ticket in tickets]

    async def offered(self) -> str:
        """A booking whose money came after its seats were sold."""
        (ben,) = await others(1)
        booking = await self.sale.book("A1")
        payment = await self.sale.start(booking)
        self.later(minutes=11)
        await self.sale.hold("A1", actor=ben)
        await self.sale.tell(payment, PaymentStatus.SUCCEEDED)
        return global_id("Booking", booking.id)


async def new_world(settings: Settings, later: Later) -> World:
    """One of its own: nothing in it is shared with another."""
    sale, ask = await open_sale(settings), asker(settings)
    admin = actor_of(await make_staff(Role.ADMIN))
    return World(sale, admin, replace(ask, adapters=replace(ask.adapters, gateways=sale.gateways)), later)


@dataclass(frozen=True)
class Repeated:
    """A call that works, and one of the same mutation with another input."""

    actor: Actor
    given: Given
    other: Given


def unknown(kind: str) -> str:
    """The id of nothing."""
    return global_id(kind, uuid4())


async def hold_seats(world: World) -> Repeated:
    given = {"showtimeId": world.showtime, "seats": ["A1", "A2"]}
    return Repeated(world.sale.ana, given, given | {"seats": ["A1"]})


async def hold_best_seats(world: World) -> Repeated:
    given = {"showtimeId": world.showtime, "count": 2}
    return Repeated(world.sale.ana, given, given | {"count": 3})


async def with_hold(world: World) -> Repeated:
    hold = await world.sale.hold("A1")
    return Repeated(world.sale.ana, {"holdId": global_id("Hold", hold.id)}, {"holdId": unknown("Hold")})


async def cancel_booking(world: World) -> Repeated:
    booking, _ = await world.bought()
    return Repeated(world.sale.ana, {"bookingId": booking}, {"bookingId": unknown("Booking")})


async def refund_tickets(world: World) -> Repeated:
    booking, tickets = await world.bought()
    given = {"bookingId": booking, "tickets": tickets[:1]}
    return Repeated(world.sale.ana, given, given | {"tickets": tickets})


async def answer_offer(world: World) -> Repeated:
    return Repeated(world.sale.ana, {"bookingId": await world.offered()}, {"bookingId": unknown("Booking")})


async def start_payment(world: World) -> Repeated:
    booking = await world.sale.book("A1")
    given = {"bookingId": global_id("Booking", booking.id), "provider": "SANDBOX"}
    return Repeated(world.sale.ana, given, given | {"embedded": True})


async def confirm_payment(world: World) -> Repeated:
    payment = await world.sale.start(await world.sale.book("A1"))
    event = world.sale.event(payment, News.CAPTURED)
    world.sale.gateway.told.append(event)
    given = {"paymentId": global_id("Payment", payment.id)}
    return Repeated(world.sale.ana, given, given | {"vnpayQuery": "a=b"})


async def cancel_payment(world: World) -> Repeated:
    one = await world.sale.start(await world.sale.book("A1"))
    other = await world.sale.start(await world.sale.book("B1"))
    given, instead = ({"paymentId": global_id("Payment", payment.id)} for payment in (one, other))
    return Repeated(world.sale.ana, given, instead)


async def create_booking(world: World) -> Repeated:
    given = (await with_hold(world)).given
    return Repeated(world.sale.ana, given, given | {"couponCode": "POPCORN"})


async def update_profile(world: World) -> Repeated:
    given = {"name": "Ana Maria", "preferences": {"language": "VI"}}
    return Repeated(world.sale.ana, given, given | {"name": "Anna"})


BY_BUYERS: Final[Mapping[str, Callable[[World], Awaitable[Repeated]]]] = {
    "holdSeats": hold_seats,
    "holdBestSeats": hold_best_seats,
    "extendHold": with_hold,
    "releaseHold": with_hold,
    "createBooking": create_booking,
    "cancelBooking": cancel_booking,
    "refundTickets": refund_tickets,
    "acceptOffer": answer_offer,
    "declineOffer": answer_offer,
    "startPayment": start_payment,
    "confirmPayment": confirm_payment,
    "cancelPayment": cancel_payment,
    "updateProfile": update_profile,
}
