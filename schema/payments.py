"""Payments: started by the payer, finished at the gateway's checkout."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain.access import Permission
from domain.payments import PaymentProvider, PaymentStatus
from resolvers import payments
from resolvers.holds import terms
from resolvers.payments import Payer
from resolvers.settlement import House
from schema.captures import Capture
from schema.checkouts import PaymentCheckout, checkout_of
from schema.context import Info
from schema.enums import publish
from schema.gate import Requires, gate
from schema.ids import global_id, require_id
from schema.money import Money
from schema.nodes import Node
from schema.problems import HoldExpired, IdempotencyConflict, PaymentRefused
from schema.refunds import Refund
from schema.shapes import shape_of

if TYPE_CHECKING:
    from models.payments import Payment as PaymentRow
    from schema.bookings import Booking
    from schema.payment_messages import PaymentMessage

KEY = (
    "Makes a repetition safe: the same key and input give the same entity again. Wins over the header Idempotency-Key."
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
    checkout_url: str | None = strawberry.field(
        description="Where to send the payer; SANDBOX serves this page itself. Null where there is no page: see `checkout`."
    )
    checkout: PaymentCheckout | None = strawberry.field(
        description="All that a client needs to open the provider's checkout; null until the provider knows of the payment."
    )
    created_at: datetime = strawberry.field(description="When it was started, in UTC.")
    row_id: strawberry.Private[UUID]
    booking_id: strawberry.Private[UUID]

    @strawberry.field(description="What it is for.")
    async def booking(self, info: Info) -> Annotated["Booking", strawberry.lazy("schema.bookings")]:
        loaders = info.context.loaders
        row = await loaders.booking.load(self.booking_id)
        booking: Booking = shape_of("Booking")(row, await loaders.showtime.load(row.showtime_id))
        return booking

    @strawberry.field(description="The money that came in for it, oldest first: none, one, or by mistake several.")
    async def captures(self, info: Info) -> list[Capture]:
        return [Capture.of(row) for row in await info.context.loaders.captures.load(self.row_id)]

    @strawberry.field(
        description="What its provider has told of it, oldest first; empty for callers who may not read payments "
        "(payment:read) at its venue: what you may not see is not there.",
        directives=[Requires(permission=Permission.PAYMENT_READ.value)],
    )
    async def messages(
        self, info: Info
    ) -> list[Annotated["PaymentMessage", strawberry.lazy("schema.payment_messages")]]:
        actor, loaders = info.context.actor, info.context.loaders
        if not actor.may(Permission.PAYMENT_READ):
            return []
        showtime = await loaders.showtime.load((await loaders.booking.load(self.booking_id)).showtime_id)
        if not actor.may_at(Permission.PAYMENT_READ, showtime.venue_id):
            return []
        return [shape_of("PaymentMessage")(row) for row in await loaders.messages.load(self.row_id)]

    @strawberry.field(description="What of its money goes, or went, back: oldest first.")
    async def refunds(self, info: Info) -> list[Refund]:
        return [Refund.of(row) for row in await info.context.loaders.refunds.load(self.row_id)]

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
            checkout=checkout_of(row),
            created_at=row.created_at,
            row_id=row.id,
            booking_id=row.booking_id,
        )


@strawberry.input(description="Which booking to pay for, and how.")
class StartPaymentInput:
    booking_id: strawberry.ID = strawberry.field(description="A booking of yours that is PENDING.")
    provider: PaymentProvider = strawberry.field(description="Who shall take the money: see Booking.paymentMethods.")
    return_url: str | None = strawberry.field(
        default=None,
        description="Where the payer's browser shall end: an address of this server's, or of an origin that may call it. "
        "Left out: this server's page of the booking.",
    )
    embedded: bool = strawberry.field(
        default=False,
        description="Whether the checkout shall be part of your own page, where the provider can do that.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="What Razorpay's checkout gave back to the browser.")
class RazorpayProof:
    razorpay_order_id: str = strawberry.field(description="As Razorpay named it.")
    razorpay_payment_id: str = strawberry.field(description="As Razorpay named it.")
    razorpay_signature: str = strawberry.field(description="As Razorpay signed it.")


@strawberry.input(description="What the payer's browser brought back; at most one of the proofs.")
class ConfirmPaymentInput:
    payment_id: strawberry.ID = strawberry.field(description="A payment of yours.")
    razorpay: RazorpayProof | None = strawberry.field(default=None, description="From Razorpay's checkout.js.")
    vnpay_query: str | None = strawberry.field(
        default=None, description="The whole query string with which VNPAY sent the browser back, as it is."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def proof(self) -> dict[str, str]:
        """What there is to check, under the providers' names."""
        found = {} if self.vnpay_query is None else {"query": self.vnpay_query}
        if self.razorpay is not None:
            found |= {
                "razorpay_order_id": self.razorpay.razorpay_order_id,
                "razorpay_payment_id": self.razorpay.razorpay_payment_id,
                "razorpay_signature": self.razorpay.razorpay_signature,
            }
        return found


@strawberry.input(description="Which payment.")
class PaymentInput:
    payment_id: strawberry.ID = strawberry.field(description="A payment of yours.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


ConfirmPaymentResult = Annotated[
    Payment | PaymentRefused | IdempotencyConflict,
    strawberry.union("ConfirmPaymentResult", description="The payment as its provider now says it stands."),
]
CancelPaymentResult = Annotated[
    Payment | PaymentRefused | IdempotencyConflict,
    strawberry.union("CancelPaymentResult", description="The payment that was given up, or why it goes on."),
]
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
        booking_id = require_id("Booking", input.booking_id)
        home = f"{context.adapters.settings.address}/bookings/{input.booking_id}"
        wanted = Payer(context.device.address, input.return_url, input.embedded, home)
        row = await payments.start(
            context.actor,
            booking_id,
            input.provider,
            gateways=context.adapters.gateways,
            payer=payments.checked(wanted, context.adapters.settings),
            patience=payments.patience(context.adapters.settings),
            key=context.key(input.idempotency_key),
        )
        return Payment.of(row)

    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_START)],
        description="Tell what the payer's browser brought back from the checkout, so that nobody waits for a webhook: it is "
        "checked, then the provider itself is asked, and its word applied. Harmless to repeat, and never needed.",
    )
    async def confirm_payment(
        self,
        info: Info,
        input: Annotated[ConfirmPaymentInput, strawberry.argument(description="Which payment, and the proof.")],
    ) -> ConfirmPaymentResult:
        context = info.context
        adapters = context.adapters
        row = await payments.confirm(
            context.actor,
            require_id("Payment", input.payment_id),
            input.proof(),
            adapters.gateways,
            House(adapters.ticket_codes, terms(adapters.settings)),
            key=context.key(input.idempotency_key),
        )
        return Payment.of(row)

    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_START)],
        description="Give up a payment that has not been made, to start another. Money that comes for it all the same buys the "
        "seats, if the booking is unpaid, or goes back.",
    )
    async def cancel_payment(
        self, info: Info, input: Annotated[PaymentInput, strawberry.argument(description="Which payment.")]
    ) -> CancelPaymentResult:
        key = info.context.key(input.idempotency_key)
        return Payment.of(await payments.give_up(info.context.actor, require_id("Payment", input.payment_id), key=key))
