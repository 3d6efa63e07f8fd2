"""The seats of a map: made once, shown in the states of each map."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from domain.layouts import SeatKind, parse_layout
from domain.money import Money as Price
from domain.pricing import seat_price
from domain.seat_maps import SeatMap as Map, SeatState
from schema.money import Money
from schema.seat_maps import Seat, SeatMap

pytestmark = pytest.mark.once

DRAWING = "[Stalls]\nA ss.vv\nB wcspp\n\n[Balcony]\nC pp"
LAYOUT = parse_layout(DRAWING)
LABELS = [seat.label for seat in LAYOUT.seats]
taken = st.dictionaries(st.sampled_from([*LABELS, "Z9"]), st.sampled_from(SeatState))
prices = st.builds(Price, st.integers(0, 10**6), st.sampled_from(["INR", "JPY"]))


def shown(states: dict[str, SeatState], price: Price, drawing: str = DRAWING) -> list[Seat]:
    """The seats of a map in these states, its layout parsed anew."""
    seats: list[Seat] = SeatMap.of(Map(UUID(int=1), 1, parse_layout(drawing), states), price).seats()  # type: ignore[operator]
    return seats


@given(st.lists(st.tuples(taken, prices), min_size=1, max_size=4))
def test_every_seat_is_shown_in_its_state_and_at_its_price(maps: list[tuple[dict[str, SeatState], Price]]) -> None:
    for states, price in maps:
        assert shown(states, price) == [
            Seat(
                **{name: getattr(seat, name) for name in NAMES},
                price=Money.of(seat_price(price, seat.kind)),
                state=states.get(seat.label, SeatState.AVAILABLE),
            )
            for seat in LAYOUT.seats
        ]


NAMES = ("label", "row", "number", "section", "x", "y", "kind", "paired_with")


def test_a_seat_is_made_once_for_a_layout_a_price_and_a_state() -> None:
    price, states = Price(25_000, "INR"), {"A2": SeatState.HELD}
    first, again = shown(states, price), shown({**states, "B1": SeatState.BOOKED}, price)
    assert [one is other for one, other in zip(first, again, strict=True)] == [label != "B1" for label in LABELS]
    assert all(one is not other for one, other in zip(first, shown(states, Price(1, "INR")), strict=True))


def test_what_is_done_to_a_list_of_seats_is_not_seen_in_the_next() -> None:
    price = Price(25_000, "INR")
    shown({}, price).clear()
    assert [seat.label for seat in shown({}, price)] == LABELS


def test_layouts_are_told_apart_by_their_seats() -> None:
    wider = DRAWING.replace("C pp", "C pv")
    assert hash(parse_layout(DRAWING)) == hash(LAYOUT) != hash(parse_layout(wider))
    assert shown({}, Price(100, "INR"), wider)[-1].kind is SeatKind.VIP
    assert shown({}, Price(100, "INR"))[-1].kind is SeatKind.PREMIUM
