"""The life of a booking, when it may be cancelled, and what it is called."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from domain.access import Actor, Role
from domain.bookings import (
    MOVES,
    REFERENCE_LETTERS,
    BookingStatus,
    check_cancellable,
    check_may_change,
    may_become,
    may_refund_freely,
    new_reference,
    normal_reference,
    status_at,
)
from domain.problems import CancellationRefused
from domain.wrong_calls import Forbidden

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
FAR = NOW + timedelta(days=1)


def test_the_moves_of_a_booking_and_no_others() -> None:
    allowed = {
        ("PENDING", "CONFIRMED"),
        ("PENDING", "CANCELLED"),
        ("PENDING", "EXPIRED"),
        ("CONFIRMED", "CANCELLED"),
        ("CONFIRMED", "COMPLETED"),
        ("EXPIRED", "CONFIRMED"),
    }
    found = {
        (before.value, after.value) for before, after in product(BookingStatus, repeat=2) if may_become(before, after)
    }
    assert found == allowed
    assert set(MOVES) == set(BookingStatus)


def test_what_is_cancelled_or_completed_stays_so() -> None:
    assert {status for status in BookingStatus if not MOVES[status]} == {
        BookingStatus.CANCELLED,
        BookingStatus.COMPLETED,
    }


@pytest.mark.parametrize(
    ("status", "expires_at", "ends_at", "expected"),
    [
        (BookingStatus.PENDING, NOW + INSTANT, FAR, BookingStatus.PENDING),
        (BookingStatus.PENDING, NOW, FAR, BookingStatus.EXPIRED),
        (BookingStatus.CONFIRMED, NOW, FAR, BookingStatus.CONFIRMED),
        (BookingStatus.CONFIRMED, NOW, NOW + INSTANT, BookingStatus.CONFIRMED),
        (BookingStatus.CONFIRMED, NOW, NOW, BookingStatus.COMPLETED),
        (BookingStatus.CANCELLED, NOW, NOW, BookingStatus.CANCELLED),
        (BookingStatus.EXPIRED, NOW, NOW, BookingStatus.EXPIRED),
    ],
)
def test_a_booking_at_a_moment(
    status: BookingStatus, expires_at: datetime, ends_at: datetime, expected: BookingStatus
) -> None:
    assert status_at(status, expires_at, ends_at, NOW) is expected


@pytest.mark.parametrize("status", [BookingStatus.PENDING, BookingStatus.CONFIRMED])
def test_a_booking_that_is_not_over_can_be_cancelled(status: BookingStatus) -> None:
    check_cancellable(status, used=False)


@pytest.mark.parametrize("status", [BookingStatus.CANCELLED, BookingStatus.EXPIRED, BookingStatus.COMPLETED])
def test_there_is_nothing_to_cancel_any_more(status: BookingStatus) -> None:
    with pytest.raises(CancellationRefused, match=f"is {status.value.lower()}; there is nothing to cancel"):
        check_cancellable(status, used=False)


def test_a_used_ticket_cannot_be_given_back() -> None:
    with pytest.raises(CancellationRefused, match="has been used"):
        check_cancellable(BookingStatus.CONFIRMED, used=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("K7QX3M", "K7QX3M"), (" k7qx3m ", "K7QX3M"), ("K7QX3", None), ("K7QX3MM", None), ("K7QX30", None), ("", None)],
)
def test_a_reference_is_typed_in_any_case(typed: str, kept: str | None) -> None:
    assert normal_reference(typed) == kept


def test_to_see_a_booking_is_not_to_be_allowed_to_change_it() -> None:
    owner = uuid4()
    for role in Role:
        check_may_change(Actor(owner, frozenset({role})), owner)
        if role in (Role.ADMIN, Role.SUPER_ADMIN):
            check_may_change(Actor(uuid4(), frozenset({role})), owner)
        else:
            with pytest.raises(Forbidden):
                check_may_change(Actor(uuid4(), frozenset({role})), owner)
    check_may_change(Actor.system(), owner)


def test_who_may_give_money_back_above_the_policy() -> None:
    here, there = uuid4(), uuid4()
    people = {role: Actor(uuid4(), frozenset({role}), venues=frozenset({here})) for role in Role}
    freely = {venue: {role for role in Role if may_refund_freely(people[role], venue)} for venue in (here, there)}
    assert freely == {here: {Role.MANAGER, Role.ADMIN, Role.SUPER_ADMIN}, there: {Role.ADMIN, Role.SUPER_ADMIN}}


def test_a_reference_has_six_letters_none_of_which_looks_like_another() -> None:
    references = [new_reference() for _ in range(5_000)]
    assert {len(reference) for reference in references} == {6}
    assert set("".join(references)) == set(REFERENCE_LETTERS)
    assert not set(REFERENCE_LETTERS) & set("0O1I")
    assert len(REFERENCE_LETTERS) == len(set(REFERENCE_LETTERS)) == 32
    assert len(set(references)) > 4_990
