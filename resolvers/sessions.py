"""Sessions: logging in, refreshing with rotation, and logging out."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from adapters import Adapters
from adapters.tokens import RefreshClaims
from domain.access import Actor
from domain.accounts import LONGEST_PASSWORD, SessionEnding, WayIn, normal_email
from domain.attempts import AttemptKind
from domain.events import SessionEnd
from domain.notices import Notice
from domain.problems import InvalidCredentials, SessionEnded
from domain.tasks import SendNotice
from domain.traces import Trace
from domain.wrong_calls import Unauthenticated
from models.users import Session, User
from resolvers import attempts, second_factors
from resolvers.callers import Authenticated, authenticate
from resolvers.unit_of_work import Work, unit_of_work

__all__ = [
    "Authenticated",
    "Device",
    "LoggedIn",
    "authenticate",
    "ended_among",
    "log_in",
    "log_out",
    "refresh",
]

LONGEST_AGENT = 300
LONGEST_ADDRESS = 64
LOCKED = "This account has been locked; please ask the house."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Device:
    """Where somebody logs in: what the browser calls itself, and its network address."""

    agent: str = ""
    address: str = ""


NOWHERE = Device()


@dataclass(frozen=True)
class LoggedIn:
    """What a log-in gives: the person and both tokens."""

    user: User
    access_token: str
    access_token_expires_at: datetime
    refresh_token: str


async def ended_among(session_ids: Collection[UUID]) -> set[UUID]:
    """Those of the sessions that are over, wherever they were ended."""
    return await Session.ended_among(session_ids)


async def log_in(
    email: str, password: str, *, adapters: Adapters, device: Device, second_factor: str | None = None
) -> LoggedIn:
    """Begin a session; an unknown address and a wrong password are refused alike, and take as long.

    RateLimited after too many attempts, whether or not there is such an account.
    """
    kept_email = normal_email(email)
    await attempts.check(adapters, AttemptKind.LOG_IN, kept_email or email, device.address)
    user = await User.get_or_none(email=kept_email) if kept_email else None
    known = user.password_hash if user and len(password) <= LONGEST_PASSWORD else None
    if not await adapters.passwords.matches(password[:LONGEST_PASSWORD], known) or user is None:
        raise InvalidCredentials
    async with unit_of_work() as work:
        return await begin(work, user, adapters, device, second_factor=second_factor)


async def begin(
    work: Work,
    user: User,
    adapters: Adapters,
    device: Device,
    way_in: WayIn = WayIn.PASSWORD,
    second_factor: str | None = None,
) -> LoggedIn:
    """Write a new session of a person whose first proof was right; InvalidCredentials if they are locked out.

    The one place where a second factor is asked for: InvalidCredentials if it is missing, and nothing is written. A wrong
    one counts, and with it stays what was written before: call this first.
    """
    address = _plain(device.address)[:LONGEST_ADDRESS]
    if user.locked_at is not None or user.deleted_at is not None:
        raise InvalidCredentials(LOCKED)
    await second_factors.demand(work, Actor(user.id, address=address), second_factor, adapters)
    session = await Session.create(
        id=uuid4(),
        created_at=work.now,
        user_id=user.id,
        expires_at=_end_of_refresh_token(adapters, work.now),
        used_at=work.now,
        way_in=way_in,
        device=_plain(device.agent)[:LONGEST_AGENT],
        address=address,
    )
    came = Trace("LOG_IN", "Session", session.id, after={"wayIn": way_in.value})
    await work.record(Actor(user.id, session_id=session.id, address=address), came)
    return _logged_in(session, user, adapters, work.now)


async def refresh(refresh_token: str, *, adapters: Adapters, device: Device = NOWHERE) -> LoggedIn:
    """Use a refresh token up for the next one; using it twice ends the session, because one of the two is a thief.

    There is no grace for an honest client that lost the answer: it logs in again. The owner is told.
    """
    claims = adapters.tokens.read_refresh(refresh_token)
    if claims is None:
        raise SessionEnded
    await attempts.check(adapters, AttemptKind.REFRESH, str(claims.session_id), "")
    async with unit_of_work() as work:
        session = await _renewed(work, claims, adapters)
        if session is None:
            await _end_misused(work, claims, device)
    if session is None:
        raise SessionEnded
    return _logged_in(session, session.user, adapters, work.now)


async def log_out(actor: Actor, *, everywhere: bool = False) -> bool:
    """End this session, or every session of this person."""
    if actor.user_id is None or actor.session_id is None:
        raise Unauthenticated
    async with unit_of_work() as work:
        if everywhere:
            await end_all(work, actor.user_id, SessionEnding.LOGGED_OUT)
        elif await Session.end(actor.session_id, work.now, SessionEnding.LOGGED_OUT):
            work.announce(SessionEnd(actor.session_id))
        else:
            return True
        await work.record(actor, Trace("LOG_OUT", "Session", actor.session_id, after={"everywhere": everywhere}))
    return True


async def go_on(work: Work, session_id: UUID, adapters: Adapters) -> LoggedIn:
    """The next tokens of a living session whose owner has proved otherwise that they are there; Unauthenticated if it is over."""
    session = await Session.alive(session_id, work.now)
    until = _end_of_refresh_token(adapters, work.now)
    if session is None or not await Session.next_generation(session_id, session.generation, work.now, until):
        raise Unauthenticated
    session.generation += 1
    return _logged_in(session, session.user, adapters, work.now)


async def end_all(work: Work, user_id: UUID, because: SessionEnding, besides: UUID | None = None) -> int:
    """End every session of a person, `besides` one; how many those were."""
    ended = await Session.end_all(user_id, work.now, because, besides)
    for session_id in ended:
        work.announce(SessionEnd(session_id))
    return len(ended)


async def _renewed(work: Work, claims: RefreshClaims, adapters: Adapters) -> Session | None:
    until = _end_of_refresh_token(adapters, work.now)
    renewed = await Session.next_generation(claims.session_id, claims.generation, work.now, until)
    return await Session.alive(claims.session_id, work.now) if renewed else None


async def _end_misused(work: Work, claims: RefreshClaims, device: Device) -> None:
    session = await Session.alive(claims.session_id, work.now)
    if session is None or session.generation == claims.generation:  # over already, or too late
        return
    if not await Session.end(session.id, work.now, SessionEnding.TOKEN_REUSED):
        return
    work.announce(SessionEnd(session.id))
    thief_or_owner = Actor(session.user_id, session_id=session.id, address=_plain(device.address)[:LONGEST_ADDRESS])
    await work.record(thief_or_owner, Trace("REFRESH_TOKEN_REUSED", "Session", session.id))
    await work.enqueue(SendNotice(session.user_id, Notice.REFRESH_TOKEN_REUSED))
    logger.warning("A refresh token was used again; its session has ended", extra={"session_id": str(session.id)})


def _end_of_refresh_token(adapters: Adapters, now: datetime) -> datetime:
    return now + timedelta(days=adapters.settings.refresh_token_days)


def _logged_in(session: Session, user: User, adapters: Adapters, now: datetime) -> LoggedIn:
    access_token, expires_at = adapters.tokens.issue_access(user.id, session.id, now)
    return LoggedIn(user, access_token, expires_at, adapters.tokens.write_refresh(session.id, session.generation))


def _plain(text: str) -> str:
    """A header's text without what PostgreSQL cannot store."""
    return "".join(letter for letter in text if letter.isprintable())
