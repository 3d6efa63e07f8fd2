"""What seats cost: each its price, all together their sum, to the last minor unit."""

from collections import Counter
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from domain.layouts import LayoutSeat, SeatKind
from domain.money import Money
from domain.price_terms import NO_TERMS, PriceTerms
from domain.pricing import KIND_NAMES, KIND_PERCENT, PricePart, Quote, QuoteLine, quote, rounded, seat_price
from tests.domain.prices import BASES, LAYOUT, RATES, SELECTIONS, TERMS, UNTAXED, any_quotes
from tests.thoroughness import tries

pytestmark = pytest.mark.once

GST = PriceTerms(booking_fee=3_000, tax_name="GST", tax_rate=1_800, tax_included=True, round_to=100)
Seats = list[LayoutSeat]


def told(offer: Quote) -> list[tuple[str | None, str, str]]:
    return [(line.label, line.text, Money(line.minor, offer.currency).amount) for line in offer.lines]


@pytest.mark.parametrize(
    ("kind", "base", "price"),
    [
        (SeatKind.STANDARD, 25_000, 25_000),
        (SeatKind.PREMIUM, 25_000, 31_250),
        (SeatKind.VIP, 25_000, 40_000),
        (SeatKind.WHEELCHAIR, 25_000, 25_000),
        (SeatKind.COMPANION, 25_000, 25_000),
        (SeatKind.PREMIUM, 2, 3),  # 2.5: half up
        (SeatKind.PREMIUM, 1, 1),  # 1.25
        (SeatKind.VIP, 1, 2),  # 1.6
    ],
)
def test_the_price_of_a_seat(kind: SeatKind, base: int, price: int) -> None:
    assert seat_price(Money(base, "INR"), kind) == Money(price, "INR")


def test_two_decimals_a_fee_and_an_included_tax_and_rounding() -> None:
    offer = quote(Money(25_000, "INR"), LAYOUT.seats[1:3], GST)
    assert told(offer) == [
        ("A2", "Seat A2", "211.86"),
        ("A2", "Booking fee", "25.43"),
        ("A2", "GST 18 % (included)", "42.71"),
        ("A3", "Seat A3", "211.86"),
        ("A3", "Premium seat, +25 %", "52.97"),
        ("A3", "Booking fee", "25.42"),
        ("A3", "GST 18 % (included)", "52.25"),
        (None, "Rounded to 1.00", "0.50"),
    ]
    assert offer.total == Money(62_300, "INR")
    assert offer.shares() == {"A2": 28_022, "A3": 34_278}


def test_no_decimals_and_rounding_to_a_thousand() -> None:
    offer = quote(Money(85_000, "VND"), LAYOUT.seats[1:3], PriceTerms(round_to=1_000))
    assert told(offer) == [
        ("A2", "Seat A2", "85000"),
        ("A3", "Seat A3", "85000"),
        ("A3", "Premium seat, +25 %", "21250"),
        (None, "Rounded to 1000", "-250"),
    ]
    assert (offer.total, offer.shares()) == (Money(191_000, "VND"), {"A2": 84_889, "A3": 106_111})


def test_three_decimals_and_a_tax_on_top() -> None:
    offer = quote(Money(3_500, "KWD"), LAYOUT.seats[4:5], PriceTerms(booking_fee=250, tax_name="VAT", tax_rate=1_250))
    assert told(offer) == [
        ("A5", "Seat A5", "3.500"),
        ("A5", "VIP seat, +60 %", "2.100"),
        ("A5", "Booking fee", "0.250"),
        ("A5", "VAT 12.5 %", "0.731"),  # of 5.850: 0.73125
    ]
    assert offer.total == Money(6_581, "KWD")


@settings(max_examples=tries(1_000, thorough=10_000))
@given(BASES, SELECTIONS)
def test_without_terms_each_seat_costs_its_share_of_the_base_rounded_half_up(base: Money, seats: Seats) -> None:
    offer = quote(base, seats)
    exact = [Decimal(base.minor) * KIND_PERCENT[seat.kind] / 100 for seat in seats]
    assert offer.total.minor == sum(int(each.quantize(Decimal(1), ROUND_HALF_UP)) for each in exact)
    assert {line.part for line in offer.lines} <= {PricePart.BASE, PricePart.SEAT_KIND}


@settings(max_examples=tries(1_000, thorough=10_000))
@given(BASES, SELECTIONS, TERMS)
def test_the_lines_sum_to_the_total_whatever_the_terms(base: Money, seats: Seats, terms: PriceTerms) -> None:
    offer = quote(base, seats, terms)
    assert offer.labels == [seat.label for seat in seats]
    assert offer.total == Money(sum(line.minor for line in offer.lines), base.currency)
    bases = Counter(line.label for line in offer.lines if line.part is PricePart.BASE)
    assert bases == Counter(seat.label for seat in seats)
    assert all(line.minor or line.part is PricePart.BASE for line in offer.lines)
    assert [line.minor for line in offer.lines if line.label and line.minor < 0] == []
    by_seat = sum(seat_price(base, seat.kind, terms).minor for seat in seats)
    assert offer.total.minor == by_seat + sum(line.minor for line in offer.lines if line.label is None)


@settings(max_examples=tries(1_000, thorough=10_000))
@given(BASES, SELECTIONS, TERMS)
def test_tickets_are_worth_the_total_and_none_less_than_nothing(base: Money, seats: Seats, terms: PriceTerms) -> None:
    offer = quote(base, seats, terms)
    shares = offer.shares()
    assert list(shares) == offer.labels
    assert sum(shares.values()) == offer.total.minor
    assert min(shares.values()) >= 0
    own = {seat.label: seat_price(base, seat.kind, terms).minor for seat in seats}
    for label, share in shares.items():
        assert abs(share - Fraction(own[label] * offer.total.minor, sum(own.values()))) < 1


@settings(max_examples=tries(1_000, thorough=5_000))
@given(any_quotes())
def test_tickets_are_worth_the_total_of_any_quote_that_has_seats(offer: Quote) -> None:
    shares = offer.shares()
    assert sum(shares.values()) == (offer.total.minor if offer.labels else 0)
    if all(line.minor >= 0 for line in offer.lines):
        assert min(shares.values(), default=0) >= 0


@settings(max_examples=tries(1_000, thorough=10_000))
@given(BASES, SELECTIONS, UNTAXED, RATES)
def test_a_tax_that_is_included_changes_no_total(base: Money, seats: Seats, terms: PriceTerms, rate: int) -> None:
    taxed = replace(terms, tax_name="GST", tax_rate=rate, tax_included=True)
    offer, before = quote(base, seats, taxed), quote(base, seats, terms)
    assert (offer.total, offer.shares()) == (before.total, before.shares())
    for seat in seats:
        gross = seat_price(base, seat.kind, terms).minor
        assert seat_price(base, seat.kind, taxed).minor == gross
        tax = sum(line.minor for line in offer.lines if (line.label, line.part) == (seat.label, PricePart.TAX))
        assert abs(tax - Fraction(gross * rate, 10_000 + rate)) <= Fraction(1, 2)


@settings(max_examples=tries(1_000, thorough=10_000))
@given(BASES, SELECTIONS, UNTAXED, RATES)
def test_a_tax_on_top_is_of_each_seat_with_its_fee(base: Money, seats: Seats, terms: PriceTerms, rate: int) -> None:
    offer = quote(base, seats, replace(terms, tax_name="VAT", tax_rate=rate))
    for seat in seats:
        net = seat_price(base, seat.kind, terms).minor
        tax = sum(line.minor for line in offer.lines if (line.label, line.part) == (seat.label, PricePart.TAX))
        assert abs(tax - Fraction(net * rate, 10_000)) <= Fraction(1, 2)


@settings(max_examples=tries(1_000, thorough=10_000))
@given(BASES, SELECTIONS, TERMS)
def test_rounding_moves_the_total_by_at_most_half_its_step(base: Money, seats: Seats, terms: PriceTerms) -> None:
    exact = quote(base, seats, replace(terms, round_to=1)).total.minor
    total = quote(base, seats, terms).total.minor
    assert abs(total - exact) * 2 <= terms.round_to
    assert total > 0
    assert total % terms.round_to == 0 or total == exact < terms.round_to / 2


@pytest.mark.parametrize(
    ("minor", "step", "to"), [(1_499, 1_000, 1_000), (1_500, 1_000, 2_000), (499, 1_000, 499), (500, 1_000, 1_000)]
)
def test_rounding_is_half_up_and_gives_nothing_away(minor: int, step: int, to: int) -> None:
    assert rounded(minor, step) == to


@given(st.integers(1, 10**12), st.integers(1, 10**6))
def test_what_is_round_stays(minor: int, step: int) -> None:
    assert rounded(rounded(minor, step), step) == rounded(minor, step)


def test_a_discount_for_the_whole_sale_is_spread_by_price_and_by_largest_remainder() -> None:
    lines = quote(Money(100, "EUR"), [LAYOUT.seats[0], LAYOUT.seats[2], LAYOUT.seats[4]]).lines
    offer = Quote("EUR", (*lines, QuoteLine(PricePart.COUPON, -100, "WELCOME")))
    assert offer.shares() == {"A1": 74, "A3": 93, "A5": 118}  # of 385: 74.03, 92.53, 118.44


def test_a_discount_on_seats_that_cost_nothing_is_spread_evenly() -> None:
    free = [QuoteLine(PricePart.BASE, 0, "Seat", label, SeatKind.STANDARD) for label in ("A1", "A2", "A3")]
    assert Quote("EUR", (*free, QuoteLine(PricePart.FEE, 100, "Fee"))).shares() == {"A1": 34, "A2": 33, "A3": 33}


def test_every_kind_of_seat_has_a_price_and_a_name() -> None:
    assert set(KIND_PERCENT) == set(KIND_NAMES) == set(SeatKind)


def test_terms_that_say_nothing_are_those_of_a_house_without_any() -> None:
    assert PriceTerms() == NO_TERMS
    assert quote(Money(25_000, "INR"), LAYOUT.seats, PriceTerms()) == quote(Money(25_000, "INR"), LAYOUT.seats)
