"""What a venue adds to the price of a seat: a booking fee, a tax, and what it rounds totals to."""

import re
from dataclasses import dataclass, replace
from typing import Final

from domain.checks import Checks
from domain.money import Money
from domain.scheduling import HIGHEST_PRICE

HIGHEST_TAX: Final = 10_000  # hundredths of a percent
COARSEST_ROUNDING: Final = 1_000_000  # minor units
LONGEST_TAX_NAME: Final = 40

_PERCENT: Final = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True)
class PriceTerms:
    """The terms of one venue; those without any leave prices as they are.

    `booking_fee` is per seat and `round_to` what totals are a multiple of, both in minor units of the venue's currency;
    `tax_rate` is in hundredths of a percent. If the tax is included, seats and fees cost what they cost without it.
    """

    booking_fee: int = 0
    tax_name: str = ""
    tax_rate: int = 0
    tax_included: bool = False
    round_to: int = 1

    @property
    def tax_percent(self) -> str:
        """The tax as people write it: "18", "12.5"."""
        whole, part = divmod(self.tax_rate, 100)
        return f"{whole}.{part:02d}".rstrip("0").rstrip(".")

    def in_another_currency(self) -> "PriceTerms":
        """What is left of them when the venue changes its currency: amounts of the old one mean nothing in the new."""
        return replace(self, booking_fee=0, round_to=1)


NO_TERMS: Final = PriceTerms()


@dataclass(frozen=True)
class WantedTerms:
    """Terms as a manager writes them; what is left out is not charged."""

    booking_fee: str | None = None
    tax_name: str | None = None
    tax_percent: str | None = None
    tax_included: bool = False
    round_to: str | None = None


def check_price_terms(wanted: WantedTerms, currency: str) -> PriceTerms:
    """The terms as they are kept; InvalidInput names every one that is wrong."""
    checks = Checks()
    rate = _tax_rate(checks, wanted.tax_percent)
    name = checks.optional(wanted.tax_name, LONGEST_TAX_NAME, "taxName") or ""
    if "\n" in name:
        checks.refuse("This is one line.", "taxName")
    if rate and not (wanted.tax_name or "").strip():
        checks.refuse("A tax has a name.", "taxName")
    terms = PriceTerms(
        booking_fee=_amount(checks, wanted.booking_fee, currency, (0, HIGHEST_PRICE), "bookingFee"),
        tax_name=name if rate else "",
        tax_rate=rate,
        tax_included=wanted.tax_included and rate > 0,
        round_to=_amount(checks, wanted.round_to, currency, (1, COARSEST_ROUNDING), "roundTo"),
    )
    checks.done()
    return terms


def _amount(checks: Checks, amount: str | None, currency: str, limits: tuple[int, int], name: str) -> int:
    least, most = limits
    if amount is None:
        return least
    try:
        minor = Money.parse(amount, currency).minor
    except ValueError:
        minor = -1
    if not least <= minor <= most:
        low, high = Money(least, currency).amount, Money(most, currency).amount
        checks.refuse(f"This must be an amount of {currency} from {low} to {high}.", name)
    return minor


def _tax_rate(checks: Checks, percent: str | None) -> int:
    found = _PERCENT.fullmatch(percent or "0")
    rate = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1
    if not 0 <= rate <= HIGHEST_TAX:
        checks.refuse(
            'This must be a percentage from 0 to 100 with at most two decimals, such as "12.5".', "taxPercent"
        )
    return max(rate, 0)
