"""The best seats: together where that can be, near the best place, and never at the price of a lonely seat."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings, strategies as st

from domain.best_seats import BestSeats, Party, SeatPosition, best_seats
from domain.layouts import Layout, SeatKind, parse_layout
from domain.lonely_seats import made_lonely
from domain.neighbours import neighbours_of
from domain.seat_maps import SeatMap, SeatState
from domain.seating import ALL_RULES, check_available, check_rules
from domain.wrong_calls import BadUserInput
from tests.domain.seat_maps import map_of
from tests.thoroughness import tries

pytestmark = pytest.mark.once
HOUSE = parse_layout("\n".join(f"{row} ssssss.ssssss" for row in "ABCDEFG"))


def found(drawing: str, count: int, taken: str = "", *, kinds: str = "", wheelchairs: int = 0) -> BestSeats | None:
    layout = parse_layout(drawing)
    seat_map = map_of(layout, dict.fromkeys(taken.split(), SeatState.BOOKED))
    return best_seats(seat_map, Party(count, frozenset(map(SeatKind, kinds.split())), wheelchairs))


def test_in_the_middle_two_thirds_of_the_way_back() -> None:
    best = best_seats(map_of(HOUSE, {}), Party(2))
    assert best == BestSeats(["E5", "E6"], together=True)


@pytest.mark.parametrize(
    ("drawing", "count", "taken", "labels", "together"),
    [
        ("A ssss", 2, "", ["A1", "A2"], True),
        ("A sssss", 2, "", ["A1", "A2"], True),  # the two in the middle would leave nobody lonely, but none fit there
        ("A ssssss", 2, "A3 A4", ["A1", "A2"], True),
        ("A ss.ss", 3, "", None, False),
        ("A sss\nB sss", 4, "", ["A1", "A2", "B1", "B2"], False),
        ("A ss\nB s", 3, "", ["A1", "A2", "B1"], False),
        ("A VVVV", 2, "", ["A1", "A2"], True),
        ("A VVVV", 2, "A1", ["A3", "A4"], True),
    ],
)
def test_small_houses(drawing: str, count: int, taken: str, labels: list[str] | None, together: bool) -> None:
    best = found(drawing, count, taken)
    assert best is not None
    assert best.together is together
    if labels:
        assert best.labels == labels


def test_too_few_are_none_and_a_party_of_nobody_is_a_wrong_call() -> None:
    assert found("A sss", 4) is None
    assert found("A sspp", 3, kinds="PREMIUM") is None
    assert found("A wcss", 2, wheelchairs=2) is None
    for wrong in ({"count": 0}, {"count": 2, "wheelchairs": 3}, {"count": 2, "wheelchairs": -1}):
        with pytest.raises(BadUserInput):
            Party(**wrong)


def test_only_the_kinds_asked_for() -> None:
    assert found("A ssss\nB pppp\nC vvvv", 2, kinds="VIP") == BestSeats(["C1", "C2"], together=True)
    assert found("A wcss", 2) == BestSeats(["A3", "A4"], together=True)  # wheelchair spaces only for those who ask


def test_people_in_wheelchairs_come_first_and_theirs_sit_beside_them() -> None:
    assert found("A wcwc.ssss\nB ssss.ssss", 2, wheelchairs=1) == BestSeats(["A1", "A2"], together=True)
    assert found("A wcwc.ssss\nB ssss.ssss", 4, wheelchairs=2) == BestSeats(["A1", "A2", "A3", "A4"], together=True)
    assert found("A wc.wc", 2, "A1", wheelchairs=1) == BestSeats(["A3", "A4"], together=True)
    mixed = found("A wc.ssss\nB ssssss", 4, wheelchairs=1)
    assert mixed is not None
    assert {"A1", "A2"} < set(mixed.labels)
    assert not mixed.together


HOUSES = st.lists(
    st.text("sssspv.", min_size=1, max_size=9).filter(lambda row: row.strip(".")), min_size=1, max_size=4
).map(lambda rows: parse_layout("\n".join(f"{name} {row}" for name, row in zip("ABCD", rows, strict=False))))


@st.composite
def maps(draw: st.DrawFn) -> SeatMap:
    layout = draw(HOUSES)
    return map_of(layout, dict.fromkeys(draw(st.sets(st.sampled_from(sorted(layout.by_label)))), SeatState.BOOKED))


@given(maps(), st.integers(1, 8))
@settings(max_examples=tries(500, thorough=2_000), deadline=None)
def test_whoever_can_sit_can_hold_what_they_are_offered(seat_map: SeatMap, count: int) -> None:
    best = best_seats(seat_map, Party(count))
    if seat_map.available < count:
        assert best is None
        return
    assert best is not None
    assert len(set(best.labels)) == count
    check_available(seat_map, best.labels)
    check_rules(seat_map, best.labels, ALL_RULES)
    windows = open_windows(seat_map, count)
    assert best.together == bool(windows)
    if windows:
        free = free_of(seat_map)
        blocks = neighbours_of(seat_map.layout).blocks
        fewest = min(len(made_lonely(blocks, free, window)) for window in windows)
        assert len(made_lonely(blocks, free, best.labels)) == fewest


def free_of(seat_map: SeatMap) -> set[str]:
    return {label for label in seat_map.layout.by_label if seat_map.state_of(label) is SeatState.AVAILABLE}


def open_windows(seat_map: SeatMap, count: int) -> list[Sequence[str]]:
    """Every way to sit side by side, by trying every start."""
    free, layout = free_of(seat_map), seat_map.layout
    windows = ([f"{seat.row}{seat.number + step}" for step in range(count)] for seat in layout.seats)
    return [window for window in windows if free.issuperset(window) and is_side_by_side(layout, window)]


def is_side_by_side(layout: Layout, window: Sequence[str]) -> bool:
    xs = [layout.by_label[label].x for label in window]
    return xs == [xs[0] + step for step in range(len(xs))]


def test_near_the_screen_in_the_middle_or_at_the_back_as_one_likes() -> None:
    rows = {position: best_seats(map_of(HOUSE, {}), Party(2, position=position)) for position in SeatPosition}
    assert {position.value: best.labels for position, best in rows.items() if best} == {
        "FRONT": ["B5", "B6"],
        "MIDDLE": ["D5", "D6"],
        "BACK": ["F5", "F6"],
    }


def test_beside_an_aisle_as_one_likes_but_leaving_nobody_lonely() -> None:
    assert best_seats(map_of(HOUSE, {}), Party(2, aisle=True)) == BestSeats(["E5", "E6"], together=True)
    one_block = parse_layout("A ssssssss")
    assert best_seats(map_of(one_block, {}), Party(2)) == BestSeats(["A4", "A5"], together=True)
    assert best_seats(map_of(one_block, {}), Party(2, aisle=True)) == BestSeats(["A1", "A2"], together=True)
    taken = dict.fromkeys(("A3", "A8"), SeatState.BOOKED)  # A1 is beside the aisle, and would leave A2 alone
    assert best_seats(map_of(one_block, taken), Party(1, aisle=True)) == BestSeats(["A4"], together=True)


@given(maps(), st.integers(1, 8), st.sampled_from([None, *SeatPosition]))
@settings(max_examples=tries(100, thorough=1_000), deadline=None)
def test_a_wish_finds_seats_wherever_there_are_some(seat_map: SeatMap, count: int, position: SeatPosition) -> None:
    plain, wish = best_seats(seat_map, Party(count)), best_seats(seat_map, Party(count, position=position, aisle=True))
    assert (wish is None) == (plain is None)
    if wish is not None and plain is not None:
        assert (len(set(wish.labels)), wish.together) == (count, plain.together)
        check_rules(seat_map, wish.labels, ALL_RULES)
