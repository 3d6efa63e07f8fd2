"""Tickets: finding one."""

from uuid import UUID

from domain.access import Actor
from models.bookings import Ticket


async def one(actor: Actor, ticket_id: UUID) -> Ticket | None:
    """A ticket the actor may see."""
    return await Ticket.visible_to(actor).get_or_none(id=ticket_id)
