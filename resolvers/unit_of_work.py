"""One transaction: what is enqueued is written inside it, what is announced is told after its commit."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

import clock
from domain.access import Actor
from domain.events import Event, SessionEnd
from domain.problems import IdempotencyConflict, Problem
from domain.tasks import Task
from domain.traces import Facts, Trace
from domain.wrong_calls import BadUserInput, Unauthenticated
from models import audit_log, idempotency, tasks
from resolvers import wake
from subscriptions import live, sessions

KEY_LENGTH = 255


class StandingRefusal(Exception):
    """A refusal that leaves something behind, such as a wrong code that counts: all that was written stays."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


class Work:
    """The transaction in hand; `now` is the one time it knows."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.announcements: list[Event | SessionEnd] = []
        self.has_tasks = False

    def announce(self, event: Event | SessionEnd) -> None:
        """Tell live watchers after the commit; may be lost on the way, because versions reveal a loss."""
        self.announcements.append(event)

    async def enqueue(self, task: Task, at: datetime | None = None) -> None:
        """Have something done after the commit, at `at` or at once, at least once."""
        await tasks.enqueue(task, at or self.now, self.now)
        self.has_tasks = True

    async def record(self, actor: Actor, trace: Trace) -> None:
        """Write down who did what, in the same transaction: nothing is done without its trace, nor traced without being done."""
        await audit_log.write(actor, trace, self.now)

    async def record_change(self, actor: Actor, trace: Trace, was: Facts, now: Facts) -> None:
        """Write down which facts an operation has changed; one that has changed none leaves no trace."""
        if (changed := trace.of_change(was, now)) is not None:
            await self.record(actor, changed)

    async def once(self, actor: Actor, mutation: str, key: str | None, given: object, entity_id: UUID) -> UUID | None:
        """Remember that `key` makes `entity_id`; the id it made before, if this call is a repetition.

        A concurrent twin waits for the first. IdempotencyConflict: the key was used with another input.
        """
        if key is None:
            return None
        if actor.user_id is None:
            raise Unauthenticated
        check_key(key)
        fingerprint = fingerprint_of(given)
        kept = await idempotency.keep(actor.user_id, mutation, key, fingerprint, entity_id, self.now)
        if kept.fingerprint != fingerprint:
            raise IdempotencyConflict
        return None if kept.is_new else kept.entity_id

    async def correct(self, actor: Actor, mutation: str, key: str | None, entity_id: UUID) -> None:
        """Remember that a key, new with this call, makes another entity than it was thought to."""
        if key is not None and actor.user_id is not None:
            await idempotency.correct(actor.user_id, mutation, key, entity_id)


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[Work]:
    """Begin a transaction; commit and announce at the end, or roll everything back if anything is raised.

    A StandingRefusal is committed, too, and its problem raised afterwards.
    """
    refusal: Problem | None = None
    async with in_transaction():
        work = Work(clock.now())
        try:
            yield work
        except StandingRefusal as standing:
            refusal = standing.problem
    for event in work.announcements:
        if isinstance(event, SessionEnd):
            sessions.ended(event.session_id)
        else:
            live.announce(event)
    if work.has_tasks:
        wake.up()
    if refusal is not None:
        raise refusal


def check_key(key: str) -> None:
    """Raise BadUserInput for what cannot be an idempotency key."""
    if not (1 <= len(key) <= KEY_LENGTH and key.isprintable()):
        raise BadUserInput(f"An idempotency key has between 1 and {KEY_LENGTH} printable characters.")


def fingerprint_of(given: object) -> str:
    """A digest of a call's input, the same for the same input."""
    text = json.dumps(given, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
