"""Keeping others out until the transaction ends: of one row, of one person's things, of everything."""

from typing import TypeVar
from uuid import UUID

from domain.wrong_calls import NotFound
from models.base import Row, on_sqlite, sql

RowT = TypeVar("RowT", bound=Row)


async def lock_row(kind: type[RowT], id: UUID) -> RowT:
    """A row that nobody else can change until the transaction ends; NotFound if there is none.

    A write locks alike on both databases: PostgreSQL's row, SQLite's file.
    """
    table = kind._meta.db_table
    found = await sql(f"UPDATE {table} SET created_at = created_at WHERE id = $1 RETURNING id", id)  # noqa: S608
    if not found:
        raise NotFound
    return await kind.get(id=id)


async def lock_name(name: str) -> None:
    """Let one transaction at a time work on what is called this; SQLite has one writer anyway."""
    if not on_sqlite():
        await sql("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)


async def lock_ranks() -> None:
    """Let one transaction at a time change who may do what."""
    await lock_name("ranks")


async def lock_everybody() -> None:
    """Let one transaction at a time do what only one process should do; SQLite has one writer anyway."""
    if not on_sqlite():
        await sql("SELECT pg_advisory_xact_lock($1)", 1)
