"""One more process of rivals: `python -m tests.races.worker DATABASE_URL [unguarded]`.

Every line it reads is a round as JSON, `{"showtime": …, "at": …, "attempts": [[user, [seat, …]], …]}`: all of them ask
at that wall-clock instant. It answers each with a line: what became of every attempt, `[kind, seats]`.
"""

import asyncio
import json
import sys
from uuid import UUID

import pytest

import clock
from domain.access import Actor
from domain.problems import SeatsUnavailable
from models.bookings import Hold
from models.database import connect, disconnect
from resolvers import holds
from tests.databases import settings_for
from tests.races.rivals import race, without_locks

Outcome = tuple[str, list[str]]


async def main(database_url: str, mode: str = "guarded") -> None:
    """Run rounds until there are no more."""
    settings = settings_for(database_url)
    terms = holds.terms(settings)
    with pytest.MonkeyPatch.context() as patch:
        if mode == "unguarded":
            without_locks(patch)
        await connect(settings)
        tell([])
        while line := await asyncio.to_thread(sys.stdin.readline):
            tell(await play(json.loads(line), terms))
        await disconnect()


async def play(game: dict, terms: holds.HoldTerms) -> list[Outcome]:
    """One round."""
    calls = [
        lambda user=user, seats=seats: holds.place(Actor(UUID(user)), UUID(game["showtime"]), seats, terms)
        for user, seats in game["attempts"]
    ]
    await asyncio.sleep(max(0.0, game["at"] - clock.system().timestamp()))
    return [_said(outcome) for outcome in await race(calls)]


def _said(outcome: Hold | BaseException) -> Outcome:
    if isinstance(outcome, Hold):
        return "Hold", outcome.quote.labels
    return type(outcome).__name__, outcome.seats if isinstance(outcome, SeatsUnavailable) else [str(outcome)]


def tell(outcomes: list[Outcome]) -> None:
    """Answer a round; the first, empty answer says: ready."""
    sys.stdout.write(json.dumps(outcomes) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
