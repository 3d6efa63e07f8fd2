"""Tortoise's SQLite engine whose transactions take the write lock first and never keep the process lock by mistake.

Tortoise 1.1.9 keeps its process-wide lock for ever when BEGIN, or the opening of the file, is cancelled or fails (its
issue 1152): one impatient client would stop the whole server, and a server that cannot begin would not end.
"""

import sqlite3
from collections.abc import Coroutine
from typing import cast

from aiosqlite import Connection
from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from models.engines.shielding import to_the_end


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that is the writer from its first moment: no read can be overtaken before its write."""

    async def begin(self) -> None:
        """Take SQLite's write lock; OperationalError when another process keeps it too long."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            raise OperationalError(problem) from problem


class SafeTransactionContext(SqliteTransactionContext):
    """A transaction context that begins and ends whole, and always frees the process lock."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            # SQLite works in a thread of its own: what it was asked to do cannot be called back.
            await to_the_end(self._begin())
        except BaseException:
            await self._leave(self._undo())
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        client: TransactionalDBClient = self.connection
        return client

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        get_connections().reset(self.token)
        await self._leave(self._undo() if kind else self._commit())

    async def _begin(self) -> None:
        await self.ensure_connection()
        await self.connection.begin()

    async def _commit(self) -> None:
        try:
            await self.connection.commit()
        except BaseException:
            await self._undo()
            raise

    async def _undo(self) -> None:
        # Without a transaction SQLite has nothing to roll back, and does not mind.
        if self.connection._connection is not None:
            await self.connection._connection.rollback()

    async def _leave(self, ending: Coroutine[object, object, None]) -> None:
        try:
            await to_the_end(ending)
        finally:
            self._trxlock.release()


class SafeConnection(ConnectionWrapper[Connection]):
    """The connection for one statement: whoever is called away while it is opened lets the next one have it."""

    async def __aenter__(self) -> Connection:
        await self._lock.acquire()
        if cast("Connection | None", self.connection) is None:
            await self._open()
        return self.connection

    async def _open(self) -> None:
        try:
            await to_the_end(self.ensure_connection())
        except BaseException:
            self._lock.release()
            raise


class SafeClient(SqliteClient):
    """The client that `models.database` asks Tortoise for."""

    def acquire_connection(self) -> ConnectionWrapper[Connection]:
        """The one connection, for one statement."""
        return SafeConnection(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return SafeTransactionContext(ImmediateTransaction(self), self._lock)


client_class = SafeClient
