"""Every movement of money is two entries that cancel out, and after a whole story every account says what it should."""

import pytest
from hypothesis import given, strategies as st

from domain.ledger import Account, Cause, Movement, captured, refund_bounced, refund_ordered, refund_paid, sold

pytestmark = pytest.mark.once

MINOR = st.integers(0, 10**12)


def balances(*movements: Movement) -> dict[str, int]:
    """What the accounts say that are not at zero."""
    found = dict.fromkeys(Account, 0)
    for _, entries in movements:
        for entry in entries:
            found[entry.account] += entry.minor
    return {account.value: minor for account, minor in found.items() if minor}


@given(MINOR)
def test_both_sides_of_every_movement_cancel_out(minor: int) -> None:
    every = [
        captured(minor),
        sold(minor),
        refund_ordered(minor, was_sold=True),
        refund_ordered(minor, was_sold=False),
        refund_paid(minor),
        refund_bounced(minor),
    ]
    for _, (debit, credit) in every:
        assert (debit.minor, credit.minor) == (minor, -minor)
        assert debit.account is not credit.account
    assert {cause for cause, _ in every} == set(Cause)


def test_what_the_accounts_say_at_every_point_of_a_story() -> None:
    came = [captured(500)]
    assert balances(*came) == {"PROVIDER": 500, "CUSTOMERS": -500}
    bought = [*came, sold(500)]
    assert balances(*bought) == {"PROVIDER": 500, "SALES": -500}
    ordered = [*bought, refund_ordered(200, was_sold=True)]
    assert balances(*ordered) == {"PROVIDER": 500, "SALES": -300, "REFUNDS": -200}
    paid = [*ordered, refund_paid(200)]
    assert balances(*paid) == {"PROVIDER": 300, "SALES": -300}
    assert balances(*paid, refund_bounced(200)) == balances(*ordered)
    assert balances(*came, refund_ordered(500, was_sold=False), refund_paid(500)) == {}


def test_a_movement_has_no_sign() -> None:
    with pytest.raises(ValueError, match="no sign"):
        captured(-1)
