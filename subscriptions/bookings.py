"""An owner's stream of one booking: as it is now, and at every change of it or of its payments."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

from domain.access import Actor
from domain.events import BookingChange, Event
from domain.wrong_calls import NotFound
from models.bookings import Booking
from subscriptions import live


class BookingSource:
    """What the live wire asks the database about bookings."""

    async def positions(self, ids: Collection[UUID]) -> dict[UUID, int]:
        """The current version of each of these bookings."""
        found = await Booking.filter(id__in=list(ids)).values_list("id", "version")
        return dict(found)

    async def changes(self, id: UUID, since: int, until: int) -> Event | None:
        """A booking is told as it is now, so all changes are the last one."""
        return BookingChange(id, since, until)


async def events(actor: Actor, booking_id: UUID) -> AsyncIterator[Booking]:
    """The stream of one booking; NotFound if the actor may not see it."""
    if not await Booking.visible_to(actor).filter(id=booking_id).exists():
        raise NotFound
    async with live.current().listen(f"booking:{booking_id}") as inbox:
        booking = await Booking.get(id=booking_id)
        position = booking.version
        yield booking
        async for item in inbox:
            if item.version > position:
                booking = await Booking.get(id=booking_id)
                position = booking.version
                yield booking
