"""Migrated databases for tests: an empty one for each, and copies of filled ones."""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.database import connect, disconnect, migrate
from settings import Settings
from tests import services

OUTBOX = tempfile.mkdtemp(prefix="marquee-outbox-")  # for the letters of tests that do not look for them
atexit.register(shutil.rmtree, OUTBOX, ignore_errors=True)


Fill = Callable[[Settings], Coroutine[object, object, None]]


@dataclass(frozen=True)
class Database:
    """An empty, migrated database that Tortoise is connected to."""

    url: str
    settings: Settings


def settings_for(database_url: str) -> Settings:
    """Settings for a database, with passwords that are quick to hash, whatever the developer's .env says."""
    return _settings().model_copy(update={"database_url": database_url})


@cache
def _settings() -> Settings:
    # No rules about seats: tests name whichever they like. The rules have tests of their own, which turn them on.
    # Nor is counted how often they try: those who hammer would have to wait.
    return Settings(
        _env_file=None,
        bcrypt_rounds=4,
        demo=False,
        seat_rules="",
        outbox=OUTBOX,
        rate_limits=False,
    )


class Databases:
    """Makes migrated databases from a template: a file to copy, or a PostgreSQL database to copy."""

    def __init__(self, directory: Path, postgres: services.Postgres | None) -> None:
        self._directory = directory
        self._postgres = postgres
        self._made = 0
        self._template = self._migrated_template()
        self._emptied = postgres.tables(self._template) if postgres else []
        self._reused = ""

    def fresh(self) -> str:
        """One that nobody else has had."""
        return self.copy_of(self._template)

    def copy_of(self, url: str) -> str:
        """Another with the same rows; nobody may be connected to the first."""
        if self._postgres:
            return self._postgres.create(template=url)
        self._made += 1
        path = self._directory / f"{self._made}.sqlite3"
        shutil.copyfile(url.removeprefix("sqlite://"), path)
        return f"sqlite://{path}"

    def filled(self, fill: Fill) -> str:
        """A migrated one with what `fill` writes, for copies."""
        url = self.fresh()
        services.run_apart(_fill(settings_for(url), fill))
        if not self._postgres:
            _settle(Path(url.removeprefix("sqlite://")))
        return url

    def empty(self) -> str:
        """One that nobody else has now: on PostgreSQL it is emptied, which is quicker than made anew."""
        if not self._postgres:
            return self.fresh()
        if not self._reused:
            self._reused = self.fresh()
        self._postgres.empty(self._reused, self._emptied)
        return self._reused

    def drop(self, url: str) -> None:
        """Throw one away."""
        if self._postgres:
            self._postgres.drop(url)
            return
        for suffix in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite://") + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Throw the rest away."""
        for url in filter(None, (self._template, self._reused)):
            self.drop(url)

    def _migrated_template(self) -> str:
        if self._postgres:
            url = self._postgres.create()
            services.run_apart(migrate(settings_for(url)))
            return url
        path = self._directory / "template.sqlite3"
        services.run_apart(migrate(settings_for(f"sqlite://{path}")))
        _settle(path)
        return f"sqlite://{path}"


def _settle(path: Path) -> None:
    """Put all that was written into the one file that is copied."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def _fill(settings: Settings, fill: Fill) -> None:
    await connect(settings)
    try:
        await fill(settings)
    finally:
        await disconnect()
