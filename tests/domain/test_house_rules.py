"""Companion seats, love seats, and what holds for every rule together on any house."""

import pytest
from hypothesis import given, settings, strategies as st

from domain.layouts import Layout, LayoutError, SeatKind, parse_layout
from domain.neighbours import neighbours_of
from domain.problems import SeatSelectionRefused, TooManySeats
from domain.seat_maps import SeatMap, SeatState, Selection
from domain.seating import ALL_RULES, SeatRule, check_room, check_rules, is_plain, nearest
from tests.domain.seat_maps import map_of
from tests.thoroughness import tries

pytestmark = pytest.mark.once
COMPANION, LOVE = SeatRule.COMPANION_WITH_WHEELCHAIR, SeatRule.LOVE_SEAT_IN_PAIRS


def refused(seat_map: SeatMap, labels: list[str]) -> SeatSelectionRefused | None:
    """Why a selection is refused; None if it is fine."""
    try:
        check_rules(seat_map, labels, ALL_RULES)
    except SeatSelectionRefused as refusal:
        return refusal
    return None


def refusal_of(drawing: str, labels: list[str], taken: str = "") -> tuple[str, list[str], list[str] | None] | None:
    """The rule, the seats it is about and the suggestion; None if the selection is fine."""
    refusal = refused(map_of(parse_layout(drawing), dict.fromkeys(taken.split(), SeatState.BOOKED)), labels)
    return refusal and (refusal.rule, refusal.seats, refusal.suggestion)


@pytest.mark.parametrize(
    ("drawing", "chosen", "refusal"),
    [
        ("A wcssss", "A1 A2", None),
        ("A wcssss", "A2", (COMPANION, ["A2"], ["A3"])),
        ("A wcssss", "A2 A3", (COMPANION, ["A2"], ["A3", "A4"])),
        ("A wcwc.ssss", "A2 A3", None),
        ("A wc.wc.ss", "A1 A5", None),  # A5 is an ordinary seat
        ("A wc.wc.ss", "A1 A4", (COMPANION, ["A4"], ["A1", "A2"])),
        ("A wc.c.ss", "A1 A3", None),  # a companion seat without a space beside it goes with any of the house
        ("A wc", "A2", (COMPANION, ["A2"], None)),
    ],
)
def test_a_companion_comes_with_a_wheelchair(
    drawing: str, chosen: str, refusal: tuple[str, list[str], list[str] | None] | None
) -> None:
    assert refusal_of(drawing, chosen.split()) == refusal


@pytest.mark.parametrize(
    ("drawing", "taken", "chosen", "refusal"),
    [
        ("A VVVV", "", "A1 A2", None),
        ("A VVVV", "", "A1", (LOVE, ["A2"], ["A1", "A2"])),
        ("A VVVV", "", "A2 A3", (LOVE, ["A1", "A4"], ["A1", "A2"])),
        ("A VVVV.ss", "", "A4", (LOVE, ["A3"], ["A5"])),
        ("A VVVV", "A2", "A1", None),  # its other half is gone: it can still be sold
        ("A SSVV", "", "A2 A3", (LOVE, ["A1", "A4"], ["A1", "A2"])),
    ],
)
def test_love_seats_are_sold_in_pairs(
    drawing: str, taken: str, chosen: str, refusal: tuple[str, list[str], list[str] | None] | None
) -> None:
    assert refusal_of(drawing, chosen.split(), taken) == refusal


def test_love_seats_are_drawn_in_twos() -> None:
    layout = parse_layout("A VVss.VVVV")
    pairs = {seat.label: seat.paired_with for seat in layout.seats}
    assert pairs == {
        "A1": "A2", "A2": "A1", "A3": None, "A4": None, "A5": "A6", "A6": "A5", "A7": "A8", "A8": "A7",
    }  # fmt: skip
    assert {seat.kind for seat in layout.seats} == {SeatKind.VIP, SeatKind.STANDARD}
    with pytest.raises(LayoutError, match=r"^Line 2: love seats are drawn in twos, and 'VVV' has one half too many\.$"):
        parse_layout("A ss\nB VVV")


def test_what_belongs_to_others_ends_a_block_as_an_aisle_does() -> None:
    neighbours = neighbours_of(parse_layout("A wcsss.ssVV\nB ss"))
    assert [[seat.label for seat in block] for block in neighbours.blocks] == [
        ["A3", "A4", "A5"],
        ["A6", "A7"],
        ["B1", "B2"],
    ]
    assert [[seat.label for seat in bay] for bay in neighbours.bays] == [["A1", "A2"]]
    assert neighbours.around(["A3"]) == ["A4", "A5"]
    assert neighbours.around(["A8", "A1"]) == ["A9"]
    assert neighbours.are_together(["A5", "A3", "A4"])
    assert not neighbours.are_together(["A5", "A6"])
    assert not neighbours.are_together(["A1", "B1"])


def test_one_person_may_have_so_many_seats_of_a_showtime() -> None:
    check_room(16, 4, 20)
    with pytest.raises(TooManySeats, match=r"^One person may have at most 20 seats of a showtime\.$") as refusal:
        check_room(17, 4, 20)
    assert refusal.value.limit == 20


LETTERS = st.lists(st.sampled_from(["s", "s", "s", "p", "wc", "w", "c", ".", "VV", "SS"]), min_size=1, max_size=8)
HOUSES = st.lists(LETTERS, min_size=1, max_size=3).map(
    lambda rows: "\n".join(f"{name} {''.join(row)}" for name, row in zip("ABC", rows, strict=False))
)


@st.composite
def selections(draw: st.DrawFn) -> tuple[Layout, frozenset[str], list[str]]:
    """A house, which of its seats are free, and some of those."""
    layout = parse_layout(draw(HOUSES.filter(lambda drawing: any(place in "spwcVS" for place in drawing[2:]))))
    free = draw(st.sets(st.sampled_from(sorted(layout.by_label)), min_size=1))
    chosen = draw(st.lists(st.sampled_from(sorted(free)), min_size=1, max_size=6, unique=True))
    return layout, frozenset(free), chosen


@given(selections())
@settings(max_examples=tries(500, thorough=2_000), deadline=None)
def test_every_suggestion_is_legal_and_free_and_as_large(given: tuple[Layout, frozenset[str], list[str]]) -> None:
    layout, free, chosen = given
    seat_map = map_of(layout, {label: SeatState.HELD for label in layout.by_label if label not in free})
    refusal = refused(seat_map, chosen)
    if refusal is None:
        assert nearest(neighbours_of(layout), free, chosen, ALL_RULES) == sorted(
            chosen, key=list(layout.by_label).index
        )
        return
    assert not is_plain(seat_map, chosen, ALL_RULES)
    if refusal.suggestion is None:
        alone = nearest(neighbours_of(layout), free, chosen, frozenset({COMPANION}))
        assert alone is None, "only a companion may find no other seat"
        return
    assert free.issuperset(refusal.suggestion)
    assert len(set(refusal.suggestion)) == len(refusal.suggestion) >= len(chosen)
    assert refused(seat_map, refusal.suggestion) is None


@given(selections())
@settings(max_examples=tries(250, thorough=1_000), deadline=None)
def test_the_seats_around_a_selection_are_enough_to_see_that_it_is_plain(
    given: tuple[Layout, frozenset[str], list[str]],
) -> None:
    layout, free, chosen = given
    seat_map = map_of(layout, {label: SeatState.HELD for label in layout.by_label if label not in free})
    seen = [*chosen, *neighbours_of(layout).around(chosen)]
    unseen = {label: SeatState.BOOKED for label in layout.by_label if label not in seen}
    states = {**seat_map.taken, **unseen}
    assert is_plain(seat_map, chosen, ALL_RULES) == is_plain(map_of(layout, states), chosen, ALL_RULES)
    assert is_plain(seat_map, chosen, ALL_RULES) == is_plain(selected(seat_map, seen), chosen, ALL_RULES)


def selected(seat_map: SeatMap, seen: list[str]) -> Selection:
    """What a transaction has read of a map: some seats; of the others it knows nothing."""
    taken = {label: state for label, state in seat_map.taken.items() if label in seen}
    return Selection(seat_map.showtime_id, 1, seat_map.layout, taken, seat_map.available)
