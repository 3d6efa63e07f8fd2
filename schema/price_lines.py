"""What a price is made of, line by line."""

from typing import Self

import strawberry

from domain.layouts import SeatKind
from domain.money import Money as Price
from domain.pricing import Quote
from schema.money import Money


@strawberry.type(description="One part of a price. The amounts of all lines sum to the total.")
class PriceLine:
    text: str = strawberry.field(description="What it is for; fit to show.")
    seat: str | None = strawberry.field(description="The label of the seat it is for; null if it is for all of them.")
    kind: SeatKind | None = strawberry.field(description="What sort of seat that is.")
    amount: Money = strawberry.field(description="How much; below zero it is taken off.")

    @classmethod
    def all_of(cls, quote: Quote) -> list[Self]:
        """The lines of a quote, in its order."""
        return [
            cls(
                text=f"Seat {line.label}",
                seat=line.label,
                kind=line.kind,
                amount=Money.of(Price(line.minor, quote.currency)),
            )
            for line in quote.lines
        ]
