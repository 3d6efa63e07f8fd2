"""Codes: how often one may be asked for, how a number becomes six digits, and what is shown of a target."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from domain.codes import A_DAY, AN_HOUR, CodeTerms, digits_of, dynamically_truncated, masked
from tests.thoroughness import tries

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
HOUSE = CodeTerms(life=timedelta(minutes=10), attempts=5, rest=timedelta(seconds=60), per_day=10)


def ago(**how_long: float) -> datetime:
    return NOW - timedelta(**how_long)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], NOW),
        ([ago(seconds=60)], NOW),
        ([ago(seconds=59)], NOW + timedelta(seconds=1)),
        ([NOW], NOW + timedelta(seconds=60)),
        ([ago(minutes=minutes) for minutes in (2, 4, 6, 8)], NOW),
        ([ago(minutes=minutes) for minutes in (2, 4, 6, 8, 10)], NOW + timedelta(minutes=50)),
        ([ago(minutes=minutes) for minutes in (2, 4, 6, 8, 60)], NOW),
        ([ago(hours=2 * hours) for hours in range(1, 10)], NOW),
        ([ago(hours=2 * hours) for hours in range(1, 11)], NOW + timedelta(hours=4)),
        ([ago(hours=24 / 10 * hours) for hours in range(1, 11)], NOW),
    ],
)
def test_the_next_code_waits_for_a_minute_an_hour_and_a_day(sent: list[datetime], expected: datetime) -> None:
    assert HOUSE.next_at(sent, NOW) == expected


@given(st.lists(st.floats(0, 200_000), max_size=200), st.integers(1, 12), st.integers(0, 300))
def test_whoever_asks_however_often_gets_no_more_than_the_limits(gaps: list[float], per_day: int, rest: int) -> None:
    """Somebody who asks after each of these pauses: in no hour, and no day, there are too many codes."""
    house = CodeTerms(life=AN_HOUR, attempts=5, rest=timedelta(seconds=rest), per_day=per_day)
    sent: list[datetime] = []
    now = NOW
    for gap in gaps:
        now += timedelta(seconds=gap % (600 if len(gaps) > 50 else 200_000))
        looked_at = [moment for moment in reversed(sent) if moment > now - A_DAY][:per_day]
        if house.next_at(looked_at, now) == now:
            sent.append(now)
    for count, span in ((2, house.rest), (house.per_hour + 1, AN_HOUR), (per_day + 1, A_DAY)):
        assert all(last - first >= span for first, last in zip(sent, sent[count - 1 :], strict=False))


@given(st.lists(st.floats(1, 7_200), min_size=1, max_size=tries(30, thorough=300)))
def test_who_waits_until_told_is_never_refused(gaps: list[float]) -> None:
    sent, now = [NOW], NOW
    for gap in gaps:
        now = max(now + timedelta(seconds=gap), HOUSE.next_at(sent[::-1][: HOUSE.per_day], now))
        looked_at = [moment for moment in reversed(sent) if moment > now - A_DAY][: HOUSE.per_day]
        assert HOUSE.next_at(looked_at, now) == now
        sent.append(now)


def test_digits_are_taken_as_the_standard_takes_them() -> None:
    """RFC 4226 section 5.4: its example digest gives 872921 for six digits."""
    digest = bytes.fromhex("1f8698690e02ca16618550ef7f19da8e945b555a")
    assert dynamically_truncated(digest) == 0x50EF7F19
    assert dynamically_truncated(digest) % 10**6 == 872921
    assert dynamically_truncated(b"\xff" * 20) == 0x7FFF_FFFF


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456 ", "12\u00a034\u200956"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert digits_of(typed) == "123456"


@given(st.text())
def test_what_is_no_code_stays_none_and_short(typed: str) -> None:
    assert len(digits_of(typed)) <= 24
    assert set(digits_of(typed)) <= set(typed)


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("ana@example.com", "a•••@example.com"),
        ("a@example.com", "a•••@example.com"),
        ("+84912345678", "+84•••••••78"),
        ("+12015550123", "+12•••••••23"),
    ],
)
def test_a_target_is_shown_so_that_only_its_owner_knows_it(target: str, shown: str) -> None:
    assert masked(target) == shown
