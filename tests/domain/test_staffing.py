"""Who decides over whom: tried with every pair of people there can be."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as some

from domain.access import POSTED, Role, works_here
from domain.problems import InvalidInput, InvitationOver, StaffingRefused
from domain.staffing import (
    LONGEST_REASON,
    POWERFUL,
    InvitationStatus,
    Member,
    check_gift,
    check_invited_roles,
    check_open,
    check_posting,
    check_reason,
    check_roles,
    check_somebody_is_left,
    check_touch,
    check_wanted_roles,
    loses,
    names_of,
    status_of,
)

ME, ANOTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
SETS = [frozenset(each) for size in range(len(Role) + 1) for each in combinations(Role, size)]
roles = some.sampled_from(SETS)


def is_refused(check: object, *given: object) -> bool:
    assert callable(check)
    try:
        check(*given)
    except StaffingRefused:
        return True
    return False


@given(mine=roles, theirs=roles, wanted=roles)
def test_roles_are_given_by_those_who_stand_above_them(
    mine: frozenset[Role], theirs: frozenset[Role], wanted: frozenset[Role]
) -> None:
    decider, person = Member(ME, mine), Member(ANOTHER, theirs)
    is_about_power = bool((theirs | (theirs ^ wanted)) & POWERFUL)
    assert is_refused(check_roles, decider, person, wanted) == (is_about_power and Role.SUPER_ADMIN not in mine)
    assert is_refused(check_touch, decider, person) == (bool(theirs & POWERFUL) and Role.SUPER_ADMIN not in mine)
    assert is_refused(check_gift, decider, wanted) == (bool(wanted & POWERFUL) and Role.SUPER_ADMIN not in mine)


@given(mine=roles, wanted=roles)
def test_nobody_decides_over_themselves(mine: frozenset[Role], wanted: frozenset[Role]) -> None:
    myself = Member(ME, mine)
    assert is_refused(check_touch, myself, myself)
    assert is_refused(check_roles, myself, myself, wanted)


@given(held=roles, venues=some.sets(some.uuids(), max_size=3))
def test_only_those_whose_rights_are_of_venues_are_posted_to_any(held: frozenset[Role], venues: set[UUID]) -> None:
    assert is_refused(check_posting, held, venues) == (bool(venues) and not held & POSTED)


@given(before=roles, after=roles)
def test_whoever_keeps_all_they_had_loses_nothing(before: frozenset[Role], after: frozenset[Role]) -> None:
    assert loses(before, after) == (not before <= after)


@given(held=roles)
def test_customers_do_not_work_here(held: frozenset[Role]) -> None:
    assert works_here(held) == any(role is not Role.CUSTOMER for role in held)


def test_the_last_one_stays() -> None:
    assert [is_refused(check_somebody_is_left, others) for others in (0, 1, 2)] == [True, False, False]


def test_names_of_roles_are_in_order() -> None:
    assert names_of({Role.STAFF, Role.ADMIN, Role.CUSTOMER}) == ["ADMIN", "CUSTOMER", "STAFF"]


def test_everybody_has_a_role_and_whoever_is_invited_one_that_works_here() -> None:
    assert check_wanted_roles([Role.CUSTOMER, Role.CUSTOMER]) == {Role.CUSTOMER}
    assert check_invited_roles([Role.CUSTOMER, Role.STAFF]) == {Role.CUSTOMER, Role.STAFF}
    for check, wrong in ((check_wanted_roles, []), (check_invited_roles, []), (check_invited_roles, [Role.CUSTOMER])):
        with pytest.raises(InvalidInput) as refusal:
            check(wrong)
        assert [field.path for field in refusal.value.fields] == [("roles",)]


def test_a_reason_says_something_but_not_everything() -> None:
    assert check_reason("  Chargebacks ") == "Chargebacks"
    assert check_reason("x" * LONGEST_REASON) == "x" * LONGEST_REASON
    for wrong in ("", "   ", "x" * (LONGEST_REASON + 1), "a\0b"):
        with pytest.raises(InvalidInput):
            check_reason(wrong)


moments = some.none() | some.datetimes(timezones=some.just(UTC))


@given(accepted=moments, withdrawn=moments, left=some.integers(-100, 100))
def test_an_invitation_is_open_until_it_is_accepted_withdrawn_or_expired(
    accepted: datetime | None, withdrawn: datetime | None, left: int
) -> None:
    status = status_of(NOW + timedelta(seconds=left), accepted, withdrawn, NOW)
    assert (status is InvitationStatus.OPEN) == (accepted is None and withdrawn is None and left > 0)
    if status is InvitationStatus.OPEN:
        check_open(status)
    else:
        with pytest.raises(InvitationOver, match=status.value.lower()):
            check_open(status)


def test_people_are_told_apart_by_who_they_are() -> None:
    assert Member(ME) != Member(uuid4())
