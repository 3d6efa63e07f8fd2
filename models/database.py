"""Opening and closing the database, and bringing its tables up to date."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.config import TortoiseConfig
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.transactions import in_transaction

import clock
from models.base import as_instant, on_sqlite, sql
from settings import Settings

MODULES = [
    "models.users",
    "models.codes",
    "models.ways_in",
    "models.audit_log",
    "models.movies",
    "models.venues",
    "models.staff",
    "models.showtimes",
    "models.bookings",
    "models.seat_claims",
    "models.seat_changes",
    "models.payments",
    "models.refunds",
    "models.offers",
    "models.ledger",
    "models.inbox",
    "models.sandbox",
    "models.sales",
    "models.idempotency",
    "models.tasks",
    "models.catalogue",
]


class _TransactionalRecorder(MigrationRecorder):
    """Keeps the list of migrations without `executescript`, which would commit our transaction on SQLite."""

    async def ensure_schema(self, schema_editor: BaseSchemaEditor) -> None:
        statement = schema_editor._get_model_sql_data(self.model).table_sql
        await self.connection.execute_query(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))


_MIGRATION_LOCK = 7_245_901_388  # any number, the same in every process


# Whoever serves gives up soon; whoever migrates has to wait for those who do, however long that takes.
_LIMITS = {"lock_timeout": "10s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "30s"}
_COMMAND_SECONDS = 30


def tortoise_config(settings: Settings, *, patient: bool = False) -> TortoiseConfig:
    """Where the database is and which models live in it; `patient`: no statement is given up."""
    return TortoiseConfig.from_dict(
        {
            "connections": {"default": _connection(settings, patient=patient)},
            "apps": {"models": {"models": MODULES, "migrations": "migrations"}},
            "use_tz": True,
            "timezone": "UTC",
        }
    )


def _connection(settings: Settings, *, patient: bool) -> dict[str, Any]:
    if settings.on_sqlite:
        path = settings.database_url.removeprefix("sqlite://")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return {"engine": "models.engines.sqlite", "credentials": {"file_path": path, "busy_timeout": 2000}}
    scheme, _, rest = settings.database_url.partition("://")
    if scheme not in ("postgres", "postgresql", "asyncpg"):
        raise ValueError("DATABASE_URL must begin with sqlite:// or postgres://.")
    found = expand_db_url(f"asyncpg://{rest}")
    credentials: dict[str, Any] = {
        **found["credentials"],
        "minsize": 1,
        "maxsize": settings.database_pool_size,
        "patience": settings.database_acquire_seconds,
        "command_timeout": None if patient else _COMMAND_SECONDS,
        "server_settings": {"application_name": "marquee", "jit": "off"} | ({} if patient else _LIMITS),
    }
    return {"engine": "models.engines.postgres", "credentials": credentials}


async def connect(settings: Settings, *, patient: bool = False) -> None:
    """Open the database for every task of this process; `patient`: no statement is given up."""
    await Tortoise.init(config=tortoise_config(settings, patient=patient), _enable_global_fallback=True)


async def disconnect() -> None:
    """Close the database."""
    await Tortoise.close_connections()


async def is_reachable() -> bool:
    """Ask the database for its shortest answer; raises what the driver raises if there is none."""
    return bool(await sql("SELECT 1 AS one"))


async def follow_clock() -> None:
    """Correct this process's clock by PostgreSQL's, so that all processes judge expiry alike; SQLite has only ours."""
    if on_sqlite():
        return
    before = clock.system()
    rows = await sql("SELECT clock_timestamp() AS moment")
    after = clock.system()
    clock.correct_by(as_instant(rows[0]["moment"]) - before - (after - before) / 2)


async def migrate(settings: Settings) -> None:
    """Bring the tables up to date; any number of processes may try at once, and a crash leaves all or nothing.

    Tortoise records a migration outside the migration's own transaction; here both are in one.
    """
    await connect(settings, patient=True)
    try:
        async with _one_at_a_time(settings), in_transaction() as connection:
            if not on_sqlite():
                await sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            apps = tortoise_config(settings).to_dict()["apps"]
            executor = MigrationExecutor(connection, apps)
            executor.recorder = executor.loader.recorder = _TransactionalRecorder(connection)
            await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
            await executor.migrate([MigrationTarget("models", "__latest__")])
    finally:
        await disconnect()


@asynccontextmanager
async def _one_at_a_time(settings: Settings) -> AsyncIterator[None]:
    if not settings.on_sqlite:
        yield
        return
    path = Path(settings.database_url.removeprefix("sqlite://"))
    with path.with_name(path.name + ".migrating").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        yield
