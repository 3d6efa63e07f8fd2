"""What every test may ask for: services started once a run, and an empty, migrated database for each test."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path

import httpcore2
import pytest
import time_machine

import clock
from models.database import connect, disconnect
from settings import Settings
from subscriptions import live
from subscriptions.bookings import BookingSource
from subscriptions.seat_maps import SeatMapSource
from tests import processes, services, valkey
from tests.databases import Database, Databases, settings_for
from tests.money.table import write_matrix
from tests.servers import BARE, StartServer, machine_environment, started_server

SERVICES = pytest.StashKey[ExitStack]()
POSTGRES_URL = pytest.StashKey[str]()
RAN_ON = pytest.StashKey[str]()

LONGEST_WINDOW = 900.0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend", choices=("sqlite", "postgres"), default="sqlite", help="sqlite+memory or postgres+valkey"
    )
    parser.addoption("--ran-on", default="", help="also write what the tests ran on into this file")


def pytest_configure(config: pytest.Config) -> None:
    """Start what all workers share, in the process that outlives them, and hide the developer's own settings."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    # Every HTTP client reads the authorities' certificates; that takes 20 ms, and tests make thousands.
    httpcore2.default_ssl_context = cache(httpcore2.default_ssl_context)
    stack = config.stash[SERVICES] = ExitStack()
    if hasattr(config, "workerinput"):
        config.stash[POSTGRES_URL] = config.workerinput["postgres_url"]
        return
    config.stash[POSTGRES_URL] = ""
    config.stash[RAN_ON] = f"SQLite {sqlite3.sqlite_version} + memory://"
    if config.getoption("backend") == "postgres" and not config.getoption("collectonly"):
        server = stack.enter_context(services.postgres())
        config.stash[POSTGRES_URL] = server.url
        config.stash[RAN_ON] = f"PostgreSQL {server.version} + {valkey.valkey_wheel_version()}"


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVICES].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell an xdist worker where the shared PostgreSQL is."""
    node.workerinput["postgres_url"] = node.config.stash[POSTGRES_URL]  # type: ignore[attr-defined]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read files in which all are left out: whoever is not `alone` in their turn, `once` on PostgreSQL."""
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    text = collection_path.read_text()
    nobody_alone = config.getoption("markexpr") == "alone" and "mark.alone" not in text
    all_once = config.getoption("backend") == "postgres" and "\npytestmark = pytest.mark.once\n" in text
    return nobody_alone or all_once or None


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
    with valkey.valkey() as url:
        yield url


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    """An empty Valkey, on both backends: for tests of the wire itself."""
    valkey.flush(valkey_url)
    return valkey_url


@pytest.fixture
def live_url(backend: str, request: pytest.FixtureRequest) -> str:
    """What REDIS_URL is in this run: empty beside SQLite, the Valkey beside PostgreSQL."""
    return "" if backend == "sqlite" else str(request.getfixturevalue("redis_url"))


@pytest.fixture
def valkey_server() -> Iterator[valkey.ValkeyServer]:
    """A Valkey of this test's own, to be killed, frozen and restarted."""
    server = valkey.ValkeyServer()
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
