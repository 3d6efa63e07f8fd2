"""How long seats are kept for somebody: in all, at a time, and not a moment longer."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from domain.holds import (
    MOVES,
    HoldStatus,
    HoldTerms,
    check_room_for_one_more,
    expiry,
    extended_expiry,
    status_at,
)
from domain.problems import HoldExpired, HoldLimitReached

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
TERMS = HoldTerms(
    lasts=timedelta(minutes=10),
    lasts_at_most=timedelta(minutes=30),
    seats_at_most=10,
    at_once=3,
    grace=timedelta(minutes=5),
)
SPANS = st.timedeltas(timedelta(seconds=1), timedelta(hours=2))
ANY_TERMS = st.builds(HoldTerms, SPANS, SPANS, st.just(10), st.just(3), st.just(timedelta(0)))


def test_a_hold_lasts_ten_minutes_and_never_longer_than_its_cap() -> None:
    assert expiry(TERMS, NOW) == NOW + timedelta(minutes=10)
    short = HoldTerms(timedelta(minutes=10), timedelta(minutes=4), 10, 3, timedelta(0))
    assert expiry(short, NOW) == NOW + timedelta(minutes=4)


@pytest.mark.parametrize(("after", "lasts"), [(0, 10), (5, 15), (9, 19), (10, 20)])
def test_an_extension_counts_its_full_length_from_now(after: int, lasts: int) -> None:
    end = NOW + timedelta(minutes=after) + INSTANT  # still alive, by a hair
    extended = extended_expiry(TERMS, NOW, end, NOW + timedelta(minutes=after))
    assert extended == NOW + timedelta(minutes=lasts)


def test_the_last_extension_ends_at_the_cap_and_then_no_more() -> None:
    end = extended_expiry(TERMS, NOW, NOW + timedelta(minutes=27), NOW + timedelta(minutes=26))
    assert end == NOW + timedelta(minutes=30)
    with pytest.raises(HoldLimitReached) as refusal:
        extended_expiry(TERMS, NOW, end, NOW + timedelta(minutes=29))
    assert refusal.value.limit == 30
    assert refusal.value.message == "A hold may last 30 minutes in all, and this one does."


@pytest.mark.parametrize("late", [timedelta(0), INSTANT, timedelta(days=1)])
def test_a_hold_that_is_over_cannot_be_extended(late: timedelta) -> None:
    with pytest.raises(HoldExpired):
        extended_expiry(TERMS, NOW, NOW + TERMS.lasts, NOW + TERMS.lasts + late)


@settings(max_examples=500)
@given(ANY_TERMS, st.lists(st.timedeltas(timedelta(0), timedelta(hours=1)), max_size=30))
def test_nobody_extends_a_hold_for_ever(terms: HoldTerms, pauses: list[timedelta]) -> None:
    now, end = NOW, expiry(terms, NOW)
    for pause in pauses:
        now += pause
        try:
            later = extended_expiry(terms, NOW, end, now)
        except HoldLimitReached:
            assert end == NOW + terms.lasts_at_most
            return
        except HoldExpired:
            assert end <= now
            return
        assert end <= later <= min(NOW + terms.lasts_at_most, now + terms.lasts)
        end = later


@pytest.mark.parametrize(
    ("status", "at_the_end"),
    [
        (HoldStatus.ACTIVE, HoldStatus.EXPIRED),
        (HoldStatus.RELEASED, HoldStatus.RELEASED),
        (HoldStatus.EXPIRED, HoldStatus.EXPIRED),
        (HoldStatus.BOOKED, HoldStatus.BOOKED),
    ],
)
def test_an_active_hold_is_over_at_its_very_end(status: HoldStatus, at_the_end: HoldStatus) -> None:
    assert status_at(status, NOW, NOW - INSTANT) is status
    assert status_at(status, NOW, NOW) is at_the_end


def test_a_person_has_room_for_three_holds() -> None:
    for live in range(3):
        check_room_for_one_more(TERMS, live)
    for live in (3, 4, 100):
        with pytest.raises(HoldLimitReached) as refusal:
            check_room_for_one_more(TERMS, live)
        assert refusal.value.limit == 3


def test_the_moves_of_a_hold() -> None:
    moves = {(before.value, after.value) for before, afters in MOVES.items() for after in afters}
    assert moves == {
        ("ACTIVE", "RELEASED"),
        ("ACTIVE", "EXPIRED"),
        ("ACTIVE", "BOOKED"),
        ("BOOKED", "EXPIRED"),
        ("EXPIRED", "BOOKED"),
    }
    assert set(MOVES) == set(HoldStatus)
