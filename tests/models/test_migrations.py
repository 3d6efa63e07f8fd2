"""Migrations: from nothing, by many at once, through a crash."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tortoise.migrations.executor import MigrationExecutor

from models.base import on_sqlite, sql
from models.database import connect, disconnect, migrate
from settings import Settings
from tests.conftest import settings_for
from tests.services import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
MIGRATE = """
import asyncio, sys
from models.database import migrate
from settings import Settings
asyncio.run(migrate(Settings(_env_file=None, database_url=sys.argv[1])))
"""


@pytest.fixture
def empty(tmp_path: Path, postgres: Postgres | None) -> Settings:
    """A database in which nothing has been made yet."""
    return settings_for(postgres.create() if postgres else f"sqlite://{tmp_path}/empty.sqlite3")


async def tables(settings: Settings) -> set[str]:
    await connect(settings)
    try:
        kind = "SELECT name FROM sqlite_master WHERE type = 'table'"
        public = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        return {str(row["name"]) for row in await sql(kind if on_sqlite() else public)}
    finally:
        await disconnect()


async def test_from_nothing_and_again(empty: Settings) -> None:
    await migrate(empty)
    made = await tables(empty)
    assert {"users", "seat_claims", "seat_changes", "bookings", "payments", "tickets", "tasks"} <= made
    await migrate(empty)
    assert await tables(empty) == made


async def test_five_processes_at_once_make_one_schema(empty: Settings) -> None:
    command = [sys.executable, "-c", MIGRATE, empty.database_url]
    processes = [await asyncio.create_subprocess_exec(*command, cwd=ROOT) for _ in range(5)]
    assert await asyncio.gather(*(process.wait() for process in processes)) == [0] * 5
    assert "seat_claims" in await tables(empty)


async def test_a_crash_before_the_end_leaves_nothing_and_the_next_start_succeeds(
    empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    original: Callable[..., object] = MigrationExecutor.migrate

    async def crash(self: MigrationExecutor, *arguments: object, **options: object) -> None:
        await original(self, *arguments, **options)  # type: ignore[misc]
        raise ConnectionError("killed between the tables and the record of them")

    monkeypatch.setattr(MigrationExecutor, "migrate", crash)
    with pytest.raises(ConnectionError):
        await migrate(empty)
    assert "seat_claims" not in await tables(empty)
    monkeypatch.undo()
    await migrate(empty)
    assert "seat_claims" in await tables(empty)
