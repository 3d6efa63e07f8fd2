"""Money that came in, and what became of it."""

from datetime import datetime
from typing import TYPE_CHECKING

import strawberry

from domain.money import Money as Amount
from domain.payments import CaptureFate
from schema.enums import publish
from schema.money import Money

if TYPE_CHECKING:
    from models.payments import Capture as CaptureRow

publish(
    CaptureFate,
    "What became of money that came in: exactly one of these, at any moment.",
    {
        "TICKET": "It bought the tickets of the booking.",
        "OFFER": "The seats were gone; it waits until the payer has answered the offer of others.",
        "REFUND": "It bought nothing, and goes or went back.",
    },
)


@strawberry.type(description="Money that came in for a payment; one that was paid twice has two.")
class Capture:
    ref: str = strawberry.field(description="The provider's own name for this money.")
    amount: Money = strawberry.field(description="How much came.")
    fate: CaptureFate = strawberry.field(description="What became of it.")
    at: datetime = strawberry.field(description="When it was noted here, in UTC.")
    refunding: Money = strawberry.field(
        description="How much of it has been given up: what went or goes back, and what was kept by the refund policy."
    )
    refunded: Money = strawberry.field(description="How much of it has gone back, by the provider's word.")

    @classmethod
    def of(cls, row: "CaptureRow") -> "Capture":
        """The shape of a capture."""
        return cls(
            ref=row.capture_ref,
            amount=Money.of(row.amount),
            fate=row.fate,
            at=row.created_at,
            refunding=Money.of(Amount(row.refunding_minor, row.currency)),
            refunded=Money.of(Amount(row.refunded_minor, row.currency)),
        )
