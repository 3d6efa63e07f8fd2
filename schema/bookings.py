"""Bookings: what a hold becomes, and what is paid for."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry.schema.exception_handlers import ExceptionHandler

from domain import problems
from domain.access import Permission
from domain.age import AgeUnknown
from domain.bookings import BookingStatus
from domain.pricing import Quote
from resolvers import bookings
from resolvers.pages import Page
from resolvers.venue_terms import offered
from schema.checkouts import PaymentMethod, payment_method
from schema.context import Info
from schema.enums import publish
from schema.gate import gate
from schema.ids import global_id, parse_id, require_id
from schema.money import Money
from schema.nodes import Node, Problem
from schema.offers import SeatOffer
from schema.pagination import Connection, connection
from schema.payments import KEY, Payment
from schema.price_lines import PriceLine
from schema.problems import HoldExpired, IdempotencyConflict, InvalidInput, NotOnSale
from schema.refunds import Refund, RefundStep, refunded
from schema.showtimes import Showtime
from schema.streams import closing
from schema.tickets import Ticket
from subscriptions import bookings as streams

if TYPE_CHECKING:
    from models.bookings import Booking as BookingRow
    from models.showtimes import Showtime as ShowtimeRow

publish(
    BookingStatus,
    "Where a booking stands.",
    {
        "PENDING": "Waiting for its payment until its hold would have ended.",
        "CONFIRMED": "Paid for; there are tickets.",
        "CANCELLED": "Given back; what was paid is refunded.",
        "EXPIRED": "It was not paid for in time; the seats are free again.",
        "COMPLETED": "Its showtime is over.",
    },
)


@strawberry.type(description="A purchase of seats for one showtime.")
class Booking(Node):
    reference: str = strawberry.field(description='Short and unambiguous, for people: "K7QX3M".')
    seats: list[str] = strawberry.field(
        description="The labels of the seats, without those given back; of a cancelled booking all that it had."
    )
    status: BookingStatus = strawberry.field(description="Where it stands now.")
    total: Money = strawberry.field(description="What it costs: the price of its hold.")
    created_at: datetime = strawberry.field(description="When it was made, in UTC.")
    payable_until: datetime | None = strawberry.field(
        description="Until when it waits for its payment, in UTC; null unless it is PENDING."
    )
    refund_policy: list[RefundStep] = strawberry.field(
        description="How much comes back when, as promised when it was made; the longest notice first."
    )
    age_to_check: int | None = strawberry.field(
        description="The film's least age in years, to be proved at the door, because nobody knew how old the customer is; "
        "null: there is nothing to check."
    )
    row: strawberry.Private["BookingRow"]
    row_id: strawberry.Private[UUID]
    showtime_id: strawberry.Private[UUID]
    quote: strawberry.Private[Quote]

    @strawberry.field(description="What the total is made of, line by line: copied from the hold, and never changed.")
    def lines(self) -> list[PriceLine]:
        return PriceLine.all_of(self.quote)

    @strawberry.field(description="What the seats are for.")
    async def showtime(self, info: Info) -> Showtime:
        return Showtime.of(await info.context.loaders.showtime.load(self.showtime_id))

    @strawberry.field(description="One for each seat; empty until the booking is CONFIRMED.")
    async def tickets(self, info: Info) -> list[Ticket]:
        return [Ticket.of(row) for row in await info.context.loaders.tickets.load(self.row_id)]

    @strawberry.field(description="Every attempt to pay, oldest first.")
    async def payments(self, info: Info) -> list[Payment]:
        return [Payment.of(row) for row in await info.context.loaders.payments.load(self.row_id)]

    @strawberry.field(description="Who can take the money now; empty unless it is PENDING.")
    async def payment_methods(self, info: Info) -> list[PaymentMethod]:
        if self.status is not BookingStatus.PENDING:
            return []
        loaders = info.context.loaders
        venue = await loaders.venue.load((await loaders.showtime.load(self.showtime_id)).venue_id)
        found = offered(venue, self.row.currency, info.context.adapters.gateways)
        return [payment_method(provider) for provider in found]

    @strawberry.field(
        description="Other seats, offered because the money came after its own were sold; null if there are none."
    )
    async def offer(self, info: Info) -> SeatOffer | None:
        found = await info.context.loaders.offer.load(self.row_id)
        if not found:
            return None
        return SeatOffer.of(found[0], (await info.context.loaders.showtime.load(self.showtime_id)).layout_id)

    @strawberry.field(description="What of its money goes, or went, back: oldest first.")
    async def refunds(self, info: Info) -> list[Refund]:
        return [Refund.of(row) for row in await info.context.loaders.booking_refunds.load(self.row_id)]

    @strawberry.field(description="How much has gone back, or is on its way, in the currency of the booking.")
    async def refunded(self, info: Info) -> Money:
        return refunded(await info.context.loaders.booking_refunds.load(self.row_id), self.row.currency)

    @classmethod
    def of(cls, row: "BookingRow", showtime: "ShowtimeRow") -> "Booking":
        """The shape of a booking, as it stands at this moment."""
        status, quote = bookings.status_now(row, showtime), row.quote
        return cls(
            id=global_id("Booking", row.id),
            reference=row.reference,
            seats=row.kept_seats or quote.labels,
            status=status,
            total=Money.of(quote.total),
            created_at=row.created_at,
            payable_until=row.expires_at if status is BookingStatus.PENDING else None,
            refund_policy=RefundStep.all_of(row.refund_policy),
            age_to_check=row.age_at_the_door,
            row=row,
            row_id=row.id,
            showtime_id=row.showtime_id,
            quote=quote,
        )


async def shaped(info: Info, row: "BookingRow") -> Booking:
    """The shape of a booking whose showtime is still to be looked up."""
    return Booking.of(row, await info.context.loaders.showtime.load(row.showtime_id))


async def listed(info: Info, page: "Page[BookingRow]") -> Connection[Booking]:
    """The shape of a page of bookings, whose showtimes are looked up together."""
    showtimes = await info.context.loaders.showtime.load_many([row.showtime_id for row in page.rows])
    shapes = {row.id: Booking.of(row, showtime) for row, showtime in zip(page.rows, showtimes, strict=True)}
    return connection(page, lambda row: shapes[row.id])


BookingConnection = Connection[Booking]


@strawberry.type(description="This hold has already become a booking: go on with that.")
class HoldBooked(Problem):
    booking: Booking = strawberry.field(description="The booking it has become.")


class HoldBookedShaper(ExceptionHandler[problems.HoldBooked, HoldBooked]):
    """Looks the booking up that a hold has become."""

    async def handle(self, exception: problems.HoldBooked, *, field: object, info: Info) -> HoldBooked:
        """The refusal as the client sees it."""
        row = await info.context.loaders.booking.load(exception.booking_id)
        return HoldBooked(message=exception.message, booking=await shaped(info, row))


@strawberry.input(description="Which hold to book.")
class CreateBookingInput:
    hold_id: strawberry.ID = strawberry.field(description="A live hold of yours.")
    coupon_code: str | None = strawberry.field(
        default=None, description="A coupon; one that does not apply is refused as InvalidInput."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


CreateBookingResult = Annotated[
    Booking | HoldExpired | HoldBooked | NotOnSale | InvalidInput | IdempotencyConflict,
    strawberry.union("CreateBookingResult", description="The booking, or why there is none."),
]


BookingId = Annotated[strawberry.ID, strawberry.argument(description="The booking's id.")]
HoldToBook = Annotated[CreateBookingInput, strawberry.argument(description="Which hold to book.")]


@strawberry.type
class BookingQuery:
    @strawberry.field(
        extensions=[gate(Permission.BOOKING_READ)],
        description="A booking of yours, or anybody's for those who serve customers; null if there is none that you may see.",
    )
    async def booking(self, info: Info, id: BookingId) -> Booking | None:
        uuid = parse_id("Booking", id)
        row = await bookings.one(info.context.actor, uuid) if uuid else None
        return await shaped(info, row) if row else None


@strawberry.type
class BookingMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.BOOKING_WRITE)],
        description="Turn a live hold into a booking. It waits for its payment until the hold would have ended; one that costs "
        "nothing is CONFIRMED at once.",
    )
    async def create_booking(self, info: Info, input: HoldToBook) -> CreateBookingResult:
        context = info.context
        key = context.key(input.idempotency_key)
        hold_id = require_id("Hold", input.hold_id)
        codes, unknown = context.adapters.ticket_codes, AgeUnknown(context.adapters.settings.age_unknown)
        row = await bookings.book(context.actor, hold_id, codes, input.coupon_code, age_unknown=unknown, key=key)
        return await shaped(info, row)


@strawberry.type
class BookingSubscription:
    @strawberry.subscription(
        extensions=[gate(Permission.BOOKING_READ)],
        description="A booking that you may see: as it is now, then at every change of it or of its payments. "
        "Any other is NOT_FOUND.",
    )
    async def booking(self, info: Info, id: BookingId) -> AsyncIterator[Booking]:
        async with closing(streams.events(info.context.actor, require_id("Booking", id))) as events:
            async for row in events:
                info.context.look_again()
                yield await shaped(info, row)
