"""Refunds: money that goes back, why, and how far it has come."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.access import Permission
from domain.money import Money as Amount
from domain.refunds import RefundPolicy, RefundReason, RefundStatus
from resolvers import cancellations
from schema.context import Info
from schema.enums import publish
from schema.gate import gate
from schema.ids import global_id, require_id
from schema.money import Money
from schema.nodes import Node

if TYPE_CHECKING:
    from models.refunds import Refund as RefundRow

publish(
    RefundReason,
    "Why money goes back.",
    {
        "CUSTOMER": "The customer gave tickets back, under the policy of the booking.",
        "STAFF": "Staff gave it back; `note` says why.",
        "WRONG_AMOUNT": "What came was not what the booking costs.",
        "DOUBLE_PAYMENT": "The booking was paid for twice.",
        "SEATS_GONE": "The money came after the seats had been sold, and there were no equivalent ones.",
        "OFFER_DECLINED": "The seats offered instead were not wanted.",
        "OFFER_EXPIRED": "Nobody took the seats offered instead in time.",
        "BOOKING_CANCELLED": "The money came after the booking had been cancelled.",
        "SHOWTIME_CANCELLED": "The showtime was cancelled.",
        "SHOWTIME_STARTED": "The money came after the film had begun.",
        "AT_PROVIDER": "It was given back in the provider's own dashboard.",
    },
)
publish(
    RefundStatus,
    "How far a refund has come; it follows the provider's word.",
    {
        "PENDING": "The provider is about to be asked; at the counter: about to be handed back.",
        "PROCESSING": "The provider has taken it, and will tell.",
        "SUCCEEDED": "The money is on its way to the payer's account, or there.",
        "FAILED": "The provider could not give it back. It is tried again, then staff see to it.",
    },
)


@strawberry.type(description="Money that goes back to the payer.")
class Refund(Node):
    amount: Money = strawberry.field(description="How much goes back.")
    kept: Money = strawberry.field(description="What stays with the house, by the policy, of what the seats cost.")
    seats: list[str] = strawberry.field(description="The seats that were given up for it; empty if none were.")
    reason: RefundReason = strawberry.field(description="Why.")
    note: str | None = strawberry.field(description="What staff wrote about it.")
    status: RefundStatus = strawberry.field(description="How far it has come.")
    attempt: int = strawberry.field(description="The first try is 1; a failed one is followed by another refund.")
    created_at: datetime = strawberry.field(description="When it was ordered, in UTC.")
    settled_at: datetime | None = strawberry.field(description="When the provider said how it ended, in UTC.")

    @classmethod
    def of(cls, row: "RefundRow") -> "Refund":
        """The shape of a refund."""
        return cls(
            id=global_id("Refund", row.id),
            amount=Money.of(row.amount),
            kept=Money.of(row.kept),
            seats=row.seats,
            reason=row.reason,
            note=row.note,
            status=row.status,
            attempt=row.attempt,
            created_at=row.created_at,
            settled_at=row.settled_at,
        )


@strawberry.type(description="One step of a refund policy.")
class RefundStep:
    hours: int = strawberry.field(description="Who cancels at least so many hours before the start …")
    percent: int = strawberry.field(description="… gets so many percent back.")

    @classmethod
    def all_of(cls, policy: RefundPolicy) -> "list[RefundStep]":
        """The steps of a ladder, the longest notice first."""
        return [cls(hours=step.hours, percent=step.percent) for step in policy.steps]


@strawberry.type(description="What would come back now.")
class RefundQuote:
    seats: list[str] = strawberry.field(description="For these seats.")
    worth: Money = strawberry.field(description="What they cost.")
    amount: Money = strawberry.field(description="What would come back.")
    kept: Money = strawberry.field(description="What would stay with the house.")
    percent: int = strawberry.field(description="The share that comes back.")
    until: datetime | None = strawberry.field(description="Until when this holds, in UTC; null if nothing comes back.")
    refusal: str | None = strawberry.field(description="Why they cannot be given back, fit to show; null if they can.")

    @classmethod
    def of(cls, quote: cancellations.RefundQuote) -> "RefundQuote":
        """The shape of a quote."""
        return cls(
            seats=quote.seats,
            worth=Money.of(quote.worth),
            amount=Money.of(quote.amount),
            kept=Money.of(quote.kept),
            percent=quote.percent,
            until=quote.until,
            refusal=quote.refusal,
        )


def refunded(rows: "list[RefundRow]", currency: str) -> Money:
    """What has gone back, or is on its way."""
    counted = [row for row in rows if row.followed_by is None and row.currency == currency]
    return Money.of(Amount(sum(row.amount_minor for row in counted), currency))


@strawberry.type
class RefundQuery:
    @strawberry.field(
        extensions=[gate(Permission.BOOKING_READ)],
        description="What would come back now for some tickets of a booking, by the policy it was made under. Changes nothing.",
    )
    async def refund_quote(
        self,
        info: Info,
        booking_id: Annotated[strawberry.ID, strawberry.argument(description="Which booking.")],
        tickets: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description="Which of its tickets; null: all that are left."),
        ] = None,
    ) -> RefundQuote:
        ids = None if tickets is None else [require_id("Ticket", each) for each in tickets]
        return RefundQuote.of(await cancellations.quote(info.context.actor, require_id("Booking", booking_id), ids))
