"""Seats offered instead of lost ones: the best free ones of exactly the same kinds, or none."""

from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from domain.layouts import Layout, SeatKind, parse_layout
from domain.neighbours import neighbours_of
from domain.offers import equivalent_seats
from domain.seat_maps import SeatState
from tests.domain.seat_maps import map_of

pytestmark = pytest.mark.once

S, P, V, W, C = SeatKind.STANDARD, SeatKind.PREMIUM, SeatKind.VIP, SeatKind.WHEELCHAIR, SeatKind.COMPANION
HOUSE = parse_layout("A ssssssss\nB ppss.sspp\nC vvvv\nD wcssssss")


def offered(drawing: str | Layout, lost: list[SeatKind], taken: str = "") -> list[str] | None:
    layout = parse_layout(drawing) if isinstance(drawing, str) else drawing
    return equivalent_seats(map_of(layout, dict.fromkeys(taken.split(), SeatState.BOOKED)), lost)


@pytest.mark.parametrize(
    ("drawing", "lost", "taken", "expected"),
    [
        ("A ssss", [S, S], "A1 A2", ["A3", "A4"]),
        ("A sssss", [S, S], "A3", ["A1", "A2"]),
        ("A ss.s", [S, S, S], "", ["A1", "A2", "A3"]),  # apart, if together cannot be
        ("A ssss\nB pp", [P], "B1", ["B2"]),
        ("A ssss\nB pp", [P, P], "B1", None),
        ("A ssss", [S, S, S], "A1 A2", None),
        ("A ssss", [V], "", None),
        ("A wcss", [W, C], "", ["A1", "A2"]),
        ("A wcss", [W, C], "A1", None),
    ],
)
def test_small_houses(drawing: str, lost: list[SeatKind], taken: str, expected: list[str] | None) -> None:
    found = offered(drawing, lost, taken)
    assert (found and sorted(found)) == expected


def test_one_of_each_kind_is_found_apart() -> None:
    found = offered(HOUSE, [S, P, V], "B1")
    assert found is not None
    assert Counter(HOUSE.by_label[label].kind for label in found) == {S: 1, P: 1, V: 1}


@settings(max_examples=200, deadline=None)
@given(st.sets(st.sampled_from(sorted(HOUSE.by_label))), st.lists(st.sampled_from([S, P, V]), min_size=1, max_size=6))
def test_what_is_offered_is_free_of_the_same_kinds_and_there_if_it_can_be(
    taken: set[str], lost: list[SeatKind]
) -> None:
    found = offered(HOUSE, lost, " ".join(taken))
    free = Counter(seat.kind for seat in HOUSE.seats if seat.label not in taken)
    assert (found is not None) is all(free[kind] >= count for kind, count in Counter(lost).items())
    if found is not None:
        assert len(set(found)) == len(found)
        assert not set(found) & taken
        assert Counter(HOUSE.by_label[label].kind for label in found) == Counter(lost)


def test_a_party_is_kept_together_where_there_is_room() -> None:
    found = offered(HOUSE, [S] * 4, "A1 A2")
    assert found is not None
    assert neighbours_of(HOUSE).are_together(found)
