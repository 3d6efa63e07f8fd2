"""What a key has made: for a client that never got the answer of a mutation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import strawberry

from domain.access import Permission
from domain.wrong_calls import BadUserInput
from resolvers import outcomes
from schema.context import Info
from schema.gate import gate
from schema.node import node_of
from schema.nodes import Node

# What each mutation that takes a key makes, or changes.
MADE: Final[Mapping[str, str]] = {
    "holdSeats": "Hold",
    "holdBestSeats": "Hold",
    "extendHold": "Hold",
    "releaseHold": "Hold",
    "createBooking": "Booking",
    "cancelBooking": "Booking",
    "refundTickets": "Booking",
    "acceptOffer": "Booking",
    "declineOffer": "Booking",
    "startPayment": "Payment",
    "confirmPayment": "Payment",
    "cancelPayment": "Payment",
    "refundPayment": "Payment",
    "retryRefund": "Refund",
    "settleCounterPayment": "Payment",
    "settleCounterRefund": "Refund",
    "replayMessage": "PaymentMessage",
    "createCustomer": "User",
    "setRoles": "User",
    "postStaff": "User",
    "lockUser": "User",
    "unlockUser": "User",
    "inviteStaff": "Invitation",
    "withdrawInvitation": "Invitation",
    "dismissMessage": "PaymentMessage",
    "createMovie": "Movie",
    "updateMovie": "Movie",
    "deleteMovie": "Movie",
    "createVenue": "Venue",
    "updateVenue": "Venue",
    "setRefundPolicy": "Venue",
    "setPaymentMethods": "Venue",
    "setPriceTerms": "Venue",
    "createScreen": "Screen",
    "updateScreen": "Screen",
    "createShowtime": "Showtime",
    "cancelShowtime": "Showtime",
    "updateProfile": "User",
    "correctDateOfBirth": "User",
}


@strawberry.type(description="What was done with an idempotency key.")
class MutationOutcome:
    mutation: str = strawberry.field(description="The mutation that was done, by its name in this schema.")
    at: datetime = strawberry.field(description="When it was done, in UTC.")
    node: Node | None = strawberry.field(
        description="What it made or changed, as it is now; null if that is gone, or no longer yours to see."
    )


@strawberry.type
class OutcomeQuery:
    @strawberry.field(
        extensions=[gate(Permission.BOOKING_READ)],
        description="What your idempotency key has done, when the answer was lost. Null: nothing has been done with it in the "
        "last 48 hours, and it is safe to send the mutation, with this same key, (again). Refusals do nothing.",
    )
    async def mutation_outcome(
        self,
        info: Info,
        idempotency_key: Annotated[str, strawberry.argument(description="The key that was sent, by you.")],
        mutation: Annotated[
            str | None,
            strawberry.argument(
                description='With which mutation: "holdSeats". Null: whichever used it last; better have a key for each.'
            ),
        ] = None,
    ) -> MutationOutcome | None:
        if mutation is not None and mutation not in MADE:
            raise BadUserInput("`mutation` must be the name of a mutation that takes an idempotency key.")
        outcome = await outcomes.of(info.context.actor, idempotency_key, mutation)
        if outcome is None:
            return None
        node = await node_of(info, MADE.get(outcome.mutation, ""), outcome.entity_id)
        return MutationOutcome(mutation=outcome.mutation, at=outcome.at, node=node)
