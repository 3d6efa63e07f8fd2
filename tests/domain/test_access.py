"""Who may do what: the whole table."""

from uuid import uuid4

import pytest

from domain.access import PERMISSIONS, Actor, Permission, Role

pytestmark = pytest.mark.once

BUYING = {"booking:read", "booking:write", "hold:write", "payment:start", "session:end"}
SERVING = BUYING | {"booking:search", "payment:settle"}
ALL = {permission.value for permission in Permission}
TABLE = {
    Role.CUSTOMER: BUYING,
    Role.STAFF: SERVING,
    Role.CONCIERGE: SERVING,
    Role.EDITOR: BUYING | {"movie:write"},
    Role.MANAGER: SERVING | {"movie:write", "payment:read", "payment:refund", "report:read", "showtime:write"},
    Role.ADMIN: ALL,
    Role.SUPER_ADMIN: ALL,
}


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
