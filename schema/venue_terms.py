"""What managers say about a venue's money: its refund policy, and the ways to pay there."""

from typing import Annotated

import strawberry

from domain.access import Permission
from domain.payments import PaymentProvider
from domain.refunds import RefundStep
from resolvers import venue_terms
from schema.context import Info
from schema.gate import gate
from schema.ids import require_id
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput
from schema.venues import Venue

WHICH_VENUE = "Which venue; an unknown one is NOT_FOUND."


@strawberry.input(description="One step of a refund policy.")
class RefundStepInput:
    hours: int = strawberry.field(description="Who cancels at least so many hours before the start (0 to 8760) …")
    percent: int = strawberry.field(description="… gets so many percent back: 0 to 100.")


@strawberry.input(description="Another refund policy for a venue.")
class SetRefundPolicyInput:
    venue_id: strawberry.ID = strawberry.field(description=WHICH_VENUE)
    steps: list[RefundStepInput] = strawberry.field(
        description="1 to 10 steps in any order, each notice once; longer notice never gives less. With less notice than the "
        "shortest one nothing can be given back: end with `hours: 0` to allow it until the start."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Other ways to pay at a venue.")
class SetPaymentMethodsInput:
    venue_id: strawberry.ID = strawberry.field(description=WHICH_VENUE)
    providers: list[PaymentProvider] | None = strawberry.field(
        default=None,
        description="Who may take the money, each once; each must be enabled here and take the venue's currency. "
        "Null: all that are, those enabled later included.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


SetRefundPolicyResult = Annotated[
    Venue | InvalidInput | IdempotencyConflict,
    strawberry.union(
        "SetRefundPolicyResult", description="The venue with its new policy, or why it keeps the old one."
    ),
]
SetPaymentMethodsResult = Annotated[
    Venue | InvalidInput | IdempotencyConflict,
    strawberry.union("SetPaymentMethodsResult", description="The venue, or why its ways to pay stay as they were."),
]
NewPolicy = Annotated[SetRefundPolicyInput, strawberry.argument(description="Which venue, and its policy.")]
NewMethods = Annotated[SetPaymentMethodsInput, strawberry.argument(description="Which venue, and who takes the money.")]


@strawberry.type
class VenueTermsMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.VENUE_WRITE)],
        description="Say how much comes back when at a venue. Bookings that have been made keep the policy they were made under.",
    )
    async def set_refund_policy(self, info: Info, input: NewPolicy) -> SetRefundPolicyResult:
        steps = [RefundStep(step.hours, step.percent) for step in input.steps]
        venue_id, key = require_id("Venue", input.venue_id), info.context.key(input.idempotency_key)
        return Venue.of(await venue_terms.set_refund_policy(info.context.actor, venue_id, steps, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.VENUE_WRITE)],
        description="Say with whom customers may pay at a venue. Payments that have been started go on.",
    )
    async def set_payment_methods(self, info: Info, input: NewMethods) -> SetPaymentMethodsResult:
        context = info.context
        venue_id, key = require_id("Venue", input.venue_id), context.key(input.idempotency_key)
        gateways = context.adapters.gateways
        row = await venue_terms.set_payment_methods(context.actor, venue_id, input.providers, gateways, key=key)
        return Venue.of(row)
