"""`node`: anything again by its id, as far as the caller may see it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.access import Actor
from resolvers import (
    accounts,
    bookings,
    holds,
    inbox,
    invitations,
    movies,
    payments,
    refunds,
    screens,
    showtimes,
    tickets,
    venues,
)
from schema.bookings import Booking, shaped
from schema.context import Info
from schema.gate import public
from schema.holds import Hold
from schema.ids import read_id
from schema.invitations import Invitation
from schema.nodes import Node
from schema.payment_messages import PaymentMessage
from schema.payments import Payment
from schema.refunds import Refund
from schema.shapes import register, shape_of
from schema.tickets import Ticket
from schema.users import User

register("Booking", Booking.of)
register("Hold", Hold.of)
register("Invitation", Invitation.of)
register("Payment", Payment.of)
register("PaymentMessage", PaymentMessage.of)
register("Refund", Refund.of)
register("Ticket", Ticket.of)


def _open(read: Callable[[UUID], Awaitable[Any]]) -> Callable[[Actor, UUID], Awaitable[Any]]:
    """For what everybody may see."""
    return lambda actor, id: read(id)


_READERS: dict[str, Callable[[Actor, UUID], Awaitable[Any]]] = {
    "User": accounts.one,
    "Movie": _open(movies.one),
    "Venue": _open(venues.one),
    "Screen": _open(screens.one),
    "Showtime": _open(showtimes.one),
    "Hold": holds.one,
    "Booking": bookings.one,
    "Ticket": tickets.one,
    "Payment": payments.one,
    "Refund": refunds.one,
    "PaymentMessage": inbox.one,
    "Invitation": invitations.one,
}


async def node_of(info: Info, kind: str, id: UUID) -> Node | None:
    """Whatever of this kind has this id, as it is now; None if there is nothing that the caller may see."""
    if kind not in _READERS:
        return None
    row = await _READERS[kind](info.context.actor, id)
    if row is None:
        return None
    if kind == "User":
        return User.of(row, info.context.actor)
    node: Node = await shaped(info, row) if kind == "Booking" else shape_of(kind)(row)
    return node


@strawberry.type
class NodeQuery:
    @strawberry.field(
        extensions=[public()],
        description="Anything with an id, again. Null if there is nothing, or nothing that you may see.",
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id it was given with.")]
    ) -> Node | None:
        found = read_id(id)
        return await node_of(info, *found) if found is not None else None
