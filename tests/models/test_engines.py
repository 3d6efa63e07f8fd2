"""A transaction that is given up, refused or crowded out leaves the database as usable as before."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import anyio
import pytest
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import TransactionContext, TransactionContextPooled
from tortoise.backends.sqlite.client import SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from models.base import on_sqlite, sql
from models.database import connect, disconnect
from models.users import User
from settings import Settings
from tests.databases import Database
from tests.factories.users import make_customer

GIVEN_UP = 500
POOL = 5

GiveUp = Callable[[random.Random], Awaitable[None]]


async def write() -> None:
    async with in_transaction():
        await sql("UPDATE users SET name = name")


async def cancelled(dice: random.Random, times: int) -> None:
    """Begin to write, and be cancelled up to so many times at any moment."""
    task = asyncio.create_task(write())
    for _ in range(dice.randint(1, times)):
        for _ in range(dice.randrange(8)):
            await asyncio.sleep(0)
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def once(dice: random.Random) -> None:
    await cancelled(dice, 1)


async def again_and_again(dice: random.Random) -> None:
    await cancelled(dice, 4)


async def by_a_scope(dice: random.Random) -> None:
    """As anyio does it: at every await until the scope is left, in a task that goes on to something else."""
    with anyio.CancelScope() as scope:
        asyncio.get_running_loop().call_later(dice.random() * 0.001, scope.cancel)
        await write()


def free() -> object:
    """What must be free again after everything: the process lock, or every connection of the pool."""
    client = get_connections().get("default")
    return not client._lock.locked() if on_sqlite() else client._pool.get_size() - client._pool.get_idle_size()


@pytest.fixture
async def small_pool(database: Database, settings: Settings) -> None:
    """A pool of five connections with half a second of patience, and somebody to write about."""
    await disconnect()
    await connect(settings.model_copy(update={"database_pool_size": POOL, "database_acquire_seconds": 0.5}))
    await make_customer(name="Ana")


@pytest.mark.parametrize("give_up", [once, again_and_again, by_a_scope])
async def test_transactions_given_up_at_any_moment_keep_nothing(
    small_pool: None, give_up: GiveUp, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(3)
    for _ in range(GIVEN_UP):
        await give_up(dice)
    assert free() == (True if on_sqlite() else 0)
    async with asyncio.timeout(5):
        await asyncio.gather(*(write() for _ in range(50 if on_sqlite() else POOL)))
    assert [user.name for user in await User.all()] == ["Ana"]
    assert caplog.messages == []


def stock() -> TransactionContext:
    """A transaction as Tortoise makes it."""
    client = get_connections().get("default")
    if on_sqlite():
        return SqliteTransactionContext(SqliteTransactionWrapper(client), client._lock)
    return TransactionContextPooled(TransactionWrapper(client), client._pool_init_lock)


async def give_up_in_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancel one transaction exactly while its BEGIN is awaited."""
    begun = asyncio.Event()
    wrapper = SqliteTransactionWrapper if on_sqlite() else TransactionWrapper

    async def begin(self: SqliteTransactionWrapper | TransactionWrapper) -> None:
        begun.set()
        await asyncio.sleep(0.05)

    with monkeypatch.context() as slow:
        for kind in (wrapper, *wrapper.__subclasses__()):
            slow.setattr(kind, "begin", begin)
        task = asyncio.create_task(write())
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()


async def test_a_begin_that_is_given_up_keeps_nothing(small_pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2 * POOL):
        await give_up_in_begin(monkeypatch)
    assert free() == (True if on_sqlite() else 0)
    await write()


async def test_control_in_the_stock_engine_it_keeps_the_lock_or_a_connection_for_ever(
    small_pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = get_connections().get("default")
    monkeypatch.setattr(client, "_in_transaction", stock)
    for _ in range(1 if on_sqlite() else POOL):
        await give_up_in_begin(monkeypatch)
    assert free() == (False if on_sqlite() else POOL)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await write()
    if on_sqlite():
        client._lock.release()
    else:
        client._pool.terminate()


async def test_an_error_inside_rolls_back_and_frees(small_pool: None) -> None:
    async def fail() -> None:
        async with in_transaction():
            await sql("UPDATE users SET name = 'Ben'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert free() == (True if on_sqlite() else 0)
    await write()
    assert (await User.get()).name == "Ana"


async def test_whoever_gives_up_in_the_commit_has_all_or_nothing(small_pool: None) -> None:
    async def rename(name: str) -> None:
        async with in_transaction():
            await sql("UPDATE users SET name = $1", name)
            committing.set()

    for number in range(40):
        before, committing = (await User.get()).name, asyncio.Event()
        task = asyncio.create_task(rename(f"Ana {number}"))
        await committing.wait()
        task.cancel()
        await asyncio.wait([task])
        assert (await User.get()).name in (before, f"Ana {number}")
    assert free() == (True if on_sqlite() else 0)


async def test_a_pool_that_is_used_up_is_waited_for_only_so_long(small_pool: None) -> None:
    if on_sqlite():
        pytest.skip("SQLite has one connection and no pool.")
    release = asyncio.Event()

    async def hog() -> None:
        async with in_transaction():
            await sql("SELECT 1")
            await release.wait()

    hogs = [asyncio.create_task(hog()) for _ in range(POOL)]
    await asyncio.sleep(0.2)
    began = time.monotonic()
    outcomes = await asyncio.gather(*(write() for _ in range(20)), sql("SELECT 1"), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {TimeoutError}
    assert 0.4 < time.monotonic() - began < 4
    release.set()
    await asyncio.gather(*hogs)
    await asyncio.gather(*(write() for _ in range(20)))
    assert free() == 0


async def test_a_file_locked_by_another_process_is_an_error_and_nothing_more(database: Database) -> None:
    path = database.settings.sqlite_path
    if path is None:
        pytest.skip("PostgreSQL has no file.")
    await make_customer(name="Ana")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        began = time.monotonic()
        with pytest.raises(OperationalError, match="locked"):
            await write()
        assert 1 < time.monotonic() - began < 5
        assert await User.all().count() == 1, "reading goes on"
    finally:
        other.execute("ROLLBACK")
        other.close()
    await write()
    assert [user.name for user in await User.all()] == ["Ana"]


async def test_whoever_gives_up_while_the_file_is_opened_lets_the_next_one_in(database: Database) -> None:
    """As a server does that cannot have its port, and ends before it has begun."""
    for opened in range(3):
        await disconnect()
        await connect(database.settings)
        first = asyncio.create_task(sql("SELECT 1 AS one"))
        for _ in range(opened):
            await asyncio.sleep(0)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        async with asyncio.timeout(5):
            assert (await sql("SELECT 1 AS one"))[0]["one"] == 1
