"""How often the hold path asks the database: nobody adds a round trip unnoticed."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from domain.problems import SeatsUnavailable
from tests.conftest import Database
from tests.factories.sale import open_sale


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first words of every statement that asyncpg sends."""
    sent: list[str] = []

    def noting(name: str) -> Callable[..., Awaitable[Any]]:
        real = getattr(asyncpg.connection.Connection, name)

        async def send(connection: asyncpg.Connection, statement: str, *values: Any, **options: Any) -> Any:
            sent.append(" ".join(statement.split()[:2]))
            return await real(connection, statement, *values, **options)

        return send

    for name in ("fetch", "fetchrow", "execute"):
        monkeypatch.setattr(asyncpg.connection.Connection, name, noting(name))
    return sent


@pytest.fixture(autouse=True)
def only_postgres(backend: str) -> None:
    if backend != "postgres":
        pytest.skip("SQLite is in this process: a statement is no round trip.")


async def test_a_hold_locks_looks_and_writes(database: Database, statements: list[str]) -> None:
    sale = await open_sale(database.settings)
    await sale.hold("A1")
    statements.clear()
    await sale.hold("B1", "B2")
    assert statements == ["BEGIN;", "WITH person", "SELECT label,", "WITH hold", "COMMIT;"]


async def test_a_key_costs_one_more(database: Database, statements: list[str]) -> None:
    sale = await open_sale(database.settings)
    await sale.hold("A1")
    statements.clear()
    await sale.hold("B1", key="k")
    assert len(statements) == 6


async def test_a_refused_hold_writes_nothing(database: Database, statements: list[str]) -> None:
    sale = await open_sale(database.settings)
    await sale.hold("A1")
    statements.clear()
    with pytest.raises(SeatsUnavailable):
        await sale.hold("A1", "A2")
    assert statements == ["BEGIN;", "WITH person", "SELECT label,", "ROLLBACK;"]
