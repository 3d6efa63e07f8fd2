"""What may be selected: real seats, each once, free, and not too many."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from domain.layouts import parse_layout
from domain.problems import SeatsUnavailable, TooManySeats
from domain.seat_maps import SeatMap, SeatState
from domain.seating import check_available, check_labels
from domain.wrong_calls import BadUserInput

pytestmark = pytest.mark.once

LAYOUT = parse_layout("A ssssss\nB ssssss")
LABELS = [seat.label for seat in LAYOUT.seats]
EMPTY = SeatMap(UUID(int=1), 0, LAYOUT, {})
TAKEN_STATES = [state for state in SeatState if state is not SeatState.AVAILABLE]
SELECTIONS = st.lists(st.sampled_from(LABELS), min_size=1, max_size=10, unique=True)


@given(SELECTIONS)
def test_real_seats_once_each_are_fine_in_any_order(labels: list[str]) -> None:
    check_labels(LAYOUT, labels, at_most=10)
    check_available(EMPTY, labels)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([], "Name at least one seat."),
        (["A1", "A2", "A1"], "Each seat may be named once; repeated: 'A1'."),
        (["A1", "A1", "B1", "B1"], "Each seat may be named once; repeated: 'A1', 'B1'."),
        (["Z9"], "This screen has no seat 'Z9'."),
        (["A1", "a1", "A1 ", "A01", ""], "This screen has no seat 'a1', 'A1 ', 'A01', ''."),
    ],
)
def test_what_is_no_selection_is_a_wrong_call_that_names_it(labels: list[str], message: str) -> None:
    with pytest.raises(BadUserInput) as refusal:
        check_labels(LAYOUT, labels, at_most=10)
    assert refusal.value.message == message


def test_an_answer_stays_short_whatever_was_sent() -> None:
    with pytest.raises(BadUserInput) as refusal:
        check_labels(LAYOUT, ["x" * 10_000, *(f"?{n}" for n in range(200))], at_most=1_000)
    assert len(refusal.value.message) < 600


@pytest.mark.parametrize("count", [11, 12])
def test_more_seats_than_a_hold_may_have(count: int) -> None:
    with pytest.raises(TooManySeats) as refusal:
        check_labels(LAYOUT, LABELS[:count], at_most=10)
    assert (refusal.value.limit, refusal.value.message) == (10, "A hold may have at most 10 seats.")
    check_labels(LAYOUT, LABELS[:10], at_most=10)


@given(SELECTIONS, st.dictionaries(st.sampled_from(LABELS), st.sampled_from(TAKEN_STATES)))
def test_the_seats_that_are_taken_are_named_and_no_others(labels: list[str], taken: dict[str, SeatState]) -> None:
    seat_map = SeatMap(UUID(int=1), 7, LAYOUT, taken)
    if not set(labels) & set(taken):
        check_available(seat_map, labels)
        return
    with pytest.raises(SeatsUnavailable) as refusal:
        check_available(seat_map, labels)
    assert refusal.value.seats == [label for label in labels if label in taken]
