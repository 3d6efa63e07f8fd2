"""Two server processes, one database: rivals who share nothing but the rows themselves."""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

import clock
from domain.access import Actor
from models.base import on_sqlite
from models.bookings import Hold
from models.database import connect, disconnect
from models.showtimes import Showtime
from tests.databases import Database, settings_for
from tests.factories.showtimes import make_showtime
from tests.races.rivals import check_books, people, without_unique_claims

ROOT = Path(__file__).resolve().parent.parent.parent
SOON = 0.05
Wish = tuple[Actor, list[str]]


class Process:
    """A worker process that plays rounds."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, database_url: str, mode: str) -> "Process":
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "tests.races.worker", database_url, mode]
        return cls(await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe))

    async def answer(self) -> list[tuple[str, list[str]]]:
        line = await self._process.stdout.readline()
        return [(kind, seats) for kind, seats in json.loads(line)]

    async def play(self, showtime: Showtime, at: float, wishes: list[Wish]) -> list[tuple[str, list[str]]]:
        attempts = [[str(actor.user_id), seats] for actor, seats in wishes]
        line = json.dumps({"showtime": str(showtime.id), "at": at, "attempts": attempts})
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()
        return await self.answer()

    async def stop(self) -> None:
        self._process.stdin.close()
        await self._process.wait()


class Contest:
    """Two processes that play the same rounds against each other."""

    def __init__(self, processes: list[Process]) -> None:
        self._processes = processes

    @classmethod
    async def between_two(cls, database_url: str, mode: str = "guarded") -> "Contest":
        processes = [await Process.start(database_url, mode) for _ in range(2)]
        for process in processes:
            assert await process.answer() == []
        return cls(processes)

    async def play(self, showtime: Showtime, wishes: list[Wish]) -> list[tuple[str, list[str]]]:
        """Every wish at the same wall-clock instant, one half of them in each process."""
        at = clock.system().timestamp() + SOON
        halves = (process.play(showtime, at, wishes[half::2]) for half, process in enumerate(self._processes))
        return [outcome for answers in await asyncio.gather(*halves) for outcome in answers]

    async def stop(self) -> None:
        for process in self._processes:
            await process.stop()


@pytest.fixture
def on_postgres(backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite serves one process.")


@pytest.fixture
async def contest(database: Database) -> AsyncIterator[Contest]:
    begun = await Contest.between_two(database.url)
    yield begun
    await begun.stop()


def kinds(outcomes: list[tuple[str, list[str]]]) -> Counter[str]:
    return Counter(kind for kind, _ in outcomes)


def winners(outcomes: list[tuple[str, list[str]]]) -> list[list[str]]:
    return [seats for kind, seats in outcomes if kind == "Hold"]


async def test_rivals_in_two_processes_have_one_winner_in_every_round(contest: Contest) -> None:
    # SQLite serves one process; in the hands of two it is slower, and as safe.
    rounds = [20] * 5 if on_sqlite() else [60] * 8 + [300]
    actors = await people(max(rounds))
    for rivals in rounds:
        showtime = await make_showtime()
        outcomes = await contest.play(showtime, [(actor, ["F7", "F8"]) for actor in actors[:rivals]])
        assert kinds(outcomes) == {"Hold": 1, "SeatsUnavailable": rivals - 1}
        assert all(seats == ["F7", "F8"] for _, seats in outcomes)
        await check_books(showtime, winners(outcomes))
        await Hold.all().update(status="RELEASED")  # the next round asks the same people


@pytest.mark.usefixtures("on_postgres")
async def test_overlapping_wishes_in_two_processes_are_fulfilled_whole_or_not_at_all(contest: Contest) -> None:
    dice = random.Random(11)
    labels = [f"{row}{number}" for row in "ABC" for number in range(1, 11)]
    actors = await people(50)
    for _ in range(6):
        showtime = await make_showtime(rows=3)
        outcomes = await contest.play(showtime, [(actor, dice.sample(labels, 3)) for actor in actors])
        assert set(kinds(outcomes)) == {"Hold", "SeatsUnavailable"}
        await check_books(showtime, winners(outcomes))
        await Hold.all().update(status="RELEASED")


@pytest.mark.usefixtures("on_postgres")
async def test_one_person_in_two_processes_still_has_three_holds(contest: Contest) -> None:
    showtime = await make_showtime()
    (greedy,) = await people(1)
    outcomes = await contest.play(showtime, [(greedy, [f"A{number}"]) for number in range(1, 11)])
    assert kinds(outcomes) == {"Hold": 3, "HoldLimitReached": 7}
    await check_books(showtime, winners(outcomes))


@pytest.mark.usefixtures("on_postgres")
async def test_control_without_its_guards_two_processes_oversell(
    database: Database, new_database_url: Callable[[], str]
) -> None:
    await disconnect()
    spoiled = settings_for(new_database_url())
    await connect(spoiled)
    await without_unique_claims()
    contest = await Contest.between_two(spoiled.database_url, "unguarded")
    showtime = await make_showtime()
    outcomes = await contest.play(showtime, [(actor, ["F7", "F8"]) for actor in await people(60)])
    await contest.stop()
    assert kinds(outcomes)["Hold"] > 1
