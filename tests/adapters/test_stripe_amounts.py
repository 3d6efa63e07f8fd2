"""Money is the same amount with Stripe as with us, or is refused."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from adapters.payments.base import GatewayRefusal
from adapters.payments.stripe_amounts import CURRENCIES, LARGEST, from_stripe, stripe_decimals, to_stripe
from domain.money import Money
from tests.doubles.stripe_objects import decimals, in_stripe_units

pytestmark = pytest.mark.once

currencies = st.sampled_from(sorted(CURRENCIES))
amounts = st.integers(-10, LARGEST * 20) | st.integers(1, 100_000).map(lambda tens: tens * 10)


@pytest.mark.parametrize(
    ("money", "stripe"),
    [
        (Money(1_099, "USD"), 1_099),
        (Money(50_000, "INR"), 50_000),
        (Money(85_000, "VND"), 85_000),
        (Money(500, "JPY"), 500),
        (Money(500, "KRW"), 500),
        (Money(5_120, "KWD"), 5_120),  # three decimals
        (Money(10, "BHD"), 10),
        (Money(5, "ISK"), 500),  # none for us, but two for Stripe
        (Money(5, "UGX"), 500),
        (Money(1_045, "HUF"), 1_045),  # special for payouts only
        (Money(80_045, "TWD"), 80_045),
        (Money(300, "MGA"), 3),  # two for ISO 4217, but none for Stripe
        (Money(LARGEST, "IDR"), LARGEST),
    ],
)
def test_an_amount_is_written_as_stripe_documents_it(money: Money, stripe: int) -> None:
    assert to_stripe(money) == stripe == in_stripe_units(money)
    assert from_stripe(stripe, money.currency.lower()) == money


@pytest.mark.parametrize(
    "money",
    [
        Money(5_124, "KWD"),  # "must be rounded to 5120 or 5130": not by us
        Money(1, "JOD"),
        Money(301, "MGA"),
        Money(0, "USD"),
        Money(-100, "USD"),
        Money(LARGEST + 1, "USD"),
        Money(LARGEST // 10, "ISK"),
        Money(100, "XXX"),
        Money(100, "IQD"),
        Money(100, "usd"),
    ],
)
def test_what_stripe_cannot_take_is_refused(money: Money) -> None:
    with pytest.raises(GatewayRefusal):
        to_stripe(money)


@pytest.mark.parametrize(
    ("amount", "currency"), [(501, "isk"), (1, "ugx"), (-1, "usd"), (LARGEST + 1, "usd"), (1, "us"), (1, "u$d")]
)
def test_what_no_currency_has_is_no_money(amount: int, currency: str) -> None:
    with pytest.raises(ValueError, match=r"amount|fraction"):
        from_stripe(amount, currency)


@given(amounts, currencies)
def test_what_goes_out_comes_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    try:
        stripe = to_stripe(money)
    except GatewayRefusal:
        return
    assert from_stripe(stripe, currency.lower()) == money
    assert Decimal(stripe) / 10 ** stripe_decimals(currency) == Decimal(money.amount)
    assert stripe_decimals(currency) == decimals(currency)


@given(st.integers(1, LARGEST // 1_000), currencies)
def test_every_whole_amount_can_be_taken(whole: int, currency: str) -> None:
    assert to_stripe(Money.parse(str(whole), currency)) == whole * 10 ** decimals(currency)


@given(st.integers(0, LARGEST), currencies)
def test_what_comes_in_is_worth_the_same(stripe: int, currency: str) -> None:
    try:
        money = from_stripe(stripe, currency.lower())
    except ValueError:
        assert currency in ("ISK", "UGX")
        assert stripe % 100
        return
    assert Decimal(money.amount) == Decimal(stripe) / 10 ** decimals(currency)
