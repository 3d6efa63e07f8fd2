"""What seats cost: each its price, all together their sum, to the last minor unit."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings, strategies as st

from domain.layouts import SeatKind, parse_layout
from domain.money import Money
from domain.pricing import KIND_PERCENT, quote, seat_price

pytestmark = pytest.mark.once

LAYOUT = parse_layout("A ssppvvwc\nB ssppvvwc")
BASES = st.builds(Money, st.integers(1, 10**12), st.sampled_from(["INR", "VND", "BHD"]))
SELECTIONS = st.lists(st.sampled_from(LAYOUT.seats), min_size=1, max_size=10, unique=True)


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


@settings(max_examples=300)
@given(BASES, st.sampled_from(SeatKind))
def test_a_price_is_rounded_half_up_to_the_minor_unit(base: Money, kind: SeatKind) -> None:
    exact = Decimal(base.minor) * KIND_PERCENT[kind] / 100
    assert seat_price(base, kind) == Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), base.currency)


@settings(max_examples=300)
@given(BASES, SELECTIONS)
def test_the_parts_of_a_quote_sum_to_its_total(base: Money, seats: list) -> None:
    offer = quote(base, seats)
    assert offer.labels == [seat.label for seat in seats]
    assert offer.total == Money(sum(line.minor for line in offer.lines), base.currency)
    assert [line.minor for line in offer.lines] == [seat_price(base, seat.kind).minor for seat in seats]


def test_every_kind_of_seat_has_a_price() -> None:
    assert set(KIND_PERCENT) == set(SeatKind)
