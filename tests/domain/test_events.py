"""What live watchers are told crosses the wire unharmed; what is no event is refused."""

import json
from functools import reduce
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from domain.events import BookingChange, Event, decode, encode
from domain.seat_maps import SeatMapChange, SeatState

pytestmark = pytest.mark.once

VERSIONS = st.integers(0, 2**31 - 1)
SEATS = st.dictionaries(st.text(min_size=1, max_size=8), st.sampled_from(SeatState), max_size=10)
EVENTS = st.one_of(
    st.builds(BookingChange, st.uuids(), VERSIONS, VERSIONS),
    st.builds(SeatMapChange, st.uuids(), VERSIONS, VERSIONS, VERSIONS, SEATS),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["booking", "seat-map"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["kind", "id", "since", "version", "available", "seats", "x"]), inner),
    ),
    max_leaves=12,
)
CHAINS = st.integers(2, 12).map(lambda count: [BookingChange(UUID(int=1), n, n + 1) for n in range(count)])


@settings(max_examples=300)
@given(EVENTS)
def test_an_event_is_the_same_on_the_other_side(event: Event) -> None:
    assert decode(encode(event)) == event
    assert decode(encode(event).decode()) == event


@settings(max_examples=300)
@given(st.one_of(JSON.map(json.dumps), st.text(), st.binary()))
def test_what_is_no_event_is_a_value_error(message: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it, the wire passes over it
        decode(message)


def test_it_tells_no_more_than_what_changed() -> None:
    change = SeatMapChange(UUID(int=1), 41, 42, 98, {"F7": SeatState.HELD})
    assert json.loads(encode(change)) == {
        "kind": "seat-map",
        "id": "00000000-0000-0000-0000-000000000001",
        "since": 41,
        "version": 42,
        "available": 98,
        "seats": {"F7": "HELD"},
    }
    assert json.loads(encode(BookingChange(UUID(int=2), 1, 2))) == {
        "kind": "booking",
        "id": "00000000-0000-0000-0000-000000000002",
        "since": 1,
        "version": 2,
    }


def test_each_has_a_topic_of_its_own() -> None:
    assert BookingChange(UUID(int=2), 1, 2).topic == "booking:00000000-0000-0000-0000-000000000002"


@given(CHAINS, st.data())
def test_changes_of_a_booking_merge_into_one_in_any_way(chain: list[BookingChange], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(chain) - 1))
    early, late = reduce(BookingChange.then, chain[:cut]), reduce(BookingChange.then, chain[cut:])
    whole = BookingChange(UUID(int=1), 0, len(chain))
    assert early.then(late) == whole
    assert whole.then(early) is whole
