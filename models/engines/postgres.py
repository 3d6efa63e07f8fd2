"""Tortoise's asyncpg engine with bounded waits and no leaks.

Tortoise 1.1.9 leaks the pool connection when BEGIN is cancelled (its issue 1152), and waits for a free one without
end; asyncpg sends four statements of clean-up after every use, which connections without session state do not need.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import get_connections

from models.engines.shielding import to_the_end


class BoundedPool(asyncpg.Pool):  # type: ignore[misc]  # asyncpg has no types
    """A pool that gives up waiting for a free connection after a while."""

    __slots__ = ("_patience",)

    def __init__(self, *args: object, patience: float, **options: object) -> None:
        super().__init__(*args, **options)
        self._patience = patience

    def acquire(self, *, timeout: float | None = None) -> asyncpg.pool.PoolAcquireContext:
        """Wait for a free connection; TimeoutError when there is none in time."""
        return super().acquire(timeout=timeout or self._patience)


class BoundedTransaction(TransactionContextPooled):
    """A transaction that ends whole, and always gives its connection back."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        self.client._connection = await self.client._parent._pool.acquire()
        self.token = get_connections().set(self.connection_name, self.client)
        try:
            await self.client.begin()
        except BaseException:
            get_connections().reset(self.token)
            # It may be in the middle of an answer: it must not be used again, and the pool makes another.
            self.client._connection.terminate()
            raise
        return self.client

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        get_connections().reset(self.token)
        await to_the_end(self._end(failed=kind is not None))

    async def _end(self, *, failed: bool) -> None:
        try:
            await (self.client.rollback() if failed else self.client.commit())
        finally:
            if self.client._parent._pool:
                await self.client._parent._pool.release(self.client._connection)


class LeanReads(AsyncpgDBClient):
    """A client, or a transaction's connection, that gives rows as asyncpg has them."""

    @translate_exceptions
    async def fetch_rows(self, query: str, values: Sequence[object]) -> list[asyncpg.Record]:
        """The rows that a statement returns, without a copy of each."""
        async with self.acquire_connection() as connection:
            found: list[asyncpg.Record] = await connection.fetch(query, *values)
        return found


class LeanTransaction(LeanReads, TransactionWrapper):
    """What `in_transaction` works with."""


class BoundedClient(LeanReads):
    """The client that `models.database` asks Tortoise for."""

    async def create_pool(self, **options: Any) -> asyncpg.Pool:
        """A BoundedPool with the options that Tortoise passes to asyncpg, `patience` (seconds) among them."""
        return await BoundedPool(
            max_queries=50_000,
            max_inactive_connection_lifetime=300.0,
            connect=None,
            setup=None,
            init=None,
            reset=_keep_as_it_is,
            record_class=asyncpg.Record,
            **options,
        )

    def _in_transaction(self) -> TransactionContext:
        return BoundedTransaction(LeanTransaction(self), self._pool_init_lock)


async def _keep_as_it_is(connection: asyncpg.Connection) -> None:
    """Nothing to clean up: no statement of ours outlives its transaction."""


client_class = BoundedClient
