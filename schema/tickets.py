"""Tickets as their owners see them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import strawberry

from domain.tickets import TicketStatus
from schema.context import Info
from schema.enums import publish
from schema.ids import global_id
from schema.nodes import Node

if TYPE_CHECKING:
    from models.bookings import Ticket as TicketRow

publish(
    TicketStatus,
    "Whether a ticket still admits somebody.",
    {
        "VALID": "It admits one person.",
        "USED": "Somebody has come in with it.",
        "CANCELLED": "Its booking was cancelled; it admits nobody.",
    },
)


@strawberry.type(description="Admits one person to one seat of one showtime.")
class Ticket(Node):
    seat: str = strawberry.field(description='The seat\'s label: "F7".')
    code: str = strawberry.field(
        description="The signed text of the QR: capital letters and digits. `qr` draws it; doors can check it offline."
    )
    status: TicketStatus = strawberry.field(description="Whether it still admits somebody.")
    used_at: datetime | None = strawberry.field(description="When it was used at the door, in UTC.")

    booking_id: strawberry.Private[UUID]

    @strawberry.field(
        description="The age in years that whoever comes in with it has to prove at the door; null: there is nothing to check."
    )
    async def age_to_check(self, info: Info) -> int | None:
        return (await info.context.loaders.booking.load(self.booking_id)).age_at_the_door

    @strawberry.field(
        description="The code as a QR picture: the text of an `<svg>` element, dark on light with its quiet zone, in no "
        "particular size. Put it into a page as it is, or into an `<img>` as a `data:image/svg+xml` address."
    )
    async def qr(self, info: Info) -> str:
        return await info.context.adapters.qr.of(self.code)

    @classmethod
    def of(cls, row: "TicketRow") -> "Ticket":
        """The shape of a ticket."""
        return cls(
            id=global_id("Ticket", row.id),
            seat=row.seat,
            code=row.code,
            status=row.status,
            used_at=row.used_at,
            booking_id=row.booking_id,
        )
