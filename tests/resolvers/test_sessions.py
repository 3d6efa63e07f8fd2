"""Logging in, refreshing and logging out: a used or stolen token ends its whole session."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import bcrypt
import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor, Role
from domain.problems import InvalidCredentials, SessionEnded
from domain.wrong_calls import Unauthenticated
from models.users import Session, User
from resolvers import sessions
from resolvers.sessions import Device, LoggedIn
from subscriptions import sessions as open_sessions
from tests.databases import Database
from tests.factories.users import PASSWORD, actor_of, make_customer

BEGUN = datetime(2026, 5, 1, 12, tzinfo=UTC)
LAPTOP = Device("A laptop", "192.0.2.8")


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


@pytest.fixture
async def ana(adapters: Adapters) -> User:
    return await make_customer(password_hash=await adapters.passwords.hash(PASSWORD))


@pytest.fixture
def stop_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


async def log_in(user: User, adapters: Adapters) -> LoggedIn:
    return await sessions.log_in(str(user.email), PASSWORD, adapters=adapters, device=LAPTOP)


async def is_alive(given: LoggedIn, adapters: Adapters) -> bool:
    return await sessions.authenticate(given.access_token, adapters.tokens, clock.now()) is not None


async def actor_in(given: LoggedIn, adapters: Adapters) -> Actor:
    caller = await sessions.authenticate(given.access_token, adapters.tokens, clock.now())
    assert caller is not None
    return caller.actor


async def ended() -> list[bool]:
    return [session.ended_at is not None for session in await Session.all().order_by("created_at")]


async def test_a_log_in_begins_a_session(ana: User, adapters: Adapters) -> None:
    given = await sessions.log_in(f" {ana.email} ".upper(), PASSWORD, adapters=adapters, device=LAPTOP)
    session = await Session.get()
    assert (session.user_id, session.device, session.address) == (ana.id, "A laptop", "192.0.2.8")
    assert given.user == ana
    assert await actor_in(given, adapters) == Actor(ana.id, frozenset({Role.CUSTOMER}), session.id)
    life = timedelta(days=adapters.settings.refresh_token_days)
    assert session.expires_at - session.created_at == life


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (None, "wrong-password"),
        (None, ""),
        (None, PASSWORD + " "),
        (None, "p" * 100_000),
        (None, "half\ud83d"),
        ("nobody@marquee.test", PASSWORD),
        ("", PASSWORD),
        ("no address", PASSWORD),
        ("ana\x00@marquee.test", PASSWORD),
        ("ana\ud83d@marquee.test", PASSWORD),
    ],
)
async def test_wrong_and_unknown_are_refused_alike(
    ana: User, adapters: Adapters, monkeypatch: pytest.MonkeyPatch, email: str | None, password: str
) -> None:
    """The same refusal after the same one comparison: nobody learns which addresses have an account."""
    costs, real = [], bcrypt.checkpw

    def counted(given: bytes, known: bytes) -> bool:
        costs.append(known[:7])
        return real(given, known)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    with pytest.raises(InvalidCredentials) as refusal:
        await sessions.log_in(str(ana.email) if email is None else email, password, adapters=adapters, device=LAPTOP)
    assert refusal.value.message == "The e-mail address or the password is wrong."
    assert costs == [b"$2b$04$"]
    assert await Session.all().count() == 0


async def test_an_account_without_a_password_cannot_be_logged_in_to(adapters: Adapters) -> None:
    ben = await make_customer("Ben")
    for password in ("", PASSWORD, "None"):
        with pytest.raises(InvalidCredentials):
            await sessions.log_in(str(ben.email), password, adapters=adapters, device=LAPTOP)
    assert await Session.all().count() == 0


async def test_refreshing_gives_the_next_tokens(ana: User, adapters: Adapters) -> None:
    first = await log_in(ana, adapters)
    second = await sessions.refresh(first.refresh_token, adapters=adapters)
    third = await sessions.refresh(second.refresh_token, adapters=adapters)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert third.user == ana
    session = await Session.get()
    assert (session.generation, session.ended_at) == (2, None)
    assert await is_alive(first, adapters)
    assert await is_alive(third, adapters)


async def test_a_used_refresh_token_ends_its_session_and_no_other(
    ana: User, adapters: Adapters, caplog: pytest.LogCaptureFixture
) -> None:
    stolen, elsewhere = await log_in(ana, adapters), await log_in(ana, adapters)
    successor = await sessions.refresh(stolen.refresh_token, adapters=adapters)
    assert await is_alive(successor, adapters)
    with caplog.at_level(logging.WARNING), pytest.raises(SessionEnded):
        await sessions.refresh(stolen.refresh_token, adapters=adapters)
    assert not await is_alive(stolen, adapters)
    assert not await is_alive(successor, adapters)
    with pytest.raises(SessionEnded):
        await sessions.refresh(successor.refresh_token, adapters=adapters)
    assert await ended() == [True, False]
    assert await is_alive(elsewhere, adapters)
    assert [record.levelname for record in caplog.records if "used again" in record.message] == ["WARNING"]
    assert stolen.refresh_token not in caplog.text


async def test_a_refresh_token_used_ten_times_at_once_ends_its_session(ana: User, adapters: Adapters) -> None:
    """One caller gets the next tokens; the others' reuse ends the session, and those tokens die with it."""
    stolen = await log_in(ana, adapters)
    outcomes = await asyncio.gather(
        *(sessions.refresh(stolen.refresh_token, adapters=adapters) for _ in range(10)), return_exceptions=True
    )
    winners = [outcome for outcome in outcomes if isinstance(outcome, LoggedIn)]
    assert len(winners) == 1
    assert sum(isinstance(outcome, SessionEnded) for outcome in outcomes) == 9
    assert await ended() == [True]
    assert not await is_alive(stolen, adapters)
    assert not await is_alive(winners[0], adapters)
    with pytest.raises(SessionEnded):
        await sessions.refresh(winners[0].refresh_token, adapters=adapters)


async def test_a_refresh_token_lives_from_its_last_use(
    ana: User, adapters: Adapters, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(BEGUN)
    given = await log_in(ana, adapters)
    stop_clock(BEGUN + timedelta(days=29))
    given = await sessions.refresh(given.refresh_token, adapters=adapters)
    stop_clock(BEGUN + timedelta(days=58))
    given = await sessions.refresh(given.refresh_token, adapters=adapters)
    stop_clock(BEGUN + timedelta(days=88))
    with pytest.raises(SessionEnded):
        await sessions.refresh(given.refresh_token, adapters=adapters)


@pytest.mark.parametrize("garbage", ["", "garbage", "\ud83d", "\x00", "A" * 70, "p" * 100_000])
async def test_what_is_no_refresh_token_changes_nothing(ana: User, adapters: Adapters, garbage: str) -> None:
    given = await log_in(ana, adapters)
    for token in (garbage, given.access_token, adapters.tokens.write_refresh(uuid4(), 0)):
        with pytest.raises(SessionEnded):
            await sessions.refresh(token, adapters=adapters)
    assert await ended() == [False]
    assert (await Session.get()).generation == 0


async def test_a_refresh_token_does_not_let_anybody_in(ana: User, adapters: Adapters) -> None:
    given = await log_in(ana, adapters)
    assert await sessions.authenticate(given.refresh_token, adapters.tokens, clock.now()) is None


async def test_logging_out_here_ends_this_session_only(ana: User, adapters: Adapters) -> None:
    here, there = await log_in(ana, adapters), await log_in(ana, adapters)
    actor = await actor_in(here, adapters)
    told: list[str] = []
    open_sessions.watch(actor.session_id or uuid4(), lambda: told.append("here"))
    unwatch = open_sessions.watch((await actor_in(there, adapters)).session_id or uuid4(), lambda: told.append("there"))
    assert await sessions.log_out(actor) is True
    assert told == ["here"]
    assert not await is_alive(here, adapters)
    assert await is_alive(there, adapters)
    with pytest.raises(SessionEnded):
        await sessions.refresh(here.refresh_token, adapters=adapters)
    assert await sessions.log_out(actor) is True
    assert await ended() == [True, False]
    unwatch()


async def test_logging_out_everywhere_ends_all_of_a_person_s_sessions(ana: User, adapters: Adapters) -> None:
    mine = [await log_in(ana, adapters) for _ in range(3)]
    ben = await make_customer("Ben", password_hash=ana.password_hash)
    other = await log_in(ben, adapters)
    assert all([await is_alive(given, adapters) for given in [*mine, other]])
    assert await sessions.log_out(await actor_in(mine[0], adapters), everywhere=True) is True
    assert [await is_alive(given, adapters) for given in [*mine, other]] == [False, False, False, True]
    assert await ended() == [True, True, True, False]


@pytest.mark.parametrize("everywhere", [False, True])
async def test_who_is_not_logged_in_cannot_log_out(ana: User, adapters: Adapters, everywhere: bool) -> None:
    await log_in(ana, adapters)
    for actor in (Actor.anonymous(), Actor.system(), actor_of(ana)):
        with pytest.raises(Unauthenticated):
            await sessions.log_out(actor, everywhere=everywhere)
    assert await ended() == [False]


async def test_ended_sessions_are_told_from_living_ones(
    ana: User, adapters: Adapters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.users.ASKED_AT_ONCE", 2)
    actors = [await actor_in(await log_in(ana, adapters), adapters) for _ in range(5)]
    ids = [actor.session_id or uuid4() for actor in actors]
    await sessions.log_out(actors[1])
    await sessions.log_out(actors[4])
    unknown = uuid4()
    assert await sessions.ended_among([*ids, unknown]) == {ids[1], ids[4], unknown}
    assert await sessions.ended_among([]) == set()
