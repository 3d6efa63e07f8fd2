"""What providers have told us, for those who answer for the money."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain.access import Permission
from domain.payments import MessageState, PaymentProvider
from resolvers import inbox
from schema.context import Info
from schema.enums import publish
from schema.gate import gate
from schema.ids import global_id, require_id
from schema.nodes import Node
from schema.pagination import After, Connection, First, connection
from schema.payments import KEY, Payment
from schema.problems import IdempotencyConflict, InvalidInput

if TYPE_CHECKING:
    from models.inbox import PaymentMessage as MessageRow

publish(
    MessageState,
    "What became of a provider's message.",
    {
        "NEW": "It is about to be applied, perhaps once more: see `problem`.",
        "APPLIED": "The payment stands as it says.",
        "IGNORED": "It says nothing about money.",
        "DEAD": "It could not be applied, and is not tried any more until somebody has it replayed.",
        "DISMISSED": "It could not be applied, and somebody has said why there is nothing to do. It can still be replayed.",
    },
)


@strawberry.type(
    description="A message of a payment provider, kept as it came. Only those who may read payments (payment:read) see any."
)
class PaymentMessage(Node):
    provider: PaymentProvider = strawberry.field(description="Who sent it.")
    event_id: str = strawberry.field(description="The provider's own name for it; one that comes twice is kept once.")
    kind: str = strawberry.field(description="What kind of message it is, in the provider's words.")
    state: MessageState = strawberry.field(description="What became of it.")
    problem: str | None = strawberry.field(description="Why it could not be applied the last time; null if it could.")
    attempts: int = strawberry.field(description="How often it was tried since it came, or since it was replayed.")
    received_at: datetime = strawberry.field(description="When it came, in UTC.")
    applied_at: datetime | None = strawberry.field(description="When it was applied, in UTC.")
    body: str = strawberry.field(description="What it said, without the payer's private values.")
    payment_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The payment it is about; null where that is not known here.")
    async def payment(self, info: Info) -> Payment | None:
        return None if self.payment_id is None else Payment.of(await info.context.loaders.payment.load(self.payment_id))

    @classmethod
    def of(cls, row: "MessageRow") -> "PaymentMessage":
        """The shape of a message."""
        return cls(
            id=global_id("PaymentMessage", row.id),
            provider=row.provider,
            event_id=row.event_id,
            kind=row.kind,
            state=row.state,
            problem=row.problem,
            attempts=row.attempts,
            received_at=row.created_at,
            applied_at=row.applied_at,
            body=row.body,
            payment_id=row.payment_id,
        )


@strawberry.input(description="Which message to apply again.")
class ReplayMessageInput:
    message_id: strawberry.ID = strawberry.field(
        description="A message that is DEAD or DISMISSED; any other stays as it is."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Which message needs nothing done, and why.")
class DismissMessageInput:
    message_id: strawberry.ID = strawberry.field(description="A message that is DEAD; any other stays as it is.")
    reason: str = strawberry.field(description="Why there is nothing to do, for the audit log: 1 to 300 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


ReplayMessageResult = Annotated[
    PaymentMessage | IdempotencyConflict,
    strawberry.union("ReplayMessageResult", description="The message, about to be applied."),
]
DismissMessageResult = Annotated[
    PaymentMessage | InvalidInput | IdempotencyConflict,
    strawberry.union("DismissMessageResult", description="The message, which the audit report no longer names."),
]
States = Annotated[list[MessageState] | None, strawberry.argument(description="In one of these states; null: in any.")]


@strawberry.type
class PaymentMessageQuery:
    @strawberry.field(
        extensions=[gate(Permission.PAYMENT_READ)],
        description="What payment providers have sent, the newest first. Ask for those that are DEAD: each waits for a person.",
    )
    async def payment_messages(
        self,
        info: Info,
        state: States = None,
        provider: Annotated[
            PaymentProvider | None, strawberry.argument(description="Of this provider; null: of any.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[PaymentMessage]:
        states = None if state is None else frozenset(state)
        actor = info.context.actor
        return connection(await inbox.find(actor, states, provider, first=first, after=after), PaymentMessage.of)


@strawberry.type
class PaymentMessageMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_REFUND)],
        description="Have a DEAD message applied again, after what was wrong has been put right. It is applied once at most, "
        "however often it is replayed: one that is APPLIED stays so, and changes nothing.",
    )
    async def replay_message(
        self, info: Info, input: Annotated[ReplayMessageInput, strawberry.argument(description="Which message.")]
    ) -> ReplayMessageResult:
        key = info.context.key(input.idempotency_key)
        message_id = require_id("PaymentMessage", input.message_id)
        return PaymentMessage.of(await inbox.replay(info.context.actor, message_id, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.PAYMENT_REFUND)],
        description="Say of a DEAD message that there is nothing to do, and why: after its money was dealt with by hand, say. "
        "The audit report no longer names it; the audit log keeps who said so.",
    )
    async def dismiss_message(
        self, info: Info, input: Annotated[DismissMessageInput, strawberry.argument(description="Which, and why.")]
    ) -> DismissMessageResult:
        key = info.context.key(input.idempotency_key)
        message_id = require_id("PaymentMessage", input.message_id)
        return PaymentMessage.of(await inbox.dismiss(info.context.actor, message_id, input.reason, key=key))
