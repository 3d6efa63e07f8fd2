"""Amounts in minor units with their ISO 4217 currency."""

from dataclasses import dataclass
from typing import Self

# Currencies whose minor unit is not a hundredth: ISO 4217 table A.1.
_DECIMALS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


def decimals_of(currency: str) -> int:
    """How many digits follow the point in this currency."""
    return _DECIMALS.get(currency, 2)


@dataclass(frozen=True)
class Money:
    """An amount of `minor` units (cents, dong, fils) of a currency."""

    minor: int
    currency: str

    @property
    def amount(self) -> str:
        """The amount as people write it: "12.50", "85000", "1.250"."""
        places = decimals_of(self.currency)
        if not places:
            return str(self.minor)
        sign = "-" if self.minor < 0 else ""
        whole, part = divmod(abs(self.minor), 10**places)
        return f"{sign}{whole}.{part:0{places}d}"

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """Read "12.50"; ValueError if it is no number or has more decimals than the currency."""
        places = decimals_of(currency)
        sign = -1 if amount.startswith("-") else 1
        whole, _, part = amount.removeprefix("-").partition(".")
        if not (whole.isascii() and whole.isdigit()) or not (part == "" or (part.isascii() and part.isdigit())):
            raise ValueError(f"{amount!r} is not an amount.")
        if len(part) > places or (amount.endswith(".")):
            raise ValueError(f"{currency} has {places} decimals.")
        return cls(sign * int(whole + part.ljust(places, "0")), currency)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"Cannot add {other.currency} to {self.currency}.")
        return Money(self.minor + other.minor, self.currency)
