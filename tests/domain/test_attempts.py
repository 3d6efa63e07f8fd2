"""How often who may try, whom an address stands for, and when it is worth trying again."""

import pytest
from hypothesis import given, strategies as st

from domain.attempts import Allowance, AttemptKind, Usage, allowances, network_of, seconds_until_free

pytestmark = pytest.mark.once
QUARTER = 15 * 60


def test_an_account_is_tried_ten_times_in_a_quarter_of_an_hour() -> None:
    allowed = allowances(AttemptKind.LOG_IN, 10, 600)
    assert (allowed.target, allowed.address) == (Allowance(10, QUARTER), Allowance(600, QUARTER))


def test_codes_are_asked_for_half_as_often_as_they_are_tried() -> None:
    asked, tried = (allowances(kind, 10, 600) for kind in (AttemptKind.REQUEST_CODE, AttemptKind.TRY_CODE))
    assert (asked.target.amount, tried.target.amount) == (5, 10)
    assert (asked.address.amount, tried.address.amount) == (300, 600)


@pytest.mark.parametrize("kind", AttemptKind)
def test_an_address_may_do_more_than_can_be_done_to_one_account(kind: AttemptKind) -> None:
    allowed = allowances(kind, 10, 600)
    assert 1 <= allowed.target.amount < allowed.address.amount
    assert allowances(kind, 1, 1).target.amount >= 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_whom_an_address_stands_for(address: str, network: str) -> None:
    assert network_of(address) == network


@given(last=st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_customer_are_one(last: int) -> None:
    groups = [f"{last >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0)]
    assert network_of("2001:db8:0:1:" + ":".join(groups)) == "2001:db8:0:1::/64"


def weight(before: int, ends_in: float, now: int, allowance: Allowance) -> int:
    return int(before * ends_in / allowance.seconds) + now


@given(
    amount=st.integers(1, 1000),
    seconds=st.integers(1, 3600),
    used=st.tuples(st.integers(0, 1000), st.integers(0, 1000)),
    part=st.floats(0, 1),
    wanted=st.integers(1, 1000),
)
def test_after_the_wait_there_is_room_and_a_little_earlier_there_was_none(
    amount: int, seconds: int, used: tuple[int, int], part: float, wanted: int
) -> None:
    allowance, wanted = Allowance(amount, seconds), min(wanted, amount)
    before, now = min(used[0], amount), min(used[1], amount)
    ends_in = seconds * part
    wait = seconds_until_free(allowance, Usage(before, ends_in, now, ends_in), wanted)

    def room_at(moment: float) -> bool:
        if moment < ends_in:
            return weight(before, ends_in - moment, now, allowance) + wanted <= amount
        return weight(now, max(0.0, ends_in + seconds - moment), 0, allowance) + wanted <= amount

    step = seconds / 1e6
    assert 0 <= wait <= ends_in + seconds
    assert room_at(wait + step)
    assert wait == 0 or not room_at(wait - step)


def test_who_has_used_everything_at_once_gets_one_more_when_the_window_has_begun_to_fade() -> None:
    allowance = Allowance(10, QUARTER)
    assert seconds_until_free(allowance, Usage(0, 0, 10, 300.0)) == 300.0
    assert seconds_until_free(allowance, Usage(10, QUARTER, 0, QUARTER)) == 0.0
    # Ten a quarter of an hour ago fade at one in ninety seconds.
    assert seconds_until_free(allowance, Usage(10, 890.0, 1, 890.0)) == pytest.approx(890.0 - 9 * 90)
