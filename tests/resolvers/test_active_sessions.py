"""What a person is logged in with: seen, ended, and dead at once when it is stolen."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor
from domain.accounts import SessionEnding
from domain.codes import CodePurpose
from domain.problems import SessionEnded
from domain.wrong_calls import NotFound, Unauthenticated
from jobs.loops import tidy
from models.audit_log import AuditEntry
from models.codes import Code
from models.tasks import QueuedTask
from models.users import Session, User
from resolvers import active_sessions, sessions
from resolvers.sessions import Device, LoggedIn
from subscriptions import sessions as open_sessions
from tests.databases import Database
from tests.factories.users import PASSWORD, make_customer
from tests.resolvers.sale_fixtures import Later

OWNER, THIEF = Device("A laptop", "192.0.2.8"), Device("A stranger's", "198.51.100.66")


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


@pytest.fixture
async def ana(adapters: Adapters) -> User:
    return await make_customer(password_hash=await adapters.passwords.hash(PASSWORD))


async def log_in(user: User, adapters: Adapters, device: Device = OWNER) -> LoggedIn:
    return await sessions.log_in(str(user.email), PASSWORD, adapters=adapters, device=device)


async def actor_in(given: LoggedIn, adapters: Adapters) -> Actor:
    caller = await sessions.authenticate(given.access_token, adapters.tokens, clock.now())
    assert caller is not None
    return caller.actor


async def is_alive(given: LoggedIn, adapters: Adapters) -> bool:
    return await sessions.authenticate(given.access_token, adapters.tokens, clock.now()) is not None


async def told() -> list[tuple[str, str]]:
    return [(task.body["user_id"], task.body["notice"]) for task in await QueuedTask.filter(kind="send-notice")]


async def trace(action: str) -> list[AuditEntry]:
    return await AuditEntry.filter(action=action).order_by("number")


async def test_a_stolen_refresh_token_ends_thief_and_owner_and_the_owner_is_told(ana: User, adapters: Adapters) -> None:
    stolen = await log_in(ana, adapters)
    owners = await sessions.refresh(stolen.refresh_token, adapters=adapters, device=OWNER)
    with pytest.raises(SessionEnded):
        await sessions.refresh(stolen.refresh_token, adapters=adapters, device=THIEF)
    assert [await is_alive(each, adapters) for each in (stolen, owners)] == [False, False]
    with pytest.raises(SessionEnded):
        await sessions.refresh(owners.refresh_token, adapters=adapters, device=OWNER)
    session = await Session.get()
    assert session.ended_because is SessionEnding.TOKEN_REUSED
    assert await told() == [(str(ana.id), "REFRESH_TOKEN_REUSED")]
    (entry,) = await trace("REFRESH_TOKEN_REUSED")
    assert (entry.user_id, entry.subject_id, entry.address) == (ana.id, session.id, THIEF.address)


async def test_a_thief_who_is_quicker_is_found_out_by_the_owner(ana: User, adapters: Adapters) -> None:
    stolen = await log_in(ana, adapters)
    thiefs = await sessions.refresh(stolen.refresh_token, adapters=adapters, device=THIEF)
    thiefs = await sessions.refresh(thiefs.refresh_token, adapters=adapters, device=THIEF)
    with pytest.raises(SessionEnded):
        await sessions.refresh(stolen.refresh_token, adapters=adapters, device=OWNER)
    assert not await is_alive(thiefs, adapters)
    assert await told() == [(str(ana.id), "REFRESH_TOKEN_REUSED")]


async def test_ten_refreshes_at_once_are_told_as_one_theft(ana: User, adapters: Adapters) -> None:
    stolen = await log_in(ana, adapters)
    calls = (sessions.refresh(stolen.refresh_token, adapters=adapters) for _ in range(10))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(outcome, LoggedIn) for outcome in outcomes) == 1
    assert await told() == [(str(ana.id), "REFRESH_TOKEN_REUSED")]
    assert len(await trace("REFRESH_TOKEN_REUSED")) == 1


async def test_a_token_that_comes_too_late_is_no_theft(ana: User, adapters: Adapters, later: Later) -> None:
    given = await log_in(ana, adapters)
    later(days=31)
    with pytest.raises(SessionEnded):
        await sessions.refresh(given.refresh_token, adapters=adapters)
    assert (await told(), await trace("REFRESH_TOKEN_REUSED")) == ([], [])
    assert (await Session.get()).ended_at is None


async def test_who_is_locked_out_gets_no_next_tokens(ana: User, adapters: Adapters) -> None:
    given = await log_in(ana, adapters)
    await User.filter(id=ana.id).update(locked_at=clock.now())
    with pytest.raises(SessionEnded):
        await sessions.refresh(given.refresh_token, adapters=adapters)
    assert ((await Session.get()).generation, await told()) == (0, [])


async def test_people_see_their_living_sessions_the_last_used_first(
    ana: User, adapters: Adapters, later: Later
) -> None:
    later()
    first = await log_in(ana, adapters)
    later(minutes=1)
    second, over = await log_in(ana, adapters, THIEF), await log_in(ana, adapters)
    await log_in(await make_customer("Ben", ana.password_hash), adapters)
    await sessions.log_out(await actor_in(over, adapters))
    me = await actor_in(first, adapters)
    found = await active_sessions.mine(me)
    assert [each.address for each in found] == [THIEF.address, OWNER.address]
    later(minutes=1)
    await sessions.refresh(first.refresh_token, adapters=adapters)
    assert [each.address for each in await active_sessions.mine(me)] == [OWNER.address, THIEF.address]
    later(days=30)
    assert [each.address for each in await active_sessions.mine(me)] == []
    assert await active_sessions.mine(Actor.anonymous()) == []
    assert (await active_sessions.one(me, found[0].id), second.user) == (None, ana)


async def test_ending_a_session_kills_its_tokens_and_closes_its_sockets(ana: User, adapters: Adapters) -> None:
    here, there = await log_in(ana, adapters), await log_in(ana, adapters)
    me, other = await actor_in(here, adapters), await actor_in(there, adapters)
    closed: list[str] = []
    open_sessions.watch(other.session_id or uuid4(), lambda: closed.append("there"))
    stop = open_sessions.watch(me.session_id or uuid4(), lambda: closed.append("here"))
    assert await active_sessions.end(me, other.session_id or uuid4()) is True
    assert closed == ["there"]
    assert [await is_alive(each, adapters) for each in (here, there)] == [True, False]
    with pytest.raises(SessionEnded):
        await sessions.refresh(there.refresh_token, adapters=adapters)
    assert await active_sessions.end(me, other.session_id or uuid4()) is True
    (entry,) = await trace("END_SESSION")
    assert (entry.user_id, entry.subject_id, entry.session_id) == (ana.id, other.session_id, me.session_id)
    ended = await Session.get(id=other.session_id)
    assert ended.ended_because is SessionEnding.ENDED_ELSEWHERE
    assert await told() == []
    stop()


async def test_nobody_ends_a_session_of_another(ana: User, adapters: Adapters) -> None:
    hers = await actor_in(await log_in(ana, adapters), adapters)
    ben = await make_customer("Ben", ana.password_hash)
    his = await actor_in(await log_in(ben, adapters), adapters)
    for actor, session_id in ((his, hers.session_id), (his, uuid4()), (Actor.anonymous(), hers.session_id)):
        with pytest.raises(NotFound):
            await active_sessions.end(actor, session_id or uuid4())
    assert await Session.filter(ended_at=None).count() == 2
    assert await trace("END_SESSION") == []


async def test_ending_all_others_leaves_the_one_that_asks(ana: User, adapters: Adapters) -> None:
    mine = [await log_in(ana, adapters) for _ in range(4)]
    bens = await log_in(await make_customer("Ben", ana.password_hash), adapters)
    me = await actor_in(mine[2], adapters)
    assert [await active_sessions.end_others(me) for _ in range(2)] == [3, 0]
    assert [await is_alive(each, adapters) for each in [*mine, bens]] == [False, False, True, False, True]
    (entry,) = await trace("END_OTHER_SESSIONS")
    assert entry.after == {"sessions": 3}
    with pytest.raises(Unauthenticated):
        await active_sessions.end_others(Actor.anonymous())


async def test_every_log_in_and_log_out_leaves_a_trace(ana: User, adapters: Adapters) -> None:
    given = await log_in(ana, adapters)
    me = await actor_in(given, adapters)
    for _ in range(2):
        await sessions.log_out(me)
    entries = await AuditEntry.all().order_by("number")
    assert [(entry.action, entry.subject_id) for entry in entries] == [
        ("LOG_IN", me.session_id),
        ("LOG_OUT", me.session_id),
    ]
    assert (entries[0].user_id, entries[0].address, entries[0].after) == (ana.id, OWNER.address, {"wayIn": "PASSWORD"})


async def test_what_was_over_ninety_days_ago_is_dropped_and_nothing_else(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)

    async def begun(ends_in: float, ended: float | None = None) -> Session:
        return await Session.create(
            created_at=now,
            user_id=ana.id,
            used_at=now,
            expires_at=now + timedelta(days=ends_in),
            ended_at=None if ended is None else now + timedelta(days=ended),
        )

    kept = [await begun(1), await begun(-89), await begun(-60, ended=-89), await begun(30, ended=-1)]
    dropped = [await begun(-91), await begun(-60, ended=-91), await begun(30, ended=-91)]
    for hours in (47, 49):
        made = now - timedelta(hours=hours)
        await Code.create(
            created_at=made, purpose=CodePurpose.VERIFY_EMAIL, target=f"{hours}@marquee.test", expires_at=made
        )
    monkeypatch.setattr(clock, "now", lambda: now)
    await tidy()
    assert set(await Session.all().values_list("id", flat=True)) == {each.id for each in kept}
    assert len(dropped) == 3
    assert await Code.all().values_list("target", flat=True) == ["47@marquee.test"]
