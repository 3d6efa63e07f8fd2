"""News of money comes in any order, twice, or not at all: what it means in the end is the same."""

from functools import reduce
from itertools import permutations, product

import pytest
from hypothesis import given, settings, strategies as st

from domain.payments import MOVES, UNDER_WAY, PaymentStatus, may_become

pytestmark = pytest.mark.once

S = PaymentStatus
FAILURES = (S.FAILED, S.CANCELLED, S.EXPIRED)
NEWS = st.lists(st.sampled_from([S.PROCESSING, S.SUCCEEDED, *FAILURES]), max_size=12)


def after(news: list[PaymentStatus], start: PaymentStatus = S.PENDING) -> PaymentStatus:
    """Where a payment stands after its news: what does not move it on is passed over."""
    return reduce(lambda status, told: told if may_become(status, told) else status, news, start)


def test_the_moves_of_a_payment_and_no_others() -> None:
    under_way = {
        ("PENDING", "PROCESSING"),
        *product(("PENDING", "PROCESSING"), ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")),
    }
    late = {("FAILED", "SUCCEEDED"), ("CANCELLED", "SUCCEEDED"), ("EXPIRED", "SUCCEEDED")}
    back = {
        ("SUCCEEDED", "REFUNDED"),
        ("SUCCEEDED", "PARTIALLY_REFUNDED"),
        ("PARTIALLY_REFUNDED", "REFUNDED"),
    }
    found = {(before.value, told.value) for before, told in product(S, repeat=2) if may_become(before, told)}
    assert found == under_way | late | back
    assert set(MOVES) == set(S)
    assert {S.PENDING, S.PROCESSING} == UNDER_WAY


def test_no_news_moves_a_payment_in_a_circle() -> None:
    for status in S:
        reached: set[PaymentStatus] = set()
        next_ones = set(MOVES[status])
        while next_ones - reached:
            reached |= next_ones
            next_ones = {told for one in next_ones for told in MOVES[one]}
        assert status not in reached


@settings(max_examples=1_000)
@given(NEWS)
def test_money_that_was_taken_counts_whatever_else_was_said_and_when(news: list[PaymentStatus]) -> None:
    ended = [told for told in news if told in FAILURES]
    if S.SUCCEEDED in news:
        expected = S.SUCCEEDED
    elif ended:
        expected = ended[0]
    else:
        expected = S.PROCESSING if news else S.PENDING
    assert after(news) is expected


@settings(max_examples=300)
@given(NEWS, st.data())
def test_repeated_news_changes_nothing(news: list[PaymentStatus], data: st.DataObject) -> None:
    repeated = [told for told in news for _ in range(data.draw(st.integers(1, 3)))]
    again = [*repeated, *news]
    assert after(repeated) is after(news)
    if S.SUCCEEDED in news or not any(told in FAILURES for told in news):
        assert after(again) is after(news)


@pytest.mark.parametrize("failure", FAILURES)
def test_every_order_and_every_loss_on_the_way_to_success_ends_in_success(failure: PaymentStatus) -> None:
    for size in range(4):
        for others in permutations([S.PROCESSING, failure, S.PROCESSING], size):
            for place in range(size + 1):
                news = [*others[:place], S.SUCCEEDED, *others[place:]]
                assert after(news) is S.SUCCEEDED, news


@given(NEWS)
def test_what_was_given_back_stays_given_back(news: list[PaymentStatus]) -> None:
    assert after(news, start=S.REFUNDED) is S.REFUNDED
    assert after([*news, S.REFUNDED], start=S.SUCCEEDED) is S.REFUNDED
