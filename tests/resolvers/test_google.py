"""Signing in with Google: one account for one person, linked where both sides are proved, and never taken over."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pyotp
import pytest

import clock
from adapters import Adapters, adapters_from
from domain.accounts import WayIn
from domain.problems import EmailUnverified, GoogleRefused, InvalidCredentials, LastWayIn, NotOffered
from models.audit_log import AuditEntry
from models.tasks import QueuedTask
from models.users import Session, User
from models.ways_in import Identity
from resolvers import google, second_factors, sessions
from resolvers.sessions import Device, LoggedIn
from settings import Settings
from tests.databases import Database
from tests.doubles.google import GoogleServer
from tests.factories.users import PASSWORD, actor_of, make_customer

PHONE = Device("A phone", "192.0.2.9")
EMAIL = "ana@example.com"


@dataclass
class Door:
    """Our side and Google's."""

    adapters: Adapters
    server: GoogleServer

    async def sign_in(self, second_factor: str | None = None, **claims: object) -> LoggedIn:
        token = self.server.id_token(**claims)
        return await google.sign_in(token, None, adapters=self.adapters, device=PHONE, second_factor=second_factor)

    async def link(self, user: User, **claims: object) -> User:
        return await google.link(actor_of(user), self.server.id_token(**claims), None, adapters=self.adapters)


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    server = GoogleServer()
    async with server.serving():
        given = {name.lower(): value for name, value in server.settings_env().items()}
        adapters = adapters_from(database.settings.model_copy(update=given))
        async with adapters.http:
            yield Door(adapters, server)


async def ana_with(door: Door, *, verified: bool) -> User:
    """Somebody who registered with a password."""
    ana = await make_customer(password_hash=await door.adapters.passwords.hash(PASSWORD))
    ana.email, ana.email_verified_at = EMAIL, clock.now() if verified else None
    await ana.save()
    return ana


async def everything() -> dict[str, list[dict[str, object]]]:
    tables = (AuditEntry, Identity, QueuedTask, Session, User)
    return {table.__name__: await table.all().order_by("id").values() for table in tables}


async def noticed() -> list[str]:
    return [task.body["notice"] for task in await QueuedTask.filter(kind="send-notice")]


async def test_who_comes_first_gets_an_account_of_a_customer(door: Door) -> None:
    given = await door.sign_in(name="Ana Ruiz")
    user = await User.get()
    assert given.user == user
    assert (user.name, user.email, user.role_names, user.password_hash) == ("Ana Ruiz", EMAIL, ["CUSTOMER"], None)
    assert user.email_verified_at is not None
    session, identity = await Session.get(), await Identity.get()
    assert (session.way_in, session.device, session.address) == (WayIn.GOOGLE, "A phone", "192.0.2.9")
    assert (identity.user_id, identity.provider, identity.email) == (user.id, "GOOGLE", EMAIL)
    assert await noticed() == []


async def test_who_comes_again_is_the_same_person_whatever_their_address_is_now(door: Door) -> None:
    first = await door.sign_in()
    again = await door.sign_in(email="ana@elsewhere.example")
    assert again.user == first.user
    assert (await User.get()).email == EMAIL
    assert (await Identity.all().count(), await Session.all().count()) == (1, 2)


async def test_an_account_with_the_same_verified_address_is_linked_and_told(door: Door) -> None:
    ana = await ana_with(door, verified=True)
    assert (await door.sign_in()).user.id == ana.id
    assert (await Identity.get()).user_id == ana.id
    assert await noticed() == ["GOOGLE_LINKED"]
    assert [entry.action for entry in await AuditEntry.all().order_by("number")] == ["LOG_IN", "LINK_GOOGLE"]
    assert (await door.sign_in()).user.id == ana.id
    assert await noticed() == ["GOOGLE_LINKED"]
    assert (await sessions.log_in(EMAIL, PASSWORD, adapters=door.adapters, device=PHONE)).user.id == ana.id


async def test_an_account_with_the_same_unverified_address_is_never_taken_over(door: Door) -> None:
    """Somebody may have registered with another's address, to wait for them with a password that both know."""
    await ana_with(door, verified=False)
    before = await everything()
    with pytest.raises(EmailUnverified) as refusal:
        await door.sign_in()
    assert "verify it or reset its password first" in refusal.value.message
    assert await everything() == before


async def test_an_address_that_google_has_not_verified_opens_nothing(door: Door) -> None:
    await ana_with(door, verified=True)
    before = await everything()
    for email in (EMAIL, "new@example.com"):
        with pytest.raises(GoogleRefused):
            await door.sign_in(email=email, email_verified=False)
    assert await everything() == before


async def test_an_account_linked_to_one_google_account_is_closed_to_another(door: Door) -> None:
    await door.sign_in(sub="1")
    before = await everything()
    with pytest.raises(GoogleRefused, match="Another Google account is linked"):
        await door.sign_in(sub="2")
    assert await everything() == before


async def test_ten_who_come_first_at_once_are_one_person(door: Door) -> None:
    given = await asyncio.gather(*(door.sign_in() for _ in range(10)))
    assert len({each.user.id for each in given}) == 1
    assert (await User.all().count(), await Identity.all().count(), await Session.all().count()) == (1, 1, 10)
    assert await noticed() == []


async def test_ten_who_are_linked_at_once_are_told_once(door: Door) -> None:
    ana = await ana_with(door, verified=True)
    given = await asyncio.gather(*(door.sign_in() for _ in range(10)))
    assert {each.user.id for each in given} == {ana.id}
    assert (await Identity.all().count(), await Session.all().count()) == (1, 10)
    assert await noticed() == ["GOOGLE_LINKED"]


async def test_google_and_a_registration_at_once_leave_one_account(door: Door) -> None:
    """Whichever comes first; if it is the registration, its address is not verified, and Google is refused."""

    async def registered() -> User:
        user = await make_customer()
        user.email = EMAIL
        await user.save()
        return user

    outcomes = await asyncio.gather(door.sign_in(), registered(), return_exceptions=True)
    assert await User.filter(email=EMAIL).count() == 1
    if isinstance(outcomes[0], LoggedIn):
        assert isinstance(outcomes[1], Exception)
    else:
        assert isinstance(outcomes[0], EmailUnverified)
        assert await Identity.all().count() == 0


async def test_google_is_no_way_round_a_second_factor_or_a_lock(door: Door) -> None:
    ana = await ana_with(door, verified=True)
    secret = (await second_factors.start(actor_of(ana), door.adapters)).secret
    (paper, *_) = await second_factors.confirm(actor_of(ana), pyotp.TOTP(secret).at(clock.now()), door.adapters)
    for given in (None, "000000000"):
        with pytest.raises(InvalidCredentials) as refusal:
            await door.sign_in(given)
        assert refusal.value.second_factor_needed
        assert (await Identity.all().count(), await Session.all().count()) == (0, 0)
    assert (await door.sign_in(paper)).user.id == ana.id
    await User.filter(id=ana.id).update(locked_at=clock.now())
    with pytest.raises(InvalidCredentials, match="locked"):
        await door.sign_in(paper)
    assert (await Identity.all().count(), await Session.all().count()) == (1, 1)


async def test_who_is_logged_in_links_a_google_account_of_any_address(door: Door) -> None:
    ana = await ana_with(door, verified=False)
    assert (await door.link(ana, email="ana@elsewhere.example")).id == ana.id
    await door.link(ana, email="ana@elsewhere.example")
    assert await noticed() == ["GOOGLE_LINKED"]
    assert (await google.ways_in_of([ana.id]))[ana.id] == [WayIn.PASSWORD, WayIn.GOOGLE]
    assert (await door.sign_in(email="ana@elsewhere.example")).user.id == ana.id


async def test_a_google_account_has_one_account_here_and_an_account_one_of_google(door: Door) -> None:
    ana, ben = await ana_with(door, verified=True), await make_customer("Ben")
    await door.link(ana, sub="1")
    before = await everything()
    with pytest.raises(GoogleRefused, match="linked to another account here"):
        await door.link(ben, sub="1")
    with pytest.raises(GoogleRefused, match="Another Google account is linked"):
        await door.link(ana, sub="2")
    assert await everything() == before


async def test_google_is_unlinked_while_there_is_another_way_in(door: Door) -> None:
    ana = await ana_with(door, verified=True)
    await door.link(ana)
    assert (await google.unlink(actor_of(ana))).id == ana.id
    assert await Identity.all().count() == 0
    traced = [entry.action for entry in await AuditEntry.all().order_by("number")]
    assert traced == ["LINK_GOOGLE", "UNLINK_GOOGLE"]
    assert (await google.unlink(actor_of(ana))).id == ana.id
    assert await AuditEntry.all().count() == 2


async def test_the_last_way_in_stays(door: Door) -> None:
    user = (await door.sign_in()).user
    before = await everything()
    with pytest.raises(LastWayIn):
        await google.unlink(actor_of(user))
    assert await everything() == before
    await User.filter(id=user.id).update(phone="+919876543210")
    await google.unlink(actor_of(user))
    assert (await google.ways_in_of([user.id]))[user.id] == [WayIn.PHONE]


async def test_a_house_without_google_offers_none(database: Database, settings: Settings) -> None:
    adapters, ana = adapters_from(settings), await make_customer()
    with pytest.raises(NotOffered):
        await google.sign_in("token", None, adapters=adapters, device=PHONE)
    with pytest.raises(NotOffered):
        await google.link(actor_of(ana), "token", None, adapters=adapters)
    assert await Identity.all().count() == 0
