"""The database, read past the server."""

import sqlite3

import asyncpg

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


async def rows(database_url: str, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives."""
    if database_url.startswith("sqlite"):
        with sqlite3.connect(database_url.removeprefix("sqlite://")) as connection:
            found = connection.execute(statement).fetchall()
        connection.close()
        return [tuple(row) for row in found]
    connection = await asyncpg.connect(database_url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def everything(database_url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    tables = [str(name) for (name,) in await rows(database_url, TABLES[kind])]
    return {table: await everything_of(database_url, table) for table in tables}


async def everything_of(database_url: str, table: str) -> list[tuple[object, ...]]:
    """Every row of a table; not of letters on their way, which change nothing when they are sent."""
    besides = " WHERE kind NOT LIKE 'send-%'" if table == "tasks" else ""
    return sorted(await rows(database_url, f'SELECT * FROM "{table}"{besides}'), key=repr)
