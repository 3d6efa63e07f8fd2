"""The house asks some roles for a second factor: whoever owes one has a customer's rights until it is set up."""

from uuid import UUID, uuid4

import pyotp
import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor, Permission, Role
from domain.problems import InvalidInput
from models.audit_log import AuditEntry
from models.staff import HouseRule, Posting
from models.users import Session, User
from resolvers import second_factors
from tests.databases import Database
from tests.factories.users import actor_of, make_staff, make_user
from tests.factories.venues import make_venue


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


async def session_of(user: User) -> UUID:
    now = clock.now()
    session = await Session.create(created_at=now, user_id=user.id, used_at=now, expires_at=now.replace(year=2999))
    return session.id


async def seen(session_id: UUID) -> Actor:
    actor = await Session.owner(session_id, clock.now())
    assert actor is not None
    return actor


async def set_up(user: User, adapters: Adapters) -> list[str]:
    secret = (await second_factors.start(actor_of(user), adapters)).secret
    return await second_factors.confirm(actor_of(user), pyotp.TOTP(secret).at(clock.now()), adapters)


async def test_without_a_rule_everybody_has_their_rights(database: Database) -> None:
    sam, venue = await make_staff(Role.MANAGER), await make_venue()
    await Posting.create(created_at=clock.now(), user=sam, venue=venue)
    session_id = await session_of(sam)
    assert await seen(session_id) == Actor(sam.id, frozenset({Role.MANAGER}), session_id, venues=frozenset({venue.id}))


async def test_who_owes_a_second_factor_is_a_customer_until_it_is_set_up(adapters: Adapters) -> None:
    admin, sam, venue = await make_staff(Role.ADMIN), await make_user(Role.MANAGER, Role.CUSTOMER), await make_venue()
    await Posting.create(created_at=clock.now(), user=sam, venue=venue)
    session_id = await session_of(sam)
    whole = await seen(session_id)
    assert await second_factors.require(actor_of(admin), [Role.MANAGER, Role.STAFF]) == [Role.STAFF, Role.MANAGER]

    narrowed = await seen(session_id)
    assert (narrowed.roles, narrowed.venues) == (frozenset({Role.CUSTOMER}), frozenset())
    assert narrowed.permissions == Actor(roles=frozenset({Role.CUSTOMER})).permissions
    assert narrowed.may(Permission.PROFILE_WRITE)
    assert not narrowed.may(Permission.REPORT_READ)
    assert narrowed.lacks_only_a_second_factor(Permission.REPORT_READ)
    assert not narrowed.lacks_only_a_second_factor(Permission.HOUSE_WRITE)

    started = await second_factors.start(actor_of(sam), adapters)
    assert await seen(session_id) == narrowed
    await second_factors.confirm(actor_of(sam), pyotp.TOTP(started.secret).at(clock.now()), adapters)
    assert await seen(session_id) == whole


async def test_other_roles_are_left_alone(adapters: Adapters) -> None:
    admin = await make_staff(Role.ADMIN)
    await second_factors.require(actor_of(admin), [Role.STAFF])
    for role in set(Role) - {Role.STAFF}:
        user = await make_user(role)
        assert (await seen(await session_of(user))).roles == {role}
    both = await seen(await session_of(await make_user(Role.STAFF, Role.ADMIN)))
    assert (both.roles, both.withheld) == ({Role.CUSTOMER}, {Role.STAFF, Role.ADMIN})


async def test_the_rule_can_be_changed_and_withdrawn_and_leaves_its_trace(adapters: Adapters) -> None:
    admin, sam = await make_staff(Role.ADMIN), await make_staff(Role.STAFF)
    session_id = await session_of(sam)
    assert await second_factors.required_roles() == []
    for roles in ([Role.STAFF, Role.STAFF], [Role.ADMIN], []):
        await second_factors.require(actor_of(admin), roles)
    assert (await seen(session_id)).roles == {Role.STAFF}
    assert (await second_factors.required_roles(), await HouseRule.all().count()) == ([], 1)
    entries = await AuditEntry.filter(action="REQUIRE_SECOND_FACTOR").order_by("number")
    assert [(entry.before["roles"], entry.after["roles"]) for entry in entries] == [
        ([], ["STAFF"]),
        (["STAFF"], ["ADMIN"]),
        (["ADMIN"], []),
    ]
    assert {entry.user_id for entry in entries} == {admin.id}


async def test_customers_cannot_be_made_to(adapters: Adapters) -> None:
    admin = await make_staff(Role.ADMIN)
    with pytest.raises(InvalidInput):
        await second_factors.require(actor_of(admin), [Role.CUSTOMER, Role.STAFF])
    assert (await second_factors.required_roles(), await AuditEntry.all().count()) == ([], 0)


async def test_how_people_stand_is_told_for_many_at_once(adapters: Adapters) -> None:
    admin, sam, ana = await make_staff(Role.ADMIN), await make_staff(Role.STAFF), await make_user(Role.CUSTOMER)
    await second_factors.require(actor_of(admin), [Role.STAFF])
    await set_up(ana, adapters)
    await second_factors.start(actor_of(sam), adapters)
    found = await second_factors.standing_of([admin.id, sam.id, ana.id, uuid4()])
    assert {id: (each.enabled, each.needed, each.recovery_codes_left) for id, each in found.items()} == {
        admin.id: (False, False, 0),
        sam.id: (False, True, 0),
        ana.id: (True, False, 10),
    }
