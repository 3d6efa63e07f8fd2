"""News of money comes in any order, twice, or not at all: what it means in the end is the same."""

from functools import reduce
from itertools import permutations, product

import pytest
from hypothesis import given, settings, strategies as st

from domain.payments import CAPTURED, ORDER, UNDER_WAY, PaymentStatus, may_become, standing
from tests.thoroughness import tries

pytestmark = pytest.mark.once

S = PaymentStatus
FAILURES = (S.EXPIRED, S.FAILED, S.CANCELLED)
NEWS = st.lists(st.sampled_from([S.PROCESSING, S.SUCCEEDED, *FAILURES]), max_size=12)
MONEY = st.integers(1, 10**9)
MOVED = st.lists(
    st.tuples(MONEY, st.integers(0, 100)).map(lambda part: (part[0], part[0] * part[1] // 100)), min_size=1
)


def after(news: list[PaymentStatus], start: PaymentStatus = S.PENDING) -> PaymentStatus:
    """Where a payment stands after its news: what does not move it on is passed over."""
    return reduce(lambda status, told: told if may_become(status, told) else status, news, start)


def test_a_payment_moves_forward_only_and_money_that_came_ends_every_failure() -> None:
    assert [status.value for status in ORDER] == [
        "PENDING",
        "PROCESSING",
        "EXPIRED",
        "FAILED",
        "CANCELLED",
        "SUCCEEDED",
        "PARTIALLY_REFUNDED",
        "REFUNDED",
    ]
    for before, told in product(S, repeat=2):
        assert may_become(before, told) is (ORDER.index(before) < ORDER.index(told))
    assert {S.PENDING, S.PROCESSING} == UNDER_WAY
    assert {S.SUCCEEDED, S.PARTIALLY_REFUNDED, S.REFUNDED} == CAPTURED
    assert UNDER_WAY | CAPTURED | set(FAILURES) == set(S)


@settings(max_examples=tries(300, thorough=5_000))
@given(NEWS)
def test_money_that_was_taken_counts_whatever_else_was_said_and_when(news: list[PaymentStatus]) -> None:
    assert after(news) is max(news, key=ORDER.index, default=S.PENDING)
    if S.SUCCEEDED in news:
        assert after(news) is S.SUCCEEDED


@settings(max_examples=300)
@given(NEWS, st.data())
def test_news_repeated_and_in_another_order_changes_nothing(news: list[PaymentStatus], data: st.DataObject) -> None:
    repeated = [told for told in news for _ in range(data.draw(st.integers(1, 3)))]
    assert after(data.draw(st.permutations(repeated))) is after(news)
    assert after([*repeated, *news]) is after(news)


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


@pytest.mark.parametrize(
    ("moved", "expected"),
    [
        ([(25_000, 0)], S.SUCCEEDED),
        ([(25_000, 1)], S.PARTIALLY_REFUNDED),
        ([(25_000, 24_999)], S.PARTIALLY_REFUNDED),
        ([(25_000, 25_000)], S.REFUNDED),
        ([(25_000, 25_000), (25_000, 0)], S.PARTIALLY_REFUNDED),
        ([(25_000, 25_000), (100, 100)], S.REFUNDED),
    ],
)
def test_a_payment_stands_where_its_money_is(moved: list[tuple[int, int]], expected: PaymentStatus) -> None:
    assert standing(moved) is expected


@given(MOVED)
def test_it_is_refunded_when_nothing_of_it_is_left_and_not_before(moved: list[tuple[int, int]]) -> None:
    came, back = (sum(part) for part in zip(*moved, strict=True))
    assert (standing(moved) is S.REFUNDED) is (came == back)
    assert (standing(moved) is S.SUCCEEDED) is (back == 0)
