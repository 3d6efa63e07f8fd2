"""Holds: seats set aside while somebody pays."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain.access import Permission
from domain.holds import HoldStatus
from resolvers import holds, seat_maps
from schema.bookings import HoldBooked
from schema.context import Info
from schema.enums import publish
from schema.gate import gate
from schema.ids import global_id, require_id
from schema.money import Money
from schema.nodes import Node
from schema.payments import KEY
from schema.price_lines import PriceLine
from schema.problems import (
    HoldExpired,
    HoldLimitReached,
    IdempotencyConflict,
    NotOnSale,
    SeatSelectionRefused,
    SeatsUnavailable,
    TooManySeats,
)
from schema.showtimes import Showtime

if TYPE_CHECKING:
    from models.bookings import Hold as HoldRow

publish(
    HoldStatus,
    "Where a hold stands.",
    {
        "ACTIVE": "The seats are yours until `expiresAt`.",
        "RELEASED": "You gave the seats back.",
        "EXPIRED": "Its time has run out; the seats are free again.",
        "BOOKED": "It has become a booking.",
    },
)


@strawberry.type(description="Seats set aside for one person until `expiresAt`; then they return to the map.")
class Hold(Node):
    seats: list[str] = strawberry.field(
        description="The labels of the seats, in the order in which they were asked for."
    )
    status: HoldStatus = strawberry.field(description="Where it stands now.")
    expires_at: datetime = strawberry.field(description="When the seats return to the map, in UTC.")
    total: Money = strawberry.field(description="What the seats cost, honoured until the hold ends.")
    lines: list[PriceLine] = strawberry.field(
        description="What the total is made of: seat by seat, each beginning with its BASE, then what is for all of them."
    )
    showtime_id: strawberry.Private[UUID]
    made_at: strawberry.Private[datetime]

    @strawberry.field(description="No extension goes beyond this moment, in UTC.")
    def extendable_until(self, info: Info) -> datetime:
        return holds.terms(info.context.adapters.settings).cap(self.made_at)

    @strawberry.field(description="Whether the seats are side by side in one row.")
    async def together(self, info: Info) -> bool:
        showtime = await info.context.loaders.showtime.load(self.showtime_id)
        return await seat_maps.are_together(showtime.layout_id, self.seats)

    @strawberry.field(description="What the seats are for.")
    async def showtime(self, info: Info) -> Showtime:
        return Showtime.of(await info.context.loaders.showtime.load(self.showtime_id))

    @classmethod
    def of(cls, row: "HoldRow") -> "Hold":
        """The shape of a hold, as it stands at this moment."""
        quote = row.quote
        return cls(
            id=global_id("Hold", row.id),
            seats=quote.labels,
            status=holds.status_now(row),
            expires_at=row.expires_at,
            total=Money.of(quote.total),
            lines=PriceLine.all_of(quote),
            showtime_id=row.showtime_id,
            made_at=row.created_at,
        )


@strawberry.input(description="Which seats to hold.")
class HoldSeatsInput:
    showtime_id: strawberry.ID = strawberry.field(description="The showtime; an unknown one is NOT_FOUND.")
    seats: list[str] = strawberry.field(
        description='Labels such as "F7". Unknown, empty or repeated ones are BAD_USER_INPUT, naming them.'
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Which hold.")
class HoldInput:
    hold_id: strawberry.ID = strawberry.field(description="A hold of yours; another person's is NOT_FOUND.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Makes a repetition safe: a hold is extended once for each key. The key of another hold is BAD_USER_INPUT. "
        "Wins over the header Idempotency-Key.",
    )


SeatsToHold = Annotated[HoldSeatsInput, strawberry.argument(description="Which seats of which showtime.")]
WhichHold = Annotated[HoldInput, strawberry.argument(description="Which hold.")]

HoldSeatsResult = Annotated[
    Hold | SeatsUnavailable | SeatSelectionRefused | TooManySeats | NotOnSale | HoldLimitReached | IdempotencyConflict,
    strawberry.union("HoldSeatsResult", description="The hold, or why no seat was held."),
]
ExtendHoldResult = Annotated[
    Hold | HoldExpired | HoldBooked | HoldLimitReached,
    strawberry.union("ExtendHoldResult", description="The hold with its new end, or why it stays as it is."),
]
ReleaseHoldResult = Annotated[
    Hold | HoldExpired | HoldBooked,
    strawberry.union("ReleaseHoldResult", description="The released hold, or why there is nothing to release."),
]


@strawberry.type
class HoldMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.HOLD_WRITE)],
        description="Hold seats for yourself: all of them or none. They return to the map at `expiresAt`.",
    )
    async def hold_seats(self, info: Info, input: SeatsToHold) -> HoldSeatsResult:
        context = info.context
        row = await holds.place(
            context.actor,
            require_id("Showtime", input.showtime_id),
            input.seats,
            holds.terms(context.adapters.settings),
            key=context.key(input.idempotency_key),
        )
        return Hold.of(row)

    @strawberry.mutation(
        extensions=[gate(Permission.HOLD_WRITE)],
        description="Give a hold its full length again, from now; in all it lasts no longer than the house allows.",
    )
    async def extend_hold(self, info: Info, input: WhichHold) -> ExtendHoldResult:
        terms = holds.terms(info.context.adapters.settings)
        hold_id, key = require_id("Hold", input.hold_id), info.context.key(input.idempotency_key)
        return Hold.of(await holds.extend(info.context.actor, hold_id, terms, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.HOLD_WRITE)],
        description="Give the seats of a hold back at once. Releasing a released hold gives it again.",
    )
    async def release_hold(self, info: Info, input: WhichHold) -> ReleaseHoldResult:
        hold_id, key = require_id("Hold", input.hold_id), info.context.key(input.idempotency_key)
        return Hold.of(await holds.release(info.context.actor, hold_id, key=key))
