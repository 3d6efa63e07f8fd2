"""Who calls: looked up once in a while, yet a session that has ended, or a role that was taken, is soon noticed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

import clock
from adapters.tokens import Tokens
from domain.access import Actor, Role
from models.users import Session, User
from resolvers import callers
from resolvers.callers import authenticate
from resolvers.sessions import log_out
from tests.databases import Database
from tests.factories.users import make_customer

NOTICED_WITHIN = timedelta(seconds=2)


class Caller:
    """Somebody with a session and an access token of it."""

    def __init__(self, user: User, session: Session, tokens: Tokens) -> None:
        self.user, self.session, self.tokens = user, session, tokens
        self.now = clock.now()
        self.token, _ = tokens.issue_access(user.id, session.id, self.now)

    async def is_known(self, after: timedelta = timedelta(0)) -> bool:
        return await authenticate(self.token, self.tokens, self.now + after) is not None


class Reads:
    """Counts what is read of sessions, and can hold the reading up or break it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.held_up = asyncio.Event()
        real = Session.owner

        async def counted(session_id: UUID, now: object) -> Actor | None:
            self.count += 1
            fault = self.fault
            found = await real(session_id, now)
            if not self.gate.is_set():
                self.held_up.set()
            await self.gate.wait()
            if fault:
                raise fault
            return found

        monkeypatch.setattr(Session, "owner", counted)


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database.settings)


async def make_caller(tokens: Tokens) -> Caller:
    user, now = await make_customer(), clock.now()
    session = await Session.create(created_at=now, user=user, expires_at=now + timedelta(days=1), used_at=now)
    return Caller(user, session, tokens)


@pytest.fixture
async def ana(tokens: Tokens) -> AsyncIterator[Caller]:
    yield await make_caller(tokens)
    callers._readings.clear()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


async def test_a_session_that_ended_elsewhere_is_dead_within_two_seconds(ana: Caller) -> None:
    assert await ana.is_known()
    await Session.filter(id=ana.session.id).update(ended_at=ana.now)
    assert await ana.is_known(after=timedelta(seconds=1))
    assert not await ana.is_known(after=NOTICED_WITHIN)


async def test_a_session_that_ended_here_is_dead_at_once(ana: Caller) -> None:
    found = await authenticate(ana.token, ana.tokens, ana.now)
    assert found is not None
    await log_out(found.actor)
    assert not await ana.is_known()


async def test_an_answer_on_its_way_while_the_session_ends_lets_nobody_in(ana: Caller, reads: Reads) -> None:
    found = await authenticate(ana.token, ana.tokens, ana.now)
    assert found is not None
    reads.gate.clear()
    late = asyncio.create_task(ana.is_known(after=NOTICED_WITHIN))
    await reads.held_up.wait()
    await log_out(found.actor)
    reads.gate.set()
    assert await late is False


async def test_a_role_that_is_given_or_taken_counts_within_two_seconds(ana: Caller) -> None:
    first = await authenticate(ana.token, ana.tokens, ana.now)
    await User.filter(id=ana.user.id).update(role_names=["MANAGER"])
    later = await authenticate(ana.token, ana.tokens, ana.now + NOTICED_WITHIN)
    assert first is not None
    assert later is not None
    assert (first.actor.roles, later.actor.roles) == ({Role.CUSTOMER}, {Role.MANAGER})


async def test_a_session_that_is_past_its_time_is_dead(ana: Caller) -> None:
    await Session.filter(id=ana.session.id).update(expires_at=ana.now)
    assert not await ana.is_known()


async def test_a_session_whose_user_has_gone_is_dead(ana: Caller) -> None:
    await ana.user.delete()
    assert not await ana.is_known()


async def test_a_session_of_somebody_else_lets_nobody_in(ana: Caller) -> None:
    ben = await make_customer("Ben")
    token, _ = ana.tokens.issue_access(ben.id, ana.session.id, ana.now)
    assert await authenticate(token, ana.tokens, ana.now) is None


async def test_many_calls_at_once_read_once(ana: Caller, reads: Reads) -> None:
    assert await asyncio.gather(*(ana.is_known() for _ in range(50))) == [True] * 50
    assert await ana.is_known(after=timedelta(seconds=1))
    assert reads.count == 1
    assert await ana.is_known(after=NOTICED_WITHIN)
    assert reads.count == 2


async def test_garbage_reads_nothing(ana: Caller, reads: Reads) -> None:
    for garbage in ("", "garbage", ana.token[:-2], ana.token + "x"):
        assert await authenticate(garbage, ana.tokens, ana.now) is None
    assert reads.count == 0


async def test_who_stops_waiting_does_not_stop_the_others(ana: Caller, reads: Reads) -> None:
    reads.gate.clear()
    impatient, patient = (asyncio.create_task(ana.is_known()) for _ in range(2))
    await reads.held_up.wait()
    impatient.cancel()
    reads.gate.set()
    assert await patient is True
    assert impatient.cancelled()
    assert reads.count == 1


async def test_a_failure_is_told_and_not_remembered(ana: Caller, reads: Reads) -> None:
    reads.fault = ConnectionError("gone")
    with pytest.raises(ConnectionError):
        await ana.is_known()
    await asyncio.sleep(0)
    reads.fault = None
    assert await ana.is_known()
    assert reads.count == 2


async def test_no_more_is_remembered_than_a_fixed_number(
    ana: Caller, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "REMEMBERED", 3)
    crowd = [ana, *[await make_caller(tokens) for _ in range(4)]]
    for caller in crowd:
        assert await caller.is_known()
    assert list(callers._readings) == [caller.session.id for caller in crowd[2:]]
