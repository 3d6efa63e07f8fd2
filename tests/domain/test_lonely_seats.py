"""The rule of the lonely seat, against somebody who tries everything: every row up to a length, every selection."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings, strategies as st

from domain.layouts import Layout, parse_layout
from domain.lonely_seats import best_choice, groups_of, made_lonely
from domain.neighbours import neighbours_of
from domain.problems import SeatSelectionRefused
from domain.seat_maps import SeatMap, SeatState
from domain.seating import ALL_RULES, check_rules, is_plain
from tests.domain.seat_maps import map_of
from tests.thoroughness import tries

pytestmark = pytest.mark.once
LONGEST = 12
LONGEST_TRIED_WHOLE = tries(10, thorough=LONGEST)
COUNTED_ONE_BY_ONE = tries(9, thorough=10)
Places = tuple[int, ...]


def lonely_among(free: frozenset[int]) -> frozenset[int]:
    return frozenset(place for place in free if place - 1 not in free and place + 1 not in free)


def new_lonely(free: frozenset[int], chosen: Places) -> int:
    return len(lonely_among(free.difference(chosen)) - lonely_among(free))


def groups(chosen: Places) -> int:
    return sum(place - 1 not in chosen for place in chosen)


@cache
def fewest(free: frozenset[int], count: int, at_most_groups: int) -> int:
    """The fewest lonely seats that so many people can leave behind, by trying everything."""
    ways = (way for way in combinations(sorted(free), count) if groups(way) <= at_most_groups)
    return min(new_lonely(free, way) for way in ways)


def every_row(length: int) -> Iterator[frozenset[int]]:
    for bits in range(1, 2**length):
        yield frozenset(place for place in range(length) if bits >> place & 1)


def mirrored(free: frozenset[int], length: int) -> frozenset[int]:
    return frozenset(length - 1 - place for place in free)


def every_selection(free: frozenset[int]) -> Iterator[Places]:
    for count in range(1, len(free) + 1):
        yield from combinations(sorted(free), count)


def row_of(length: int) -> Layout:
    return parse_layout("A " + "s" * length)


def labels_of(places: Sequence[int]) -> list[str]:
    return [f"A{place + 1}" for place in places]


def seat_map_of(length: int, free: frozenset[int]) -> SeatMap:
    taken = [place for place in range(length) if place not in free]
    return map_of(row_of(length), dict.fromkeys(labels_of(taken), SeatState.BOOKED))


@pytest.mark.parametrize("length", range(1, LONGEST_TRIED_WHOLE + 1))
def test_every_verdict_of_every_row(length: int) -> None:
    """Refused exactly when the same party could have left fewer lonely seats in the row; the last seats stay sellable."""
    blocks = neighbours_of(row_of(length)).blocks
    least: dict[tuple[frozenset[int], int, int], int] = {}
    for free in every_row(length):
        if length > COUNTED_ONE_BY_ONE and sorted(free) < sorted(mirrored(free, length)):
            continue  # the same row, seen from the other end
        labels = set(labels_of(sorted(free)))
        for chosen in every_selection(free):
            party = (free, len(chosen), groups(chosen))
            if party not in least:
                least[party] = best_choice(blocks, labels, labels_of(chosen)).lonely
                assert least[party] == fewest(*party)
            if length <= COUNTED_ONE_BY_ONE:
                assert len(made_lonely(blocks, labels, labels_of(chosen))) == new_lonely(free, chosen)


@pytest.mark.parametrize("length", range(1, 9))
def test_every_suggestion_of_every_short_row(length: int) -> None:
    for free in every_row(length):
        seat_map = seat_map_of(length, free)
        for chosen in every_selection(free):
            check_verdict(seat_map, free, chosen)


@given(st.sets(st.integers(0, LONGEST - 1), min_size=1), st.data())
@settings(max_examples=tries(400, thorough=1_500), deadline=None)
def test_suggestions_of_long_rows(free_places: set[int], data: st.DataObject) -> None:
    free = frozenset(free_places)
    chosen = tuple(sorted(data.draw(st.sets(st.sampled_from(sorted(free)), min_size=1))))
    check_verdict(seat_map_of(LONGEST, free), free, chosen)


def check_verdict(seat_map: SeatMap, free: frozenset[int], chosen: Places) -> None:
    """The verdict is the oracle's; a suggestion is free, as large, in no more groups, legal, and none is nearer."""
    must = fewest(free, len(chosen), groups(chosen))
    labels = labels_of(chosen)
    if new_lonely(free, chosen) == must:
        check_rules(seat_map, labels, ALL_RULES)
        return
    assert not is_plain(seat_map, labels, ALL_RULES)
    with pytest.raises(SeatSelectionRefused) as refusal:
        check_rules(seat_map, labels, ALL_RULES)
    suggestion = refusal.value.suggestion
    assert suggestion is not None
    places = tuple(int(label[1:]) - 1 for label in suggestion)
    assert free.issuperset(places)
    assert (len(places), new_lonely(free, places)) == (len(chosen), must)
    assert groups(places) <= groups(chosen)
    check_rules(seat_map, suggestion, ALL_RULES)
    assert distance(places, chosen) == min(
        distance(way, chosen)
        for way in combinations(sorted(free), len(chosen))
        if groups(way) <= groups(chosen) and new_lonely(free, way) == must
    )


def distance(one: Places, other: Places) -> int:
    return sum(abs(here - there) for here, there in zip(one, other, strict=True))


@given(st.text("sspv.", min_size=2, max_size=11).filter(lambda places: places.strip(".")), st.data())
@settings(max_examples=tries(400, thorough=1_500), deadline=None)
def test_aisles_part_neighbours_and_nobody_is_moved_to_a_dearer_seat(places: str, data: st.DataObject) -> None:
    layout = parse_layout("A " + places)
    free = data.draw(st.sets(st.sampled_from(sorted(layout.by_label)), min_size=1))
    chosen = data.draw(st.sets(st.sampled_from(sorted(free)), min_size=1))
    blocks = neighbours_of(layout).blocks
    found = best_choice(blocks, free, chosen)
    kinds = sorted(layout.by_label[label].kind for label in chosen)
    ways = [
        way
        for way in combinations(sorted(free), len(chosen))
        if sorted(layout.by_label[label].kind for label in way) == kinds
        and groups_of(blocks, way) <= groups_of(blocks, chosen)
    ]
    assert found.lonely == len(made_lonely(blocks, free, found.seats))
    assert found.lonely == min(len(made_lonely(blocks, free, way)) for way in ways)
    assert tuple(sorted(found.seats)) in ways


def test_a_story_in_a_row_of_six() -> None:
    seat_map = map_of(row_of(6), {})
    with pytest.raises(SeatSelectionRefused) as refusal:
        check_rules(seat_map, ["A2", "A3"], ALL_RULES)
    assert (refusal.value.rule, refusal.value.seats) == ("NO_LONELY_SEAT", ["A1"])
    assert refusal.value.suggestion == ["A3", "A4"]
    assert refusal.value.message == "This would leave a single seat between taken ones: A1."
    check_rules(seat_map, ["A1", "A2"], ALL_RULES)
    check_rules(seat_map, ["A2", "A3"], frozenset())
    check_rules(map_of(row_of(3), {}), ["A1", "A2"], ALL_RULES)  # whoever takes two of three leaves one: no better way
