"""Prices of all sorts, for the tests that promise something of every one."""

from hypothesis import strategies as st

from domain.currencies import CURRENCIES
from domain.layouts import SeatKind, parse_layout
from domain.money import Money
from domain.price_terms import PriceTerms
from domain.pricing import PricePart, Quote, QuoteLine, base_line

LAYOUT = parse_layout("A ssppvvwc\nB ssppvvwc")
BASES = st.builds(Money, st.integers(1, 10**6) | st.integers(1, 10**12), st.sampled_from(sorted(CURRENCIES)))
SELECTIONS = st.lists(st.sampled_from(LAYOUT.seats), min_size=1, max_size=10, unique=True)
UNTAXED = st.builds(PriceTerms, booking_fee=st.just(0) | st.integers(0, 10**6), round_to=st.integers(1, 10**6))
RATES = st.integers(1, 10_000)
TERMS = UNTAXED | st.builds(
    PriceTerms,
    booking_fee=st.just(0) | st.integers(0, 10**6),
    tax_name=st.sampled_from(["GST", "Thuế GTGT", "ضريبة"]),
    tax_rate=RATES,
    tax_included=st.booleans(),
    round_to=st.just(1) | st.integers(1, 10**6),
)

_FURTHER = st.tuples(
    st.sampled_from([part for part in PricePart if part is not PricePart.BASE]),
    st.integers(-(10**6), 10**6),
    st.text(max_size=30),
)


@st.composite
def any_quotes(draw: st.DrawFn) -> Quote:
    """Quotes with lines of every part, also those that only rules and coupons will write."""
    lines: list[QuoteLine] = []
    for seat in draw(st.lists(st.sampled_from(LAYOUT.seats), max_size=5, unique=True)):
        kind = draw(st.sampled_from(SeatKind))
        lines.append(base_line(seat.label, kind, draw(st.integers(0, 10**12))))
        lines += [QuoteLine(*further, seat.label, kind) for further in draw(st.lists(_FURTHER, max_size=4))]
    lines += [QuoteLine(*further) for further in draw(st.lists(_FURTHER, max_size=3))]
    return Quote(draw(st.sampled_from(sorted(CURRENCIES))), tuple(lines))
