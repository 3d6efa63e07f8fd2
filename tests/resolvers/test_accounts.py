"""Making an account: one per address, always a customer, all or nothing."""

import asyncio
import logging

import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor, Role
from domain.accounts import Registration
from domain.problems import EmailTaken, InvalidInput
from models.audit_log import AuditEntry
from models.users import Session, User
from resolvers import accounts
from resolvers.callers import authenticate
from resolvers.sessions import Device, LoggedIn
from tests.databases import Database
from tests.factories.users import actor_of, make_customer, make_staff

ANA = Registration(" Ana Ruiz ", "Ana@Example.com", "popcorn-ana")
PHONE = Device("A phone", "192.0.2.7")


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


async def rows() -> tuple[int, int]:
    return await User.all().count(), await Session.all().count()


async def test_a_new_person_is_a_customer_and_logged_in(adapters: Adapters) -> None:
    before = clock.now()
    given = await accounts.register(ANA, adapters=adapters, device=PHONE)
    user = await User.get()
    assert (user.name, user.email, user.phone) == ("Ana Ruiz", "ana@example.com", None)
    assert user.roles == {Role.CUSTOMER}
    assert user.created_at >= before
    assert user.password_hash is not None
    assert "popcorn" not in user.password_hash
    assert given.user.id == user.id
    session = await Session.get()
    assert (session.user_id, session.device, session.address) == (user.id, "A phone", "192.0.2.7")
    assert (session.generation, session.ended_at) == (0, None)
    caller = await authenticate(given.access_token, adapters.tokens, clock.now())
    assert caller is not None
    assert caller.actor == Actor(user.id, frozenset({Role.CUSTOMER}), session.id)
    assert caller.expires_at == given.access_token_expires_at


async def test_a_registration_that_is_wrong_changes_nothing(adapters: Adapters) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await accounts.register(Registration("", "ana", "short"), adapters=adapters, device=PHONE)
    assert [field.path for field in refusal.value.fields] == [("name",), ("email",), ("password",)]
    assert await rows() == (0, 0)


async def test_a_taken_address_is_refused_however_it_is_written(adapters: Adapters) -> None:
    first = await accounts.register(ANA, adapters=adapters, device=PHONE)
    for email in ("ana@example.com", "ANA@EXAMPLE.COM", " ana@example.com "):
        with pytest.raises(EmailTaken):
            await accounts.register(Registration("Eve", email, "popcorn-eve"), adapters=adapters, device=PHONE)
    assert await rows() == (1, 1)
    kept = await User.get()
    assert (kept.name, kept.password_hash) == ("Ana Ruiz", first.user.password_hash)


async def test_of_ten_at_once_with_one_address_one_has_it(adapters: Adapters) -> None:
    rivals = [Registration(f"Ana {number}", ANA.email, f"popcorn-{number}") for number in range(10)]
    outcomes = await asyncio.gather(
        *(accounts.register(rival, adapters=adapters, device=PHONE) for rival in rivals), return_exceptions=True
    )
    winners = [outcome for outcome in outcomes if isinstance(outcome, LoggedIn)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, EmailTaken)]
    assert (len(winners), len(losers)) == (1, 9)
    assert await rows() == (1, 1)
    assert (await User.get()).id == winners[0].user.id


async def test_odd_devices_are_kept_as_far_as_they_can_be(adapters: Adapters) -> None:
    await accounts.register(ANA, adapters=adapters, device=Device("a\x00b\x7f" + "c" * 1_000, "d" * 100))
    session = await Session.get()
    assert session.device == "ab" + "c" * 298
    assert session.address == "d" * 64


async def test_me_is_whoever_asks(database: Database) -> None:
    ana = await make_customer()
    assert await accounts.me(actor_of(ana)) == ana
    assert await accounts.me(Actor.anonymous()) is None


async def test_people_may_be_looked_up_by_themselves_and_administrators(database: Database) -> None:
    ana, ben, admin = await make_customer(), await make_customer("Ben"), await make_staff(Role.ADMIN)
    assert await accounts.one(actor_of(ana), ana.id) == ana
    assert await accounts.one(actor_of(ben), ana.id) is None
    assert await accounts.one(actor_of(await make_staff(Role.MANAGER)), ana.id) is None
    assert await accounts.one(actor_of(admin), ana.id) == ana
    assert await accounts.one(Actor.anonymous(), ana.id) is None


async def test_an_administrator_is_made_or_appointed(adapters: Adapters) -> None:
    made = await accounts.register_administrator(ANA, adapters.passwords)
    assert (made.roles, made.is_staff) == ({Role.SUPER_ADMIN}, True)
    assert await rows() == (1, 0)
    ben = await make_customer("Ben")
    assert ben.email is not None
    appointed = await accounts.appoint_administrator(ben.email.upper())
    assert appointed is not None
    assert (await User.get(id=ben.id)).roles == {Role.CUSTOMER, Role.SUPER_ADMIN}
    assert await accounts.appoint_administrator("nobody@example.com") is None
    assert await accounts.appoint_administrator("nobody") is None
    entries = await AuditEntry.all().order_by("number")
    told = [(entry.action, entry.subject_id, entry.user_id, entry.after) for entry in entries]
    assert told == [
        ("CREATE_ADMIN", made.id, None, {"roles": ["SUPER_ADMIN"]}),
        ("CREATE_ADMIN", ben.id, None, {"roles": ["CUSTOMER", "SUPER_ADMIN"]}),
    ]


async def test_no_log_tells_what_people_typed(adapters: Adapters, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(2):
        try:
            given = await accounts.register(ANA, adapters=adapters, device=PHONE)
        except EmailTaken:
            logging.getLogger(__name__).info("refused")
    assert "refused" in caplog.text
    for secret in ("popcorn", "example.com", given.access_token, given.refresh_token):
        assert secret not in caplog.text.lower()
