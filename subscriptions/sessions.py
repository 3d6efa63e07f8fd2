"""Open websockets by the session that opened them: when it ends, here or elsewhere, they close."""

import logging
from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

logger = logging.getLogger(__name__)

OnEnd = Callable[[], None]
FindEnded = Callable[[Collection[UUID]], Awaitable[set[UUID]]]

REMEMBERED = 10_000

_watchers: dict[UUID, dict[object, OnEnd]] = {}
_gone: dict[UUID, None] = {}  # the sessions that ended last, oldest first


def watch(session_id: UUID, on_end: OnEnd) -> Callable[[], None]:
    """Have `on_end` called once when the session ends; the returned function stops watching."""
    ticket = object()
    _watchers.setdefault(session_id, {})[ticket] = on_end

    def unwatch() -> None:
        watchers = _watchers.get(session_id, {})
        if watchers.pop(ticket, None) and not watchers:
            del _watchers[session_id]

    return unwatch


def watched() -> set[UUID]:
    """The sessions that somebody watches."""
    return set(_watchers)


def ended(session_id: UUID) -> None:
    """Tell everybody who watches this session that it is over; never raises."""
    _gone[session_id] = None
    if len(_gone) > REMEMBERED:
        del _gone[next(iter(_gone))]
    for on_end in _watchers.pop(session_id, {}).values():
        try:
            on_end()
        except Exception:  # one broken socket must not keep the others open
            logger.exception("A watcher of a session's end failed.")


def has_ended(session_id: UUID) -> bool:
    """Whether this process has lately heard of the session's end; answers that are on their way may be older."""
    return session_id in _gone


async def check(find_ended: FindEnded) -> None:
    """Notice sessions that ended in another process; to be called every second."""
    if sessions := watched():
        for session_id in await find_ended(sessions):
            ended(session_id)
