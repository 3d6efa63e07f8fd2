"""Who may do what: the whole table."""

from uuid import uuid4

import pytest

from domain.access import PERMISSIONS, Actor, Permission, Role

pytestmark = pytest.mark.once

BUYING = {"booking:read", "booking:write", "hold:write", "payment:start"}
CUSTOMER = BUYING | {"profile:read", "profile:write", "session:end"}
SERVING = CUSTOMER | {"booking:search", "payment:settle"}
MANAGING = {"audit-log:read", "movie:write", "payment:read", "payment:refund", "report:read", "showtime:write"}
ALL = {permission.value for permission in Permission}
TABLE = {
    Role.CUSTOMER: CUSTOMER,
    Role.STAFF: SERVING,
    Role.CONCIERGE: SERVING | {"customer:serve", "user:read"},
    Role.EDITOR: CUSTOMER | {"movie:write"},
    Role.MANAGER: SERVING | MANAGING,
    Role.ADMIN: ALL,
    Role.SUPER_ADMIN: ALL,
}
HERE, THERE = uuid4(), uuid4()


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_exactly_this(role: Role) -> None:
    actor = Actor(user_id=uuid4(), roles=frozenset({role}))
    assert {permission.value for permission in Permission if actor.may(permission)} == TABLE[role]


def test_several_roles_add_up_and_no_role_is_nothing() -> None:
    both = Actor(user_id=uuid4(), roles=frozenset({Role.STAFF, Role.EDITOR}))
    assert both.permissions == PERMISSIONS[Role.STAFF] | PERMISSIONS[Role.EDITOR]
    assert Actor(user_id=uuid4()).permissions == frozenset()


def test_an_anonymous_viewer_may_nothing_and_the_system_everything() -> None:
    assert not any(Actor.anonymous().may(permission) for permission in Permission)
    assert all(Actor.system().may(permission) for permission in Permission)
    assert Actor.anonymous().user_id is Actor.system().user_id is None


def test_rights_are_named_noun_and_verb_and_kept_in_order() -> None:
    names = [permission.value for permission in Permission]
    assert names == sorted(names)
    assert all(name.count(":") == 1 for name in names)
    assert [permission.name for permission in Permission] == [
        name.upper().replace(":", "_").replace("-", "_") for name in names
    ]


@pytest.mark.parametrize("role", Role)
def test_staff_and_managers_have_their_rights_at_their_venues_and_others_everywhere(role: Role) -> None:
    actor = Actor(user_id=uuid4(), roles=frozenset({role}), venues=frozenset({HERE}))
    posted = role in {Role.STAFF, Role.MANAGER}
    for permission in Permission:
        holds = permission.value in TABLE[role]
        assert actor.may_at(permission, HERE) is holds
        assert actor.may_at(permission, THERE) is (holds and not posted)
        assert actor.reach(permission) == ((frozenset({HERE}) if posted else None) if holds else frozenset())


def test_a_wider_role_reaches_further_than_a_posting() -> None:
    both = Actor(user_id=uuid4(), roles=frozenset({Role.STAFF, Role.CONCIERGE}), venues=frozenset({HERE}))
    assert both.reach(Permission.BOOKING_SEARCH) is None
    assert Actor(user_id=uuid4(), roles=frozenset({Role.MANAGER})).reach(Permission.PAYMENT_READ) == frozenset()


def test_who_acts_for_a_customer_may_buy_for_them_and_nothing_else() -> None:
    customer = Actor(user_id=uuid4(), roles=frozenset({Role.ADMIN}), served_by=uuid4())
    assert {permission.value for permission in Permission if customer.may(permission)} == BUYING
    assert customer.reach(Permission.USER_WRITE) == frozenset()


def test_the_system_reaches_everything_and_nobody_nothing() -> None:
    assert all(Actor.system().reach(permission) is None for permission in Permission)
    assert all(Actor.anonymous().reach(permission) == frozenset() for permission in Permission)
