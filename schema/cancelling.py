"""Giving bookings and tickets back, and answering offers."""

from typing import Annotated

import strawberry

from domain.access import Permission
from domain.problems import FieldProblem as Wrong, InvalidInput as InvalidInputProblem
from resolvers import cancellations, offers
from resolvers.cancellations import Override
from schema.bookings import Booking, shaped
from schema.context import Info
from schema.gate import gate
from schema.ids import require_id
from schema.payments import KEY
from schema.problems import CancellationRefused, IdempotencyConflict, InvalidInput, OfferOver, RefundRefused

LONGEST_NOTE = 500


@strawberry.input(description="Which booking to cancel.")
class CancelBookingInput:
    booking_id: strawberry.ID = strawberry.field(description="A booking of yours that is PENDING or CONFIRMED.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(
    description="Another share than the policy's, and why: for staff who may refund payments (payment:refund)."
)
class RefundOverride:
    percent: int = strawberry.field(description="The share that comes back: 0 to 100.")
    reason: str = strawberry.field(description="Why, for the books: 1 to 500 characters.")

    def read(self) -> Override:
        """What staff decide; InvalidInput says what is wrong with it."""
        wrong: list[Wrong] = []
        if not 0 <= self.percent <= 100:
            wrong.append(Wrong(("override", "percent"), "Between 0 and 100."))
        note = self.reason.strip()
        if not (1 <= len(note) <= LONGEST_NOTE and note.isprintable()):
            wrong.append(Wrong(("override", "reason"), f"Between 1 and {LONGEST_NOTE} characters."))
        if wrong:
            raise InvalidInputProblem(wrong)
        return Override(self.percent, note)


@strawberry.input(description="Which tickets to give back.")
class RefundTicketsInput:
    booking_id: strawberry.ID = strawberry.field(description="Which booking.")
    tickets: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Which of its tickets, each once; left out: all that are left."
    )
    override: RefundOverride | None = strawberry.field(
        default=None,
        description="What staff decide instead of the policy; works after the start and for used tickets, too.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Whose offer.")
class OfferInput:
    booking_id: strawberry.ID = strawberry.field(description="A booking of yours that has an offer.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


CancelBookingResult = Annotated[
    Booking | CancellationRefused | IdempotencyConflict,
    strawberry.union("CancelBookingResult", description="The cancelled booking, or why it stands."),
]
RefundTicketsResult = Annotated[
    Booking | CancellationRefused | RefundRefused | InvalidInput | IdempotencyConflict,
    strawberry.union("RefundTicketsResult", description="The booking without these tickets, or why it keeps them."),
]
AnswerOfferResult = Annotated[
    Booking | OfferOver | IdempotencyConflict,
    strawberry.union("AnswerOfferResult", description="The booking, or why its offer cannot be answered any more."),
]
BookingToCancel = Annotated[CancelBookingInput, strawberry.argument(description="Which booking to cancel.")]
TicketsToRefund = Annotated[RefundTicketsInput, strawberry.argument(description="Which tickets to give back.")]
WhoseOffer = Annotated[OfferInput, strawberry.argument(description="Whose offer.")]


@strawberry.type
class CancellingMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.BOOKING_WRITE)],
        description="Cancel a booking until its showtime starts: the seats return to the map, and of what was paid the share "
        "that its `refundPolicy` promises goes back through the gateway that took it (ask `refundQuote` first). To find a "
        "booking of somebody else is not to be allowed to cancel it: FORBIDDEN.",
    )
    async def cancel_booking(self, info: Info, input: BookingToCancel) -> CancelBookingResult:
        key = info.context.key(input.idempotency_key)
        booking_id = require_id("Booking", input.booking_id)
        return await shaped(info, await cancellations.cancel(info.context.actor, booking_id, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.BOOKING_WRITE)],
        description="Give tickets of a confirmed booking back, some or all: their seats return to the map, and the policy's share "
        "of what they cost goes back. Staff who may refund payments may do so for anybody, and decide otherwise, saying why.",
    )
    async def refund_tickets(self, info: Info, input: TicketsToRefund) -> RefundTicketsResult:
        tickets = None if input.tickets is None else [require_id("Ticket", each) for each in input.tickets]
        row = await cancellations.refund_tickets(
            info.context.actor,
            require_id("Booking", input.booking_id),
            tickets,
            input.override.read() if input.override else None,
            key=info.context.key(input.idempotency_key),
        )
        return await shaped(info, row)

    @strawberry.mutation(
        extensions=[gate(Permission.BOOKING_WRITE)],
        description="Take the seats that are offered instead of those that were sold before your money came: the booking is "
        "CONFIRMED with them.",
    )
    async def accept_offer(self, info: Info, input: WhoseOffer) -> AnswerOfferResult:
        context = info.context
        key, booking_id = context.key(input.idempotency_key), require_id("Booking", input.booking_id)
        return await shaped(
            info, await offers.accept(context.actor, booking_id, context.adapters.ticket_codes, key=key)
        )

    @strawberry.mutation(
        extensions=[gate(Permission.BOOKING_WRITE)],
        description="Leave the seats that are offered: they are free again, and all of your money goes back.",
    )
    async def decline_offer(self, info: Info, input: WhoseOffer) -> AnswerOfferResult:
        key, booking_id = info.context.key(input.idempotency_key), require_id("Booking", input.booking_id)
        return await shaped(info, await offers.decline(info.context.actor, booking_id, key=key))
