"""How often the hold path asks the database: nobody adds a round trip unnoticed."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

import clock
from adapters import adapters_from
from domain.access import Role
from domain.price_terms import WantedTerms
from domain.problems import SeatsUnavailable
from models.base import sql
from models.database import connect, disconnect
from models.movies import Movie
from models.seat_claims import layout_of
from resolvers import holds, second_factors, sessions, venues
from resolvers.sessions import Device
from resolvers.unit_of_work import unit_of_work
from tests.databases import Database
from tests.factories.sale import open_sale
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_staff


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


async def test_a_least_age_costs_one_statement(database: Database, statements: list[str]) -> None:
    sale = await open_sale(database.settings)
    await Movie.filter(id=sale.showtime.movie_id).update(age_restriction=18)
    await sale.hold("A1")
    statements.clear()
    await sale.hold("B1", "B2")
    age = statements.pop(2)
    assert age.startswith("SELECT")
    assert statements == ["BEGIN;", "WITH person", "SELECT label,", "WITH hold", "COMMIT;"]


async def test_price_terms_cost_no_statement(database: Database, statements: list[str]) -> None:
    sale = await open_sale(database.settings)
    wanted = WantedTerms("30.00", "GST", "18", tax_included=True, round_to="1.00")
    await venues.set_price_terms(sale.ana, sale.showtime.venue_id, wanted)
    await layout_of(sale.showtime.layout_id)  # which a process reads once
    statements.clear()
    hold = await sale.hold("B1", "B2")
    assert statements == ["BEGIN;", "WITH person", "SELECT label,", "WITH hold", "COMMIT;"]
    assert hold.quote.total.minor == 56_000


async def test_the_first_change_of_a_map_counts_its_claims(database: Database, statements: list[str]) -> None:
    sale = await open_sale(database.settings)
    await layout_of(sale.showtime.layout_id)  # which a process reads once
    statements.clear()
    await sale.hold("A1")
    assert statements == ["BEGIN;", "WITH person", "SELECT label,", "SELECT COUNT(*)", "WITH hold", "COMMIT;"]


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


async def fill_with_claims() -> None:
    """Ten thousand claims of other showtimes, because a plan for empty tables costs the same whatever it does."""
    for _ in range(5):
        showtime = await make_showtime()
        await sql(
            "INSERT INTO seat_claims (showtime_id, label, state) SELECT $1, 'R' || n, 'BOOKED'"
            " FROM generate_series(1, 2000) AS n",
            showtime.id,
        )
    await sql("ANALYZE seat_claims")


async def nothing_is_counted_meanwhile() -> None:
    """Keep PostgreSQL from counting rows of its own accord: what it counts changes what it expects."""
    for table in await sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        await sql(f'ALTER TABLE "{table["tablename"]}" SET (autovacuum_enabled = false)')


async def test_no_statement_of_a_hold_is_planned_anew_each_time(
    new_database_url: Callable[[], str], database: Database
) -> None:
    await disconnect()
    # A database of its own: in the one that tests share, it remembers what the others have filled it with.
    settings = database.settings.model_copy(update={"database_url": new_database_url(), "database_pool_size": 1})
    await connect(settings)
    await nothing_is_counted_meanwhile()
    sale = await open_sale(settings)
    await fill_with_claims()
    hold = await sale.hold("A1", "A2")
    for _ in range(12):
        await holds.release(sale.ana, hold.id)
        hold = await sale.hold("A1", "A2")
    kept = await sql("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
    plans = {
        begin: (row["custom_plans"], row["generic_plans"])
        for row in kept
        for begin in ("WITH person", "SELECT label, state", "WITH hold")
        if str(row["statement"]).startswith("\n" + begin) and "IN (NULL)" not in str(row["statement"])
    }
    # PostgreSQL tries the values at hand five times, and goes on without them where that costs no more.
    assert plans == {"WITH person": (5, 8), "SELECT label, state": (5, 20), "WITH hold": (5, 8)}


async def test_to_know_who_calls_takes_one_statement_whatever_the_house_asks_of_whom(
    database: Database, statements: list[str]
) -> None:
    adapters, admin = adapters_from(database.settings), actor_of(await make_staff(Role.ADMIN))
    await second_factors.require(admin, [Role.STAFF])
    async with unit_of_work() as work:
        given = await sessions.begin(work, await make_staff(Role.STAFF), adapters, Device())
    statements.clear()
    caller = await sessions.authenticate(given.access_token, adapters.tokens, clock.now())
    assert statements == ["SELECT s.user_id,"]
    assert caller is not None
    assert (caller.actor.roles, caller.actor.withheld) == ({Role.CUSTOMER}, {Role.STAFF})
