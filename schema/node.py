"""`node`: anything again by its id, as far as the caller may see it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import strawberry

from domain.access import Actor
from resolvers import (
    accounts,
    active_sessions,
    audit_log,
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
from schema.active_sessions import ActiveSession
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

if TYPE_CHECKING:
    from models.bookings import Booking as BookingRow
    from models.users import User as UserRow

register("ActiveSession", ActiveSession.of)
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
    "ActiveSession": active_sessions.one,
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
    "AuditEntry": audit_log.one,
}


async def node_of(info: Info, kind: str, id: UUID) -> Node | None:
    """Whatever of this kind has this id, as it is now; None if there is nothing that the caller may see."""
    if kind not in _READERS:
        return None
    row = await _READERS[kind](info.context.actor, id)
    return None if row is None else await node_of_row(info, kind, row)


async def node_of_row(info: Info, kind: str, row: object) -> Node:
    """A row of this kind, which the caller may see, in its shape."""
    if kind == "User":
        return User.of(cast("UserRow", row), info.context.actor)
    if kind == "Booking":
        return await shaped(info, cast("BookingRow", row))
    return cast("Node", shape_of(kind)(row))


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
