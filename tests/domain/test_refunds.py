"""A venue's ladder: how much of the money comes back, until when, and which ladders there may be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from domain.problems import CancellationRefused, InvalidInput
from domain.refunds import (
    UNTIL_THE_START,
    RefundPolicy,
    RefundStatus,
    RefundStep,
    check_policy,
    may_become,
    percent_due,
    read_policy,
    share_of,
    write_policy,
)

pytestmark = pytest.mark.once

START = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
LADDER = check_policy([RefundStep(2, 50), RefundStep(48, 100), RefundStep(24, 80)])


def before(**notice: float) -> datetime:
    return START - timedelta(**notice)


@pytest.mark.parametrize(
    ("now", "percent", "until"),
    [
        (before(days=9), 100, before(hours=48)),
        (before(hours=48), 100, before(hours=48)),
        (before(hours=48) + INSTANT, 80, before(hours=24)),
        (before(hours=24), 80, before(hours=24)),
        (before(hours=24) + INSTANT, 50, before(hours=2)),
        (before(hours=2), 50, before(hours=2)),
        (before(hours=2) + INSTANT, None, None),
        (START, None, None),
        (START + INSTANT, None, None),
    ],
)
def test_longer_notice_gives_more_to_the_microsecond(
    now: datetime, percent: int | None, until: datetime | None
) -> None:
    assert (LADDER.percent_at(START, now), LADDER.until(START, now)) == (percent, until)


def test_a_house_that_says_nothing_gives_all_back_until_the_film_begins() -> None:
    assert percent_due(UNTIL_THE_START, START, START - INSTANT) == 100
    assert UNTIL_THE_START.until(START, START - INSTANT) == START
    for late in (START, START + timedelta(days=1)):
        with pytest.raises(CancellationRefused, match="until its showtime starts"):
            percent_due(UNTIL_THE_START, START, late)


def test_too_late_says_whether_it_is_the_policy_or_the_film() -> None:
    with pytest.raises(CancellationRefused, match="too late to cancel under the policy"):
        percent_due(LADDER, START, before(hours=1))
    with pytest.raises(CancellationRefused, match="until its showtime starts"):
        percent_due(LADDER, START, START)


@pytest.mark.parametrize(
    ("steps", "paths"),
    [
        ([], [("steps",)]),
        ([RefundStep(hours, 100) for hours in range(11)], [("steps",)]),
        ([RefundStep(-1, 100)], [("steps", "0", "hours")]),
        ([RefundStep(24 * 365 + 1, 100)], [("steps", "0", "hours")]),
        ([RefundStep(48, 100), RefundStep(0, 101)], [("steps", "1", "percent"), ("steps",)]),
        ([RefundStep(0, -1)], [("steps", "0", "percent")]),
        ([RefundStep(2, 50), RefundStep(2, 60)], [("steps",)]),
        ([RefundStep(48, 50), RefundStep(2, 60)], [("steps",)]),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_by_the_step(
    steps: list[RefundStep], paths: list[tuple[str, ...]]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_policy(steps)
    assert [problem.path for problem in refusal.value.fields] == paths


def test_the_ends_of_what_a_ladder_may_say() -> None:
    widest = [RefundStep(24 * 365, 100), *(RefundStep(hours, 0) for hours in range(9))]
    assert len(check_policy(widest).steps) == 10
    assert check_policy([RefundStep(0, 0)]) == RefundPolicy((RefundStep(0, 0),))


@pytest.mark.parametrize(
    ("minor", "percent", "back"), [(25_000, 100, 25_000), (25_000, 0, 0), (333, 50, 167), (1, 50, 1), (1, 49, 0)]
)
def test_a_share_is_rounded_half_up(minor: int, percent: int, back: int) -> None:
    assert share_of(minor, percent) == back


@given(st.integers(0, 10**12), st.integers(0, 100))
def test_a_share_and_what_is_kept_are_the_whole(minor: int, percent: int) -> None:
    assert 0 <= share_of(minor, percent) <= minor
    assert share_of(minor, 100) == minor


def test_a_ladder_is_kept_as_it_was() -> None:
    assert write_policy(LADDER) == [[48, 100], [24, 80], [2, 50]]
    assert read_policy(write_policy(LADDER)) == LADDER
    assert read_policy(None) == UNTIL_THE_START


def test_a_refund_moves_forward_only_and_a_failure_has_the_last_word() -> None:
    order = ["PENDING", "PROCESSING", "SUCCEEDED", "FAILED"]
    assert [status.value for status in RefundStatus] == order
    for status in RefundStatus:
        for target in RefundStatus:
            assert may_become(status, target) is (order.index(target) > order.index(status))


@st.composite
def ladders(draw: st.DrawFn) -> RefundPolicy:
    """Any ladder that makes sense."""
    hours = draw(st.lists(st.integers(0, 200), min_size=1, max_size=10, unique=True))
    percents = draw(st.lists(st.integers(0, 100), min_size=len(hours), max_size=len(hours)))
    steps = zip(sorted(hours), sorted(percents), strict=True)
    return check_policy([RefundStep(*step) for step in steps])


MOMENTS = st.timedeltas(timedelta(hours=-1), timedelta(hours=210)).map(lambda notice: START - notice)


@given(ladders(), MOMENTS, MOMENTS)
def test_the_share_never_grows_as_the_start_comes_nearer(ladder: RefundPolicy, one: datetime, other: datetime) -> None:
    early, late = (ladder.percent_at(START, now) for now in sorted((one, other)))
    assert (-1 if late is None else late) <= (-1 if early is None else early)


@given(ladders(), MOMENTS)
def test_the_share_stays_as_long_as_it_says(ladder: RefundPolicy, now: datetime) -> None:
    percent, until = ladder.percent_at(START, now), ladder.until(START, now)
    assert (percent is None) is (until is None)
    if until is not None:
        assert until >= now
        assert ladder.until(START, until + INSTANT) != until
    if until is not None and until < START:
        assert ladder.percent_at(START, until) == percent


@given(ladders())
def test_any_ladder_is_kept_as_it_was(ladder: RefundPolicy) -> None:
    assert read_policy(write_policy(ladder)) == ladder


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=10), st.integers(0, 100))
def test_given_back_in_parts_it_differs_from_the_whole_by_rounding_alone(parts: list[int], percent: int) -> None:
    apart = sum(share_of(part, percent) for part in parts)
    assert abs(apart - share_of(sum(parts), percent)) <= len(parts)
    assert 0 <= apart <= sum(parts)
