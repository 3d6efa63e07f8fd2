"""What a price is made of, line by line."""

from typing import Self

import strawberry

from domain.money import Money as Price
from domain.pricing import PricePart, Quote
from schema.enums import publish
from schema.money import Money
from schema.seat_kinds import SeatKind

publish(
    PricePart,
    "What a line of a price is for, in the order in which prices are made.",
    {
        "BASE": "The seat itself, at the showtime's `basePrice`; before tax where the tax is included.",
        "SEAT_KIND": "What a better kind of seat costs more.",
        "RULE": "What a rule of the house adds or takes off; the text says which one, and why.",
        "COUPON": "What a coupon takes off.",
        "FEE": "A fee of the house.",
        "TAX": "A tax: on top, or taken out of the lines before it where the text says that it is included.",
        "ROUNDING": "What makes the total an amount that the house takes.",
    },
)


@strawberry.type(description="One part of a price. The amounts of all lines sum to the total.")
class PriceLine:
    part: PricePart = strawberry.field(description="What sort of line it is.")
    text: str = strawberry.field(description="What it is for; fit to show.")
    seat: str | None = strawberry.field(description="The label of the seat it is for; null if it is for all of them.")
    kind: SeatKind | None = strawberry.field(description="What sort of seat that is.")
    amount: Money = strawberry.field(description="How much; below zero it is taken off.")

    @classmethod
    def all_of(cls, quote: Quote) -> list[Self]:
        """The lines of a quote, in its order."""
        return [
            cls(
                part=line.part,
                text=line.text,
                seat=line.label,
                kind=line.kind,
                amount=Money.of(Price(line.minor, quote.currency)),
            )
            for line in quote.lines
        ]
