"""What every test may ask for: services started once a run, and an empty, migrated database for each test."""

import asyncio
import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import time_machine

import clock
from models.database import connect, disconnect, migrate
from settings import Settings
from subscriptions import live
from subscriptions.bookings import BookingSource
from subscriptions.seat_maps import SeatMapSource
from tests import processes, services
from tests.money.table import write_matrix
from tests.servers import BARE, StartServer, machine_environment, started_server

SERVICES = pytest.StashKey[ExitStack]()
POSTGRES_URL = pytest.StashKey[str]()
OUTBOX = tempfile.mkdtemp(prefix="marquee-outbox-")  # for the letters of tests that do not look for them
atexit.register(shutil.rmtree, OUTBOX, ignore_errors=True)
RAN_ON = pytest.StashKey[str]()

LONGEST_WINDOW = 900.0

Fill = Callable[[Settings], Coroutine[object, object, None]]


@dataclass(frozen=True)
class Database:
    """An empty, migrated database that Tortoise is connected to."""

    url: str
    settings: Settings


def settings_for(database_url: str) -> Settings:
    """Settings for a database, with passwords that are quick to hash, whatever the developer's .env says."""
    # No rules about seats: tests name whichever they like. The rules have tests of their own, which turn them on.
    # Nor is counted how often they try: those who hammer would have to wait.
    return Settings(
        _env_file=None,
        database_url=database_url,
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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend", choices=("sqlite", "postgres"), default="sqlite", help="sqlite+memory or postgres+valkey"
    )
    parser.addoption("--ran-on", default="", help="also write what the tests ran on into this file")


def pytest_configure(config: pytest.Config) -> None:
    """Start what all workers share, in the process that outlives them, and hide the developer's own settings."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    stack = config.stash[SERVICES] = ExitStack()
    if hasattr(config, "workerinput"):
        config.stash[POSTGRES_URL] = config.workerinput["postgres_url"]
        return
    config.stash[POSTGRES_URL] = ""
    config.stash[RAN_ON] = f"SQLite {sqlite3.sqlite_version} + memory://"
    if config.getoption("backend") == "postgres" and not config.getoption("collectonly"):
        server = stack.enter_context(services.postgres())
        config.stash[POSTGRES_URL] = server.url
        config.stash[RAN_ON] = f"PostgreSQL {server.version} + {services.valkey_wheel_version()}"


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVICES].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell an xdist worker where the shared PostgreSQL is."""
    node.workerinput["postgres_url"] = node.config.stash[POSTGRES_URL]  # type: ignore[attr-defined]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read, for the turn of those who are `alone`, files in which nobody is."""
    if config.getoption("markexpr") != "alone" or collection_path.suffix != ".py":
        return None
    return "mark.alone" not in collection_path.read_text() or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, in the PostgreSQL pass, what a second database can teach nothing about."""
    if config.getoption("backend") == "sqlite":
        return
    left_out = [item for item in items if item.get_closest_marker("once")]
    items[:] = [item for item in items if not item.get_closest_marker("once")]
    config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which services these results are about, and where money ended in whatever trouble."""
    write_matrix(terminalreporter)
    ran_on = config.stash[RAN_ON]
    terminalreporter.write_line(f"ran on: {ran_on}", bold=True)
    if path := config.getoption("ran_on"):
        Path(path).write_text(ran_on)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgres`: what this run is about."""
    return str(request.config.getoption("backend"))


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> services.Postgres | None:
    url = request.config.stash[POSTGRES_URL]
    return services.Postgres(url) if url else None


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    with services.valkey() as url:
        yield url


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    """An empty Valkey, on both backends: for tests of the wire itself."""
    services.flush(valkey_url)
    return valkey_url


@pytest.fixture
def live_url(backend: str, request: pytest.FixtureRequest) -> str:
    """What REDIS_URL is in this run: empty beside SQLite, the Valkey beside PostgreSQL."""
    return "" if backend == "sqlite" else str(request.getfixturevalue("redis_url"))


@pytest.fixture
def valkey_server() -> Iterator[services.ValkeyServer]:
    """A Valkey of this test's own, to be killed, frozen and restarted."""
    server = services.ValkeyServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def start_server() -> Iterator[StartServer]:
    """`started_server` for processes that need not import everything first; see `tests.processes`."""
    with processes.warm(machine_environment() | BARE) as start:
        yield partial(started_server, start=start)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, postgres: services.Postgres | None) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"), postgres)
    yield made
    made.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """An empty, migrated database that nobody is connected to yet."""
    url = databases.empty()
    yield url
    if url.startswith("sqlite"):
        databases.drop(url)


@pytest.fixture
def new_database_url(databases: Databases) -> Iterator[Callable[[], str]]:
    """Makes more empty, migrated databases, when one is not enough."""
    made: list[str] = []

    def make() -> str:
        made.append(databases.fresh())
        return made[-1]

    yield make
    for url in made:
        databases.drop(url)


@pytest.fixture
def new_window() -> Iterator[None]:
    """A moment at which the windows of all rate limits have just begun, so that none ends while the test runs."""
    now = clock.now().timestamp()
    with time_machine.travel(now - now % LONGEST_WINDOW + LONGEST_WINDOW + 1):
        yield


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings for this test's database."""
    return settings_for(database_url)


async def given_up() -> None:
    """Let what loaders have begun for fields that were given up come to its end, before the database closes."""
    for _ in range(3):  # one batch may cause the next
        await asyncio.sleep(0)
        if batches := [task for task in asyncio.all_tasks() if "dispatch_batch" in repr(task.get_coro())]:
            await asyncio.wait(batches, timeout=5)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """An empty database with Tortoise connected to it and a live wire in memory."""
    await connect(settings)
    wire = live.Live("memory://", {"seat-map": SeatMapSource(), "booking": BookingSource()})
    live.use(wire)
    await wire.start()
    yield Database(settings.database_url, settings)
    await given_up()
    await wire.stop()
    live.use(None)
    await disconnect()
