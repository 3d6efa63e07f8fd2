"""Payments as those see and change them who answer for the money, or take it at the counter."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.access import Permission
from domain.payments import PaymentProvider, PaymentStatus
from resolvers import counter, payment_desk, payments
from resolvers.holds import terms
from resolvers.payment_desk import Sought
from resolvers.settlement import House
from schema.context import Info
from schema.gate import gate
from schema.ids import parse_id, require_id
from schema.pagination import After, Connection, First, connection
from schema.payments import KEY, Payment
from schema.problems import IdempotencyConflict, InvalidInput, PaymentRefused, RefundRefused
from schema.refunds import Refund
from schema.scalars import Amount


@strawberry.input(description="Which payments to find; what is not given does not matter.")
class PaymentFilter:
    provider: PaymentProvider | None = strawberry.field(default=None, description="Taken by this provider.")
    status: PaymentStatus | None = strawberry.field(default=None, description="That stand there.")
    booking_reference: str | None = strawberry.field(
        default=None, description="For the booking with this reference, in any case."
    )
    provider_ref: str | None = strawberry.field(
        default=None, description="Called so by their provider: the payment itself, or the money that came for it."
    )
    showtime_id: strawberry.ID | None = strawberry.field(default=None, description="For this showtime.")
    from_: datetime | None = strawberry.field(default=None, name="from", description="Started at this moment or later.")
    to: datetime | None = strawberry.field(default=None, description="Started before this moment.")

    def sought(self) -> Sought:
        """The filter with its id read; an id that is none matches nothing."""
        sought = Sought(
            provider=self.provider,
            status=self.status,
            reference=self.booking_reference,
            provider_ref=self.provider_ref,
            since=self.from_,
            until=self.to,
        )
        return sought if self.showtime_id is None else sought.for_showtime(parse_id("Showtime", self.showtime_id))


@strawberry.input(description="How much of a payment to give back, and why.")
class RefundPaymentInput:
    payment_id: strawberry.ID = strawberry.field(description="Anybody's payment that brought money.")
    amount: Amount | None = strawberry.field(
        default=None, description="How much, in the payment's currency; null: all that is left."
    )
    reason: str = strawberry.field(description="Why, for the books: 1 to 500 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Which refund to try again.")
class RetryRefundInput:
    refund_id: strawberry.ID = strawberry.field(description="A refund that has FAILED.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="What has been paid at the counter.")
class SettleCounterPaymentInput:
    payment_id: strawberry.ID = strawberry.field(description="A payment by COUNTER that is PENDING.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="What has been handed back at the counter.")
class SettleCounterRefundInput:
    refund_id: strawberry.ID = strawberry.field(description="A refund of a payment by COUNTER, to be handed back.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


RefundPaymentResult = Annotated[
    Payment | RefundRefused | InvalidInput | IdempotencyConflict,
    strawberry.union(
        "RefundPaymentResult", description="The payment with its new refund, or why that money cannot go back."
    ),
]
RetryRefundResult = Annotated[
    Refund | RefundRefused | IdempotencyConflict,
    strawberry.union("RetryRefundResult", description="The refund that follows the failed one, or why none does."),
]
SettleCounterPaymentResult = Annotated[
    Payment | PaymentRefused | IdempotencyConflict,
    strawberry.union("SettleCounterPaymentResult", description="The payment, settled, or why it cannot be."),
]
SettleCounterRefundResult = Annotated[
    Refund | RefundRefused | IdempotencyConflict,
    strawberry.union("SettleCounterRefundResult", description="The refund, done, or why it cannot be."),
]


@strawberry.type
class PaymentDeskQuery:
    @strawberry.field(
        extensions=[gate(Permission.PAYMENT_READ)],
        description="Everybody's payments, the newest first: for those who answer for the money. What is not found is an "
        "empty list.",
    )
    async def payments(
        self,
        info: Info,
        filter: Annotated[PaymentFilter | None, strawberry.argument(description="Which ones.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Payment]:
        sought = (filter or PaymentFilter()).sought()
        return connection(await payment_desk.find(info.context.actor, sought, first, after), Payment.of)

    @strawberry.field(
        extensions=[gate(Permission.PAYMENT_READ)],
        description="Anybody's payment, with all that came and went for it; null if there is none. Payers find their own in "
        "their booking, or with `node`.",
    )
    async def payment(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The payment's id.")]
    ) -> Payment | None:
        uuid = parse_id("Payment", id)
        row = await payments.one(info.context.actor, uuid) if uuid else None
        return Payment.of(row) if row else None


@strawberry.type
class PaymentDeskMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_REFUND)],
        description="Give money back as a favour: the booking keeps its tickets, and seats do not change. Never more than came in "
        "and has not gone back. To take tickets back, use `refundTickets` or `cancelBooking`. If an open offer waits for "
        "the payer's answer and nothing of its money is left, it ends.",
    )
    async def refund_payment(
        self, info: Info, input: Annotated[RefundPaymentInput, strawberry.argument(description="How much, and why.")]
    ) -> RefundPaymentResult:
        key = info.context.key(input.idempotency_key)
        payment_id = require_id("Payment", input.payment_id)
        return Payment.of(
            await payment_desk.refund(info.context.actor, payment_id, input.amount, input.reason, key=key)
        )

    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_REFUND)],
        description="Have the money of a refund that FAILED for good given back once more: another refund follows it, which "
        "stands for the same money.",
    )
    async def retry_refund(
        self, info: Info, input: Annotated[RetryRefundInput, strawberry.argument(description="Which refund.")]
    ) -> RetryRefundResult:
        key = info.context.key(input.idempotency_key)
        return Refund.of(await payment_desk.retry(info.context.actor, require_id("Refund", input.refund_id), key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_SETTLE)],
        description="Somebody has paid at the counter: the booking is CONFIRMED. Staff call this with the money in hand.",
    )
    async def settle_counter_payment(
        self, info: Info, input: Annotated[SettleCounterPaymentInput, strawberry.argument(description="Which one.")]
    ) -> SettleCounterPaymentResult:
        context = info.context
        house = House(context.adapters.ticket_codes, terms(context.adapters.settings))
        key, payment_id = context.key(input.idempotency_key), require_id("Payment", input.payment_id)
        return Payment.of(await counter.settle_payment(context.actor, payment_id, house, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_SETTLE)],
        description="Money has been handed back at the counter: the refund has SUCCEEDED.",
    )
    async def settle_counter_refund(
        self, info: Info, input: Annotated[SettleCounterRefundInput, strawberry.argument(description="Which one.")]
    ) -> SettleCounterRefundResult:
        key = info.context.key(input.idempotency_key)
        refund_id = require_id("Refund", input.refund_id)
        return Refund.of(await counter.settle_refund(info.context.actor, refund_id, key=key))
