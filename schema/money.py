"""Money as clients see it."""

import strawberry

from domain import money
from schema.scalars import Amount


@strawberry.type(description="An amount of a currency.")
class Money:
    amount: Amount = strawberry.field(
        description="As many decimals as the currency has; a string, so that no cent is lost."
    )
    currency: str = strawberry.field(description="The currency's ISO 4217 code: `INR`.")

    @classmethod
    def of(cls, value: money.Money) -> "Money":
        """The shape of a sum of money."""
        return cls(amount=Amount(value.amount), currency=value.currency)
