"""Migrations: from nothing, by many at once, through a crash."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.base import on_sqlite, sql
from models.database import connect, disconnect, migrate
from settings import Settings
from tests.databases import settings_for
from tests.services import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
MIGRATIONS = sorted(path.stem for path in (ROOT / "migrations").glob("0*.py"))
MIGRATE = """
import asyncio, sys
from models.database import migrate
from settings import Settings
asyncio.run(migrate(Settings(_env_file=None, database_url=sys.argv[1])))
"""
# Dies with every table made and nothing committed.
DIE = """
import os, signal
from tortoise.migrations.executor import MigrationExecutor
whole = MigrationExecutor.migrate
async def migrate_and_die(*arguments, **options):
    await whole(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)
MigrationExecutor.migrate = migrate_and_die
"""


@pytest.fixture
def empty(tmp_path: Path, postgres: Postgres | None) -> Iterator[Settings]:
    """A database in which nothing has been made yet."""
    url = postgres.create() if postgres else f"sqlite://{tmp_path}/empty.sqlite3"
    yield settings_for(url)
    if postgres:
        postgres.drop(url)


async def tables(settings: Settings) -> set[str]:
    await connect(settings)
    try:
        kind = "SELECT name FROM sqlite_master WHERE type = 'table'"
        public = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        return {str(row["name"]) for row in await sql(kind if on_sqlite() else public)}
    finally:
        await disconnect()


async def applied(settings: Settings) -> list[str]:
    await connect(settings)
    try:
        return [str(row["name"]) for row in await sql("SELECT name FROM tortoise_migrations ORDER BY id")]
    finally:
        await disconnect()


async def run(script: str, settings: Settings) -> int:
    """Run a script in a process of its own; how it ended."""
    command = [sys.executable, "-c", script, settings.database_url]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    return await process.wait()


async def test_from_nothing_and_again(empty: Settings) -> None:
    await migrate(empty)
    made = await tables(empty)
    assert {"users", "seat_claims", "seat_changes", "bookings", "payments", "tickets", "tasks"} <= made
    assert await applied(empty) == MIGRATIONS
    await migrate(empty)
    assert await tables(empty) == made
    assert await applied(empty) == MIGRATIONS


async def test_five_processes_at_once_make_one_schema(empty: Settings) -> None:
    assert await asyncio.gather(*(run(MIGRATE, empty) for _ in range(5))) == [0] * 5
    assert await applied(empty) == MIGRATIONS
    assert "seat_claims" in await tables(empty)


async def test_killed_before_the_end_nothing_is_left_and_the_next_start_succeeds(empty: Settings) -> None:
    assert await run(DIE + MIGRATE, empty) == -signal.SIGKILL
    assert await tables(empty) <= {"sqlite_sequence"}
    assert await run(MIGRATE, empty) == 0
    assert await applied(empty) == MIGRATIONS
    assert "seat_claims" in await tables(empty)


async def test_killed_in_the_middle_of_a_crowd_the_others_finish(empty: Settings) -> None:
    outcomes = await asyncio.gather(run(DIE + MIGRATE, empty), *(run(MIGRATE, empty) for _ in range(3)))
    assert outcomes[1:] == [0, 0, 0]
    assert await applied(empty) == MIGRATIONS
