"""Money: whole minor units, written as people write them, never mixed."""

from functools import reduce

import pytest
from hypothesis import given, settings, strategies as st

from domain.currencies import CURRENCIES
from domain.money import Money, decimals_of

pytestmark = pytest.mark.once

MINOR = st.integers(-(10**15), 10**15)
DECIMALS = {"INR": 2, "USD": 2, "VND": 0, "JPY": 0, "BHD": 3, "KWD": 3}


@settings(max_examples=1_000)
@given(MINOR, st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_that_is_written_is_read_as_the_same_money(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.amount, currency) == money
    _, _, part = money.amount.partition(".")
    assert len(part) == decimals_of(currency)


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1250, "INR", "12.50"),
        (5, "USD", "0.05"),
        (-5, "USD", "-0.05"),
        (0, "EUR", "0.00"),
        (85_000, "VND", "85000"),
        (-1, "JPY", "-1"),
        (1250, "BHD", "1.250"),
        (-1001, "KWD", "-1.001"),
    ],
)
def test_as_many_decimals_as_the_currency_has(minor: int, currency: str, amount: str) -> None:
    assert Money(minor, currency).amount == amount
    assert Money.parse(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12", "INR", 1200), ("12.5", "INR", 1250), ("012.50", "INR", 1250), ("1.2", "BHD", 1200), ("-0", "USD", 0)],
)
def test_fewer_decimals_mean_zeros(amount: str, currency: str, minor: int) -> None:
    assert Money.parse(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "amount",
    ["", "-", ".", "1.", ".5", "+1", "--1", "1,000", "1.2.3", "1e3", " 1", "1 ", "1_000", "٣", "²", "NaN", "0x1"],
)
@pytest.mark.parametrize("currency", DECIMALS)
def test_what_is_no_amount_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"is not an amount|decimals"):
        Money.parse(amount, currency)


@pytest.mark.parametrize(("amount", "currency"), [("12.345", "INR"), ("1.0", "VND"), ("0.1", "JPY"), ("1.2345", "BHD")])
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"{currency} has {DECIMALS[currency]} decimals"):
        Money.parse(amount, currency)


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    try:
        money = Money.parse(text, "INR")
    except ValueError:
        return
    assert Money.parse(money.amount, "INR") == money


@given(st.lists(MINOR, min_size=1, max_size=20))
def test_a_sum_is_exact_in_any_order(parts: list[int]) -> None:
    amounts = [Money(part, "INR") for part in parts]
    assert reduce(Money.__add__, amounts) == reduce(Money.__add__, reversed(amounts)) == Money(sum(parts), "INR")


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="Cannot add USD to INR"):
        Money(1, "INR") + Money(1, "USD")
