"""What is offered to somebody whose seats were sold before their money came."""

from datetime import datetime
from uuid import UUID

import strawberry

from resolvers import seat_maps
from resolvers.nested import HeldOffer
from schema.context import Info


@strawberry.type(
    description="The money came after the seats had been sold: equivalent ones are held, at the same price, to take with "
    "`acceptOffer` or to leave with `declineOffer`. After `expiresAt` the money goes back by itself."
)
class SeatOffer:
    seats: list[str] = strawberry.field(description="The labels of the seats offered.")
    expires_at: datetime = strawberry.field(description="Until when, in UTC.")
    layout_id: strawberry.Private[UUID]

    @strawberry.field(description="Whether they are side by side in one row.")
    async def together(self, info: Info) -> bool:
        return await seat_maps.are_together(self.layout_id, self.seats)

    @classmethod
    def of(cls, held: HeldOffer, layout_id: UUID) -> "SeatOffer":
        """The shape of an offer."""
        return cls(seats=held.hold.quote.labels, expires_at=held.offer.expires_at, layout_id=layout_id)
