"""What all rows share, and the one door to plain SQL."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol, cast
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.connection import get_connections
from tortoise.models import Model

SqlValue = str | int | float | bool | date | datetime | UUID | None
SqlRow = Mapping[str, object]

_PLACE = re.compile(r"\$(\d+)")
_SQLITE: dict[str, str] = {}


class _Rows(Protocol):
    async def fetch_rows(self, query: str, values: Sequence[object]) -> Sequence[SqlRow]: ...


class Row(Model):
    """A row with an unguessable id and the moment of its making."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    created_at = fields.DatetimeField()

    class Meta:
        abstract = True


def on_sqlite() -> bool:
    """Whether this process works on SQLite."""
    return get_connections().get("default").capabilities.dialect == "sqlite"


async def sql(statement: str, *values: SqlValue) -> Sequence[SqlRow]:
    """Run one statement with `$1` places, in the current transaction if there is one; the rows it returns."""
    connection = get_connections().get("default")
    if connection.capabilities.dialect == "sqlite":
        return await connection.execute_query_dict(_for_sqlite(statement), [_plain(v) for v in values])
    return await cast("_Rows", connection).fetch_rows(statement, values)


def as_uuid(value: object) -> UUID:
    """A UUID from a column: PostgreSQL gives one, SQLite its text."""
    return value if isinstance(value, UUID) else UUID(str(value))


def key_of(id: UUID) -> int:
    """The number under which PostgreSQL's advisory locks know an entity."""
    return int.from_bytes(id.bytes[:8], signed=True)


def as_instant(value: object) -> datetime:
    """An instant from a column: PostgreSQL gives one, SQLite its text."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def as_day(value: object) -> date:
    """A day from a column: PostgreSQL gives one, SQLite its text."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def as_texts(value: object) -> dict[str, str]:
    """A JSON object of texts: both databases give its text."""
    found = json.loads(value) if isinstance(value, str | bytes) else value
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def places(first: int, rows: Sequence[Sequence[SqlValue]]) -> str:
    """`($1, $2), ($3, $4)`: the places of several rows, numbered from `first`."""
    numbers = iter(range(first, first + sum(map(len, rows))))
    return ", ".join("(" + ", ".join(f"${next(numbers)}" for _ in row) + ")" for row in rows)


def _for_sqlite(statement: str) -> str:
    if statement not in _SQLITE:
        _SQLITE[statement] = _PLACE.sub(r"?\1", statement)
    return _SQLITE[statement]


def _plain(value: SqlValue) -> str | int | float | None:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return value
