"""A transaction that is given up, refused or crowded out leaves the database as usable as before."""

import asyncio
import random
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from tortoise.backends.sqlite.client import SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from models.base import on_sqlite, sql
from models.database import connect, disconnect
from models.users import User
from settings import Settings
from tests.conftest import Database
from tests.factories.users import make_customer

GIVEN_UP = 300


async def write() -> None:
    async with in_transaction():
        await sql("UPDATE users SET name = name")


async def give_up_at_random_moments(times: int) -> None:
    dice = random.Random(3)
    for _ in range(times):
        task = asyncio.create_task(write())
        for _ in range(dice.randrange(6)):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_transactions_given_up_at_any_moment_hold_nothing(database: Database) -> None:
    await make_customer()
    await give_up_at_random_moments(GIVEN_UP)
    async with asyncio.timeout(10):
        await asyncio.gather(*(write() for _ in range(50)))
    assert await User.all().count() == 1


async def test_control_the_stock_engine_keeps_its_lock_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not on_sqlite():
        pytest.skip("On PostgreSQL the stock engine leaks connections instead, one at a time.")
    await make_customer()
    client = get_connections().get("default")

    def stock() -> SqliteTransactionContext:
        return SqliteTransactionContext(SqliteTransactionWrapper(client), client._lock)

    monkeypatch.setattr(client, "_in_transaction", stock)
    stuck = asyncio.create_task(give_up_at_random_moments(GIVEN_UP))
    done, _ = await asyncio.wait([stuck], timeout=2)
    locked = client._lock.locked()
    stuck.cancel()
    await asyncio.wait([stuck])
    assert locked or not done, "the stock engine was expected to stay locked"
    if client._lock.locked():
        client._lock.release()


async def test_an_error_inside_rolls_back_and_frees(database: Database) -> None:
    await make_customer(name="Ana")

    async def fail() -> None:
        async with in_transaction():
            await sql("UPDATE users SET name = 'Ben'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await write()
    assert (await User.get()).name == "Ana"


@pytest.fixture
async def crowded(database: Database, settings: Settings) -> None:
    """A pool of two connections, with half a second of patience."""
    await disconnect()
    await connect(settings.model_copy(update={"database_pool_size": 2, "database_acquire_seconds": 0.5}))


async def test_a_pool_that_is_used_up_is_waited_for_only_so_long(crowded: None) -> None:
    if on_sqlite():
        pytest.skip("SQLite has one connection and no pool.")
    release = asyncio.Event()

    async def hog() -> None:
        async with in_transaction():
            await sql("SELECT 1")
            await release.wait()

    hogs = [asyncio.create_task(hog()) for _ in range(2)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(3):
        for work in (write, lambda: sql("SELECT 1")):
            with pytest.raises(TimeoutError):
                await work()
    release.set()
    await asyncio.gather(*hogs)
    await write()


async def test_a_file_locked_by_another_process_is_an_error_and_nothing_more(database: Database) -> None:
    path = database.settings.sqlite_path
    if path is None:
        pytest.skip("PostgreSQL has no file.")
    await make_customer()
    other = sqlite3.connect(Path(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        async with asyncio.timeout(8):
            with pytest.raises(OperationalError, match="locked"):
                await write()
            assert await User.all().count() == 1
    finally:
        other.execute("ROLLBACK")
        other.close()
    await write()
