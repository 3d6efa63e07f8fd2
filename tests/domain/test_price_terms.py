"""The terms of a venue: what a manager may write, and in which words each mistake is named."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from domain.currencies import CURRENCIES
from domain.money import Money
from domain.price_terms import NO_TERMS, PriceTerms, WantedTerms, check_price_terms
from domain.problems import InvalidInput

pytestmark = pytest.mark.once

WANTED = WantedTerms("30.00", "GST", "18", tax_included=True, round_to="1")


def refused(wanted: WantedTerms, currency: str = "INR") -> list[tuple[str, ...]]:
    with pytest.raises(InvalidInput) as refusal:
        check_price_terms(wanted, currency)
    return [field.path for field in refusal.value.fields]


def test_terms_are_kept_in_minor_units_and_hundredths_of_a_percent() -> None:
    assert check_price_terms(WANTED, "INR") == PriceTerms(3_000, "GST", 1_800, tax_included=True, round_to=100)
    vnd = replace(WANTED, booking_fee="5000", tax_percent="12.5", round_to="1000")
    assert check_price_terms(vnd, "VND") == PriceTerms(5_000, "GST", 1_250, tax_included=True, round_to=1_000)
    assert check_price_terms(replace(WANTED, round_to="0.250"), "KWD").round_to == 250


def test_what_is_left_out_is_not_charged() -> None:
    assert check_price_terms(WantedTerms(), "INR") == NO_TERMS
    assert check_price_terms(WantedTerms("0", "GST", "0", tax_included=True, round_to="0.01"), "INR") == NO_TERMS


@pytest.mark.parametrize("amount", ["", "x", "-1", "1.001", "1e3", "1,5", "٣", " 1", "10000000000.01", "9" * 5_000])
def test_an_amount_is_one_of_the_venues_currency(amount: str) -> None:
    assert refused(replace(WANTED, booking_fee=amount)) == [("bookingFee",)]
    assert refused(replace(WANTED, round_to=amount)) == [("roundTo",)]


@pytest.mark.parametrize("step", ["0", "0.00", "10000.01"])
def test_totals_are_rounded_to_something_within_reason(step: str) -> None:
    assert refused(replace(WANTED, round_to=step)) == [("roundTo",)]
    assert check_price_terms(replace(WANTED, round_to="10000.00"), "INR").round_to == 1_000_000


@pytest.mark.parametrize("percent", ["", "x", "-1", "100.01", "101", "1.234", "1.", ".5", "1000", "١٨", "18%"])
def test_a_tax_is_a_percentage(percent: str) -> None:
    assert refused(replace(WANTED, tax_percent=percent or " ")) == [("taxPercent",)]


def test_a_tax_has_a_name_of_one_line() -> None:
    for name in (None, "", "  "):
        assert refused(replace(WANTED, tax_name=name)) == [("taxName",)]
    assert refused(replace(WANTED, tax_name="G\nST")) == [("taxName",)]
    assert refused(replace(WANTED, tax_name="G" * 41)) == [("taxName",)]
    assert check_price_terms(replace(WANTED, tax_name=" GST "), "INR").tax_name == "GST"


def test_all_mistakes_are_named_at_once() -> None:
    wrong = WantedTerms("x", None, "18", round_to="y")
    assert sorted(refused(wrong)) == [("bookingFee",), ("roundTo",), ("taxName",)]


@given(st.integers(0, 10_000))
def test_a_rate_is_shown_as_it_was_written(rate: int) -> None:
    shown = PriceTerms(tax_name="GST", tax_rate=rate).tax_percent
    assert check_price_terms(WantedTerms(tax_name="GST", tax_percent=shown), "INR").tax_rate == rate
    assert not shown.endswith((".", ".0", ".00"))


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(0, 10**12), st.integers(1, 10**6))
def test_amounts_are_read_as_they_are_written_in_every_currency(currency: str, fee: int, step: int) -> None:
    wanted = WantedTerms(Money(fee, currency).amount, round_to=Money(step, currency).amount)
    assert check_price_terms(wanted, currency) == PriceTerms(booking_fee=fee, round_to=step)


def test_another_currency_leaves_only_the_tax() -> None:
    terms = PriceTerms(3_000, "GST", 1_800, tax_included=True, round_to=100)
    assert terms.in_another_currency() == PriceTerms(0, "GST", 1_800, tax_included=True, round_to=1)
