"""A stale map and the changes since are the fresh map, however the changes were bundled on their way."""

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from domain.layouts import parse_layout
from domain.seat_maps import SeatMap, SeatMapChange, SeatState
from tests.thoroughness import tries

pytestmark = pytest.mark.once

SHOWTIME = UUID(int=1)
LAYOUT = parse_layout("A ssss\nB ssss\nC vvvv")
LABELS = [seat.label for seat in LAYOUT.seats]
STEPS = st.lists(
    st.tuples(st.lists(st.sampled_from(LABELS), min_size=1, max_size=6, unique=True), st.sampled_from(SeatState)),
    min_size=1,
    max_size=15,
)


@dataclass(frozen=True)
class Story:
    """A seat map's versions from 0, and the change that led to each from the one before."""

    maps: list[SeatMap]
    changes: list[SeatMapChange]

    @classmethod
    def of(cls, steps: list[tuple[list[str], SeatState]]) -> "Story":
        story = cls([SeatMap(SHOWTIME, 0, LAYOUT, {})], [])
        for labels, state in steps:
            change = story.maps[-1].change(labels, state)
            story.changes.append(change)
            story.maps.append(story.maps[-1].apply(change))
        return story

    def merged(self, since: int, until: int) -> SeatMapChange:
        return reduce(SeatMapChange.then, self.changes[since:until])


STORIES = STEPS.map(Story.of)


@settings(max_examples=tries(300, thorough=2_000))
@given(STORIES)
def test_every_map_says_what_happened_last_to_each_seat(story: Story) -> None:
    expected = dict.fromkeys(LABELS, SeatState.AVAILABLE)
    for number, change in enumerate(story.changes, start=1):
        expected |= change.seats
        fresh = story.maps[number]
        assert {label: fresh.state_of(label) for label in LABELS} == expected
        free = list(expected.values()).count(SeatState.AVAILABLE)
        assert (fresh.version, fresh.available, fresh.capacity) == (number, free, 12)
        assert (change.since, change.version, change.available) == (number - 1, number, free)


@settings(max_examples=tries(300, thorough=2_000))
@given(STORIES, st.data())
def test_a_stale_map_with_the_changes_since_is_the_fresh_map(story: Story, data: st.DataObject) -> None:
    since = data.draw(st.integers(0, len(story.changes)))
    assert reduce(SeatMap.apply, story.changes[since:], story.maps[since]) == story.maps[-1]


@settings(max_examples=tries(300, thorough=2_000))
@given(STORIES, st.data())
def test_changes_bundled_in_any_way_have_the_same_effect(story: Story, data: st.DataObject) -> None:
    last = len(story.changes)
    cuts = sorted({0, last, *data.draw(st.lists(st.integers(0, last)))})
    bundles = [story.merged(since, until) for since, until in pairwise(cuts)]
    assert reduce(SeatMap.apply, bundles, story.maps[0]) == story.maps[-1]
    assert reduce(SeatMapChange.then, bundles) == story.merged(0, last)
    assert story.merged(0, last).available == story.maps[-1].available


@settings(max_examples=tries(300, thorough=2_000))
@given(STORIES, st.data())
def test_a_bundle_fits_every_map_from_its_since_to_before_its_version(story: Story, data: st.DataObject) -> None:
    last = len(story.changes)
    since = data.draw(st.integers(0, last - 1))
    until = data.draw(st.integers(since + 1, last))
    at = data.draw(st.integers(since, until - 1))
    assert story.maps[at].apply(story.merged(since, until)) == story.maps[until]


@settings(max_examples=tries(300, thorough=2_000))
@given(STORIES, st.data())
def test_repeated_and_old_changes_do_no_harm(story: Story, data: st.DataObject) -> None:
    last = len(story.changes)
    current = story.maps[0]
    for change in story.changes:
        current = current.apply(change).apply(change)
        old = data.draw(st.integers(0, change.version - 1))
        assert current.apply(story.changes[old]) is current
    assert current == story.maps[-1]
    whole = story.merged(0, last)
    assert all(whole.then(change) is whole for change in story.changes)


@settings(max_examples=tries(300, thorough=2_000))
@given(STORIES, st.data())
def test_bundles_that_overlap_merge_into_the_last_state(story: Story, data: st.DataObject) -> None:
    last = len(story.changes)
    first_end = data.draw(st.integers(1, last))
    second_start = data.draw(st.integers(0, min(first_end, last - 1)))
    second_end = data.draw(st.integers(second_start + 1, last))
    both = story.merged(0, first_end).then(story.merged(second_start, second_end))
    assert both == story.merged(0, max(first_end, second_end))


@given(STORIES.filter(lambda story: len(story.changes) > 1))
def test_a_gap_is_noticed_never_skipped(story: Story) -> None:
    with pytest.raises(ValueError, match="does not follow version 0"):
        story.maps[0].apply(story.changes[1])
    if len(story.changes) > 2:
        with pytest.raises(ValueError, match="does not follow version 1"):
            story.changes[0].then(story.changes[2])


def test_it_is_announced_under_the_showtime_s_name() -> None:
    change = SeatMap(SHOWTIME, 41, LAYOUT, {"A1": SeatState.BOOKED}).change(["A2", "A3"], SeatState.HELD)
    assert change == SeatMapChange(SHOWTIME, 41, 42, 9, {"A2": SeatState.HELD, "A3": SeatState.HELD})
    assert change.topic == f"seat-map:{SHOWTIME}"
