"""Payments: started by the payer, finished at the gateway's checkout."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.access import Permission
from domain.payments import PaymentProvider, PaymentStatus
from resolvers import payments
from schema.context import Info
from schema.enums import publish
from schema.gate import gate
from schema.ids import global_id, require_id
from schema.money import Money
from schema.nodes import Node
from schema.problems import HoldExpired, IdempotencyConflict, PaymentRefused

if TYPE_CHECKING:
    from models.payments import Payment as PaymentRow

KEY = (
    "Makes a repetition safe: the same key and input give the same entity again. Wins over the header Idempotency-Key."
)

publish(
    PaymentProvider,
    "Who takes the money. Not every house offers all of them.",
    {
        "SANDBOX": "Takes no real money: its checkout page lets you choose how the payment ends.",
        "RAZORPAY": "Razorpay.",
        "STRIPE": "Stripe.",
        "VNPAY": "VNPAY.",
        "COUNTER": "Somebody at the cinema's counter.",
    },
)
publish(
    PaymentStatus,
    "Where a payment stands; it follows the provider's word.",
    {
        "PENDING": "Waiting for the payer at `checkoutUrl`.",
        "PROCESSING": "The payer has paid, the provider has yet to confirm it.",
        "SUCCEEDED": "The money is here.",
        "FAILED": "It did not work; start another while the booking is PENDING.",
        "CANCELLED": "The payer gave up; start another while the booking is PENDING.",
        "EXPIRED": "The booking ended before it was paid. Money that comes late buys the seats or goes back.",
        "REFUNDED": "All of the money went back.",
        "PARTIALLY_REFUNDED": "Some of the money went back.",
    },
)


@strawberry.type(description="One attempt to pay for a booking.")
class Payment(Node):
    provider: PaymentProvider = strawberry.field(description="Who takes the money.")
    provider_ref: str | None = strawberry.field(description="The provider's own name for this payment.")
    amount: Money = strawberry.field(description="What is to be paid.")
    status: PaymentStatus = strawberry.field(description="Where it stands.")
    checkout_url: str | None = strawberry.field(description="Where to send the payer; SANDBOX serves this page itself.")

    @classmethod
    def of(cls, row: "PaymentRow") -> "Payment":
        """The shape of a payment."""
        return cls(
            id=global_id("Payment", row.id),
            provider=row.provider,
            provider_ref=row.provider_ref,
            amount=Money.of(row.amount),
            status=row.status,
            checkout_url=row.checkout_url,
        )


@strawberry.input(description="Which booking to pay for, and how.")
class StartPaymentInput:
    booking_id: strawberry.ID = strawberry.field(description="A booking of yours that is PENDING.")
    provider: PaymentProvider = strawberry.field(description="Who shall take the money.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


StartPaymentResult = Annotated[
    Payment | HoldExpired | PaymentRefused | IdempotencyConflict,
    strawberry.union("StartPaymentResult", description="The payment, or why it cannot be started."),
]


@strawberry.type
class PaymentMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_START)],
        description="Begin to pay for a booking: send the payer to the payment's `checkoutUrl`, then watch the booking. "
        "May be called again after a payment FAILED or was CANCELLED, while the booking is PENDING.",
    )
    async def start_payment(
        self,
        info: Info,
        input: Annotated[StartPaymentInput, strawberry.argument(description="Which booking to pay for, and how.")],
    ) -> StartPaymentResult:
        context = info.context
        row = await payments.start(
            context.actor,
            require_id("Booking", input.booking_id),
            input.provider,
            gateways=context.adapters.gateways,
            key=context.key(input.idempotency_key),
        )
        return Payment.of(row)
