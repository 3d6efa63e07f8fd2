"""The house as it is now, for those who run it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from weakref import WeakKeyDictionary

import strawberry

from domain.access import Permission
from schema.context import Info
from schema.gate import gate
from schema.ids import require_id
from schema.loaders import Loaders
from schema.showtimes import Showtime
from schema.streams import closing
from subscriptions import house
from subscriptions.house import House


@strawberry.type(description="One showtime at this moment.")
class ShowtimeNow:
    showtime: Showtime = strawberry.field(description="The showtime.")
    viewers: int = strawberry.field(description="How many watch its seat map.")
    held_seats: int = strawberry.field(description="How many of its seats are held, unpaid bookings included.")
    booked_seats: int = strawberry.field(description="How many of its seats are sold.")

    @classmethod
    def of(cls, now: house.ShowtimeNow) -> "ShowtimeNow":
        """The shape of a showtime at a moment."""
        return cls(
            showtime=Showtime.of(now.showtime),
            viewers=now.viewers,
            held_seats=now.seats.held,
            booked_seats=now.seats.booked,
        )


@strawberry.type(description="What is going on at this moment.")
class HouseNow:
    at: datetime = strawberry.field(description="The moment, in UTC.")
    viewers: int = strawberry.field(description="How many watch a seat map: each running `seatMap` counts.")
    holds: int = strawberry.field(description="How many holds and unpaid bookings are alive.")
    held_seats: int = strawberry.field(description="How many seats they hold.")
    showtimes: list[ShowtimeNow] = strawberry.field(
        description="The showtimes that are watched, have seats held or run today, the earliest first."
    )

    @classmethod
    def of(cls, found: House) -> "HouseNow":
        """The shape of a house at a moment."""
        return cls(
            at=found.at,
            viewers=sum(now.viewers for now in found.showtimes),
            holds=sum(now.seats.holds for now in found.showtimes),
            held_seats=sum(now.seats.held for now in found.showtimes),
            showtimes=[ShowtimeNow.of(now) for now in found.showtimes],
        )


_loaders: WeakKeyDictionary[House, Loaders] = WeakKeyDictionary()


def _loaders_of(found: House) -> Loaders:
    """What belongs to a moment is loaded once for all who are shown it."""
    return _loaders.setdefault(found, Loaders())


@strawberry.type
class HouseSubscription:
    @strawberry.subscription(
        extensions=[gate(Permission.REPORT_READ)],
        description="The house as it is now, and again every two seconds: viewers of all servers, holds, and seats. "
        "Managers see the venues they are posted to; any other is NOT_FOUND, like an unknown one.",
    )
    async def house_now(
        self,
        info: Info,
        venue_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Where; null: everywhere that is yours.")
        ] = None,
    ) -> AsyncIterator[HouseNow]:
        venue = None if venue_id is None else require_id("Venue", venue_id)
        every = info.context.adapters.settings.house_now_seconds
        async with closing(house.events(info.context.actor, venue, every)) as events:
            async for found in events:
                info.context.loaders = _loaders_of(found)
                yield HouseNow.of(found)
