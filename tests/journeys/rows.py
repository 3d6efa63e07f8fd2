"""The database, read past the server."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import asyncpg

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


async def read(database_url: str, *statements: str) -> list[list[tuple[object, ...]]]:
    """What each of the statements gives, over one connection."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite://"))) as file:
            return [[tuple(row) for row in file.execute(statement)] for statement in statements]
    connection = await asyncpg.connect(database_url)
    try:
        return [[tuple(row) for row in await connection.fetch(statement)] for statement in statements]
    finally:
        await connection.close()


async def rows(database_url: str, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives."""
    (found,) = await read(database_url, statement)
    return found


async def everything(database_url: str, tables: Sequence[str] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, or of these."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    tables = tables or [str(name) for (name,) in await rows(database_url, TABLES[kind])]
    found = await read(database_url, *map(all_of, tables))
    return {table: sorted(these, key=repr) for table, these in zip(tables, found, strict=True)}


def all_of(table: str) -> str:
    """All its rows; not of letters on their way, which change nothing when they are sent."""
    return f'SELECT * FROM "{table}"' + (" WHERE kind NOT LIKE 'send-%'" if table == "tasks" else "")
