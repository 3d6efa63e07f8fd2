"""Finding anybody's booking: for those who serve customers."""

from typing import Annotated

import strawberry

from domain.access import Permission
from domain.bookings import BookingStatus
from resolvers import bookings
from schema.bookings import Booking, listed
from schema.context import Info
from schema.gate import gate
from schema.ids import parse_id
from schema.pagination import After, Connection, First


@strawberry.input(description="Which bookings to find; what is not given does not matter.")
class BookingFilter:
    reference: str | None = strawberry.field(default=None, description="With this reference, in any case.")
    email: str | None = strawberry.field(default=None, description="Of the person with exactly this e-mail address.")
    showtime_id: strawberry.ID | None = strawberry.field(default=None, description="For this showtime.")
    status: BookingStatus | None = strawberry.field(default=None, description="That stand there now.")

    def sought(self) -> bookings.Sought:
        """The filter with its id read; an id that is none matches nothing."""
        sought = bookings.Sought(reference=self.reference, email=self.email, status=self.status)
        return sought if self.showtime_id is None else sought.for_showtime(parse_id("Showtime", self.showtime_id))


@strawberry.type
class BookingSearchQuery:
    @strawberry.field(
        extensions=[gate(Permission.BOOKING_SEARCH)],
        description="Everybody's bookings, the newest first: for those who serve customers. What is not found is an "
        "empty list.",
    )
    async def bookings(
        self,
        info: Info,
        filter: Annotated[BookingFilter | None, strawberry.argument(description="Which ones.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Booking]:
        sought = (filter or BookingFilter()).sought()
        return await listed(info, await bookings.find(info.context.actor, sought, first, after))
