"""The demo cinema with its crowd, made once and copied for each test."""

from collections.abc import Iterator

import pytest
import time_machine

from scripts import demo
from settings import Settings
from tests.databases import Database, Databases
from tests.demo_cinema import NOW, load
from tests.factories.crowd import crowded


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


async def fill(settings: Settings) -> None:
    """A demo cinema with its crowd."""
    database = Database(settings.database_url, settings)
    assert await load(database)
    await demo.keep_open(crowded(database), NOW)


@pytest.fixture(scope="module")
def filled(databases: Databases) -> Iterator[str]:
    """Filled once, for the tests of this file to copy."""
    with time_machine.travel(NOW, tick=False):
        url = databases.filled(fill)
    yield url
    databases.drop(url)


@pytest.fixture
def database_url(databases: Databases, filled: str) -> Iterator[str]:
    url = databases.copy_of(filled)
    yield url
    databases.drop(url)


@pytest.fixture
def house(database: Database) -> Settings:
    """A demo cinema with its crowd."""
    return crowded(database)
