"""Serving customers: who is found by whom, for whom one may act, and accounts opened for those who ask."""

from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest

import clock
from domain.access import Actor, Permission, Role
from domain.problems import EmailTaken, InvalidInput, PhoneTaken
from domain.wrong_calls import Forbidden, NotFound, Unauthenticated
from models.audit_log import AuditEntry
from models.users import User
from resolvers import accounts, service
from resolvers.service import Sought
from tests.databases import Database
from tests.factories.sale import Sale
from tests.factories.users import actor_of, make_customer, make_staff, post
from tests.factories.venues import make_venue
from tests.races.rivals import race
from tests.resolvers.refusals import refused

EVERYBODY = Sought()


@pytest.fixture
async def cleo(database: Database) -> Actor:
    """A concierge, in a session."""
    return replace(actor_of(await make_staff(Role.CONCIERGE, "Cleo")), session_id=uuid4(), address="192.0.2.1")


async def names(actor: Actor, sought: Sought = EVERYBODY) -> list[str]:
    page = await service.find(actor, sought, 100, None)
    assert await page.count() == len(page.rows)
    return sorted(row.name for row in page.rows)


async def test_a_concierge_finds_customers_and_an_administrator_everybody(cleo: Actor) -> None:
    ada, sam = actor_of(await make_staff(Role.ADMIN, "Ada")), await make_staff(Role.STAFF, "Sam")
    ana, ben, gone = await make_customer("Ana"), await make_customer("Ben"), await make_customer("Gone")
    await User.filter(id=gone.id).update(deleted_at=clock.now())
    assert await names(cleo) == ["Ana", "Ben", "Cleo"]
    assert await names(ada) == ["Ada", "Ana", "Ben", "Cleo", "Sam"]
    assert [await accounts.one(cleo, user.id) for user in (ana, ben, sam, gone)] == [ana, ben, None, None]
    assert await accounts.one(ada, sam.id) == sam
    for role in set(Role) - {Role.CONCIERGE, Role.ADMIN, Role.SUPER_ADMIN}:
        assert await names(actor_of(await make_staff(role, "Max"))) == ["Max"]


async def test_people_are_found_by_any_part_of_what_is_known_of_them(cleo: Actor) -> None:
    ada, venue = actor_of(await make_staff(Role.ADMIN, "Ada")), await make_venue()
    ana, sam = await make_customer("Ána Ruíz"), await make_staff(Role.STAFF, "Sam")
    ana.phone = "+84912345678"
    await ana.save()
    await post(sam.id, venue.id)
    await User.filter(id=ana.id).update(locked_at=clock.now())
    both = await make_staff(Role.CUSTOMER, "Both")
    both.role_names = ["CUSTOMER", "STAFF"]
    await both.save()
    for text in ("ána", "RUÍZ", str(ana.email), "912345", " ána r"):
        assert await names(ada, Sought(text=text)) == ["Ána Ruíz"]
    assert await names(ada, Sought(text="nobody")) == await names(ada, Sought(text="\0")) == []
    for wild in ("%", "_", "a%a", "\\"):
        assert await names(ada, Sought(text=wild)) == []
    assert await names(ada, Sought(role=Role.STAFF)) == ["Both", "Sam"]
    assert await names(ada, Sought(role=Role.ADMIN)) == ["Ada"]
    assert await names(ada, Sought(role=Role.SUPER_ADMIN)) == []
    assert await names(ada, Sought(role=Role.CUSTOMER)) == ["Both", "Ána Ruíz"]
    assert await names(cleo, Sought(role=Role.STAFF)) == []
    assert await names(ada, Sought(venue_id=venue.id)) == ["Sam"]
    assert await names(ada, Sought(venue_id=service.NOWHERE)) == []
    assert await names(ada, Sought(is_locked=True)) == ["Ána Ruíz"]
    assert await names(ada, Sought(is_locked=False)) == ["Ada", "Both", "Cleo", "Sam"]
    assert await names(ada, Sought(text="a", role=Role.STAFF, venue_id=venue.id, is_locked=False)) == ["Sam"]


async def test_whoever_acts_for_a_customer_has_that_customer_s_rights_and_names_both(cleo: Actor) -> None:
    ana = await make_customer()
    served = await service.in_place_of(cleo, ana.id)
    assert (served.user_id, served.served_by, served.session_id) == (ana.id, cleo.user_id, cleo.session_id)
    assert (served.address, served.venues) == ("192.0.2.1", frozenset())
    own = {Permission.BOOKING_READ, Permission.BOOKING_WRITE, Permission.HOLD_WRITE, Permission.PAYMENT_START}
    assert {permission for permission in Permission if served.may(permission)} == own
    await refused(Forbidden, lambda: service.in_place_of(served, ana.id))  # nobody acts for another through a third


async def test_one_acts_for_living_customers_only(cleo: Actor) -> None:
    for role in set(Role) - {Role.CUSTOMER}:
        user = await make_staff(role)
        await refused(NotFound, partial(service.in_place_of, cleo, user.id))
        user.role_names = ["CUSTOMER", role.value]
        await user.save()
        await refused(NotFound, partial(service.in_place_of, cleo, user.id))
    for gone in ({"locked_at": clock.now()}, {"deleted_at": clock.now()}):
        ana = await make_customer()
        await User.filter(id=ana.id).update(**gone)
        await refused(NotFound, partial(service.in_place_of, cleo, ana.id))
    for nobody in (None, uuid4(), cleo.user_id):
        await refused(NotFound, partial(service.in_place_of, cleo, nobody))


async def test_only_those_who_serve_act_for_others(database: Database) -> None:
    ana = await make_customer()
    for role in set(Role) - {Role.CONCIERGE, Role.ADMIN, Role.SUPER_ADMIN}:
        actor = actor_of(await make_staff(role))
        await refused(Forbidden, partial(service.in_place_of, actor, ana.id))
    await refused(Unauthenticated, lambda: service.in_place_of(Actor.anonymous(), ana.id))


async def test_what_is_bought_for_a_customer_is_theirs_and_the_trace_names_both(sale: Sale, cleo: Actor) -> None:
    served = await service.in_place_of(cleo, (await make_customer("Cora")).id)
    booking = await sale.book_hold((await sale.hold("A1", actor=served, key="k")).id, actor=served)
    assert booking.user_id == served.user_id
    # A key belongs to the customer: the concierge's own is another.
    assert (await sale.hold("A2", actor=cleo, key="k")).user_id == cleo.user_id
    entry = await AuditEntry.get(subject_id=booking.id, action="CREATE_BOOKING")
    assert (entry.user_id, entry.served_id, entry.session_id) == (cleo.user_id, served.user_id, cleo.session_id)


async def test_an_account_is_opened_for_a_customer(cleo: Actor) -> None:
    cora = await service.create_customer(cleo, " Cora ", "Cora@Example.com", "+84 912 345 678", key="k")
    assert (cora.name, cora.email, cora.phone) == ("Cora", "cora@example.com", "+84912345678")
    assert (cora.roles, cora.password_hash, cora.email_verified_at) == ({Role.CUSTOMER}, None, None)
    assert await names(cleo, Sought(text="912345678")) == ["Cora"]
    entry = await AuditEntry.get(action="CREATE_CUSTOMER")
    assert (entry.user_id, entry.subject_id, entry.after) == (cleo.user_id, cora.id, {"email": True, "phone": True})
    assert (await service.create_customer(cleo, "Cora", "cora@example.com", "+84912345678", key="k")).id == cora.id
    await refused(EmailTaken, lambda: service.create_customer(cleo, "Cora", "CORA@example.com", None))
    await refused(PhoneTaken, lambda: service.create_customer(cleo, "Cora", None, "+84912345678"))
    await refused(PhoneTaken, lambda: service.create_customer(cleo, "Cora", "other@example.com", "+84912345678"))
    without = await service.create_customer(cleo, "Dora", None, "+84912345679")
    assert (without.email, (await service.create_customer(cleo, "Eve", "eve@example.com", None)).phone) == (None, None)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("", "cora@example.com", None), ["name"]),
        (("Cora", None, None), ["phone"]),
        (("Cora", "", ""), ["phone"]),
        (("Cora", "cora", None), ["email"]),
        (("Cora", "cora@example.com", "12345"), ["phone"]),
        (("", "cora", None), ["name", "email"]),
    ],
)
async def test_a_customer_has_a_name_and_can_be_reached(
    cleo: Actor, given: tuple[str, str | None, str | None], named: list[str]
) -> None:
    problem = await refused(InvalidInput, lambda: service.create_customer(cleo, *given))
    assert [field.path for field in problem.fields] == [(name,) for name in named]


async def test_of_two_who_open_one_account_at_once_one_does(cleo: Actor) -> None:
    attempts = [partial(service.create_customer, cleo, "Cora", "cora@example.com", None) for _ in range(5)]
    outcomes = await race(attempts)
    assert sorted(type(each).__name__ for each in outcomes) == ["EmailTaken"] * 4 + ["User"]
