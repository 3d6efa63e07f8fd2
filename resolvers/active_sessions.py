"""What a person is logged in with, and ending it from elsewhere."""

from uuid import UUID

import clock
from domain.access import Actor
from domain.accounts import SessionEnding
from domain.events import SessionEnd
from domain.traces import Trace
from domain.wrong_calls import NotFound, Unauthenticated
from models.users import Session
from resolvers import sessions
from resolvers.unit_of_work import unit_of_work


async def mine(actor: Actor) -> list[Session]:
    """The living sessions of whoever asks, the last used first; whoever acts for a customer has none of theirs."""
    return await Session.of_person(actor.user_id, clock.now()) if actor.user_id and not actor.served_by else []


async def one(actor: Actor, session_id: UUID) -> Session | None:
    """A living session of whoever asks."""
    return next((session for session in await mine(actor) if session.id == session_id), None)


async def end(actor: Actor, session_id: UUID) -> bool:
    """End one of one's own sessions, wherever it is; NotFound for any other. One that is over stays so."""
    async with unit_of_work() as work:
        if actor.user_id is None or not await Session.exists(id=session_id, user_id=actor.user_id):
            raise NotFound
        if await Session.end(session_id, work.now, SessionEnding.ENDED_ELSEWHERE):
            work.announce(SessionEnd(session_id))
            await work.record(actor, Trace("END_SESSION", "Session", session_id))
    return True


async def end_others(actor: Actor) -> int:
    """End all of one's sessions but this one; how many those were."""
    if actor.user_id is None:
        raise Unauthenticated
    async with unit_of_work() as work:
        ended = await sessions.end_all(work, actor.user_id, SessionEnding.ENDED_ELSEWHERE, besides=actor.session_id)
        if ended:
            await work.record(actor, Trace("END_OTHER_SESSIONS", "User", actor.user_id, after={"sessions": ended}))
    return ended
