"""Finding rows: one that must be there, and those whose text contains a text."""

from typing import TypeVar
from uuid import UUID

from tortoise.queryset import QuerySet

from domain.search import can_be_found, folded
from domain.wrong_calls import NotFound
from models.base import Row

RowT = TypeVar("RowT", bound=Row)


async def found(kind: type[RowT], id: UUID) -> RowT:
    """The row with this id; NotFound if there is none."""
    row = await kind.get_or_none(id=id)
    if row is None:
        raise NotFound
    return row


def containing(kind: type[RowT], column: str, text: str | None) -> QuerySet[RowT]:
    """The rows whose folded column contains a text in any case; all rows if there is nothing to look for."""
    return narrowed(kind.all(), column, text)


def narrowed(rows: QuerySet[RowT], column: str, text: str | None) -> QuerySet[RowT]:
    """Those of the rows whose folded column contains a text in any case; all of them if there is nothing to look for."""
    wanted = folded((text or "").strip())
    if not wanted:
        return rows
    # What no row can contain is not asked of the database: PostgreSQL refuses NUL, SQLite long patterns.
    return rows.filter(**{f"{column}__contains": wanted}) if can_be_found(wanted) else rows.filter(id__in=[])
