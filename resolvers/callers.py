"""Who is behind an access token: its session is looked up, but not anew for every call."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from adapters.tokens import Tokens
from domain.access import Actor
from models.users import Session
from subscriptions import sessions as open_sessions

# A session that ended in another process must be dead here within 2 seconds.
TRUSTED_FOR = timedelta(seconds=1.5)
REMEMBERED = 10_000


@dataclass(frozen=True)
class Authenticated:
    """Whom a token stands for, and until when."""

    actor: Actor
    expires_at: datetime


@dataclass(frozen=True)
class _Reading:
    """One look at a session: who it belongs to, or None if it is over."""

    begun_at: datetime
    answer: asyncio.Task[Actor | None]


_readings: dict[UUID, _Reading] = {}


async def authenticate(
    token: str, tokens: Tokens, now: datetime, trusted_for: timedelta = TRUSTED_FOR
) -> Authenticated | None:
    """The person an access token stands for, while it and its session live; the roles are those they have now."""
    claims = tokens.read_access(token, now)
    if claims is None:
        return None
    actor = await _owner(claims.session_id, now, trusted_for)
    if actor is None or actor.user_id != claims.user_id or open_sessions.has_ended(claims.session_id):
        return None
    return Authenticated(actor, claims.expires_at)


async def _owner(session_id: UUID, now: datetime, trusted_for: timedelta) -> Actor | None:
    reading = _readings.get(session_id)
    if reading is None or abs(now - reading.begun_at) >= trusted_for:
        reading = _begin(session_id, now)
    # Shielded: others may wait for the same answer.
    return await asyncio.shield(reading.answer)


def _begin(session_id: UUID, now: datetime) -> _Reading:
    reading = _Reading(now, asyncio.create_task(_read(session_id, now)))
    _readings.pop(session_id, None)
    _readings[session_id] = reading
    if len(_readings) > REMEMBERED:
        del _readings[next(iter(_readings))]
    reading.answer.add_done_callback(lambda answer: _forget_failure(session_id, answer))
    return reading


async def _read(session_id: UUID, now: datetime) -> Actor | None:
    return await Session.owner(session_id, now)


def _forget_failure(session_id: UUID, answer: asyncio.Task[Actor | None]) -> None:
    failed = answer.cancelled() or answer.exception() is not None
    reading = _readings.get(session_id)
    if failed and reading is not None and reading.answer is answer:
        del _readings[session_id]
