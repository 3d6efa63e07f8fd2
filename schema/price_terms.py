"""What a venue adds to the price of a seat, and how it is set."""

import strawberry

from domain import price_terms as domain
from domain.money import Money as Price
from schema.money import Money
from schema.scalars import Amount


@strawberry.type(
    description="What a venue adds to the price of its seats. Prices on maps and totals already have it in them."
)
class PriceTerms:
    booking_fee: Money = strawberry.field(description="What is charged for each seat besides its price; it may be 0.")
    tax_name: str | None = strawberry.field(description='What the tax is called: "GST". Null: there is none.')
    tax_percent: Amount = strawberry.field(description='How much it is, in percent: "18", "12.5", "0".')
    tax_included: bool = strawberry.field(
        description="Whether seats and fees cost what they cost with the tax in them; if not, it is added."
    )
    round_to: Money | None = strawberry.field(
        description="Totals are a multiple of this, half up. Null: they are not rounded."
    )

    @classmethod
    def of(cls, terms: domain.PriceTerms, currency: str) -> "PriceTerms":
        """The shape of the terms of a venue with this currency."""
        return cls(
            booking_fee=Money.of(Price(terms.booking_fee, currency)),
            tax_name=terms.tax_name or None,
            tax_percent=Amount(terms.tax_percent),
            tax_included=terms.tax_included,
            round_to=Money.of(Price(terms.round_to, currency)) if terms.round_to > 1 else None,
        )
