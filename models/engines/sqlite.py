"""Tortoise's SQLite engine whose transactions take the write lock first and never keep the process lock by mistake.

Tortoise 1.1.9 keeps its process-wide lock for ever when BEGIN is cancelled or fails (its issue 1152): one impatient
client would stop the whole server.
"""

import asyncio
import sqlite3

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that is the writer from its first moment: no read can be overtaken before its write."""

    async def begin(self) -> None:
        """Take SQLite's write lock; OperationalError when another process keeps it too long."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            raise OperationalError(problem) from problem


class SafeTransactionContext(SqliteTransactionContext):
    """A transaction context that frees the process lock when BEGIN fails or is cancelled."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        beginning = asyncio.ensure_future(self._begin())
        try:
            await asyncio.shield(beginning)
        except BaseException:
            await self._undo(beginning)
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        client: TransactionalDBClient = self.connection
        return client

    async def _begin(self) -> None:
        await self.ensure_connection()
        await self.connection.begin()

    async def _undo(self, beginning: "asyncio.Future[None]") -> None:
        # BEGIN runs in SQLite's own thread and cannot be called back: let it end, then take it back.
        await asyncio.wait([beginning])
        if not beginning.cancelled() and beginning.exception() is None:
            await self.connection.rollback()


class SafeClient(SqliteClient):
    """The client that `models.database` asks Tortoise for."""

    def _in_transaction(self) -> TransactionContext:
        return SafeTransactionContext(ImmediateTransaction(self), self._lock)


client_class = SafeClient
