"""Pages of a list by keyset: stable while rows come and go, and as quick on the last page as on the first."""

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from tortoise.exceptions import ValidationError
from tortoise.expressions import Q
from tortoise.fields.base import Field
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.wrong_calls import BadUserInput

PAGE_DEFAULT = 20
PAGE_LIMIT = 100

# Whatever a made-up cursor can bring about while it is read.
UNREADABLE = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    OSError,
    ArithmeticError,
    RecursionError,
    ValidationError,
)

RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """One page: its rows, a cursor for each, and whether there are more on either side."""

    rows: list[RowT]
    cursors: list[str]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]]


async def page(query: QuerySet[RowT], order: Sequence[str], first: int | None, after: str | None) -> Page[RowT]:
    """The page of `first` rows behind the cursor `after`; columns of `order` may begin with `-`.

    BadUserInput for a size below 0 or above 100 and for a cursor that is not ours.
    """
    size = PAGE_DEFAULT if first is None else first
    if not 0 <= size <= PAGE_LIMIT:
        raise BadUserInput(f"`first` must be between 0 and {PAGE_LIMIT}.")
    columns = [*order, "id"]
    behind = query.filter(_behind(query, columns, after)) if after is not None else query
    rows = await behind.order_by(*columns).limit(size + 1)
    shown = rows[:size]
    return Page(
        rows=shown,
        cursors=[_cursor(query.model, columns, [getattr(row, _name(each)) for each in columns]) for row in shown],
        has_next=len(rows) > size,
        has_previous=after is not None,
        count=query.count,
    )


def _cursor(model: type[Model], columns: Sequence[str], values: Sequence[object]) -> str:
    """A cursor names its list, so that one list does not take another's."""
    text = json.dumps([model._meta.db_table, *columns, *values], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _behind(query: QuerySet[RowT], columns: Sequence[str], cursor: str) -> Q:
    values = _values(query.model, columns, cursor)
    names = [_name(column) for column in columns]
    steps = []
    for last, column in enumerate(columns):
        beyond = f"{names[last]}__{'lt' if column.startswith('-') else 'gt'}"
        conditions: dict[str, Any] = {**dict(zip(names[:last], values[:last], strict=True)), beyond: values[last]}
        steps.append(Q(**conditions))
    # Implied by each of the steps; but from their disjunction no index could tell where to begin.
    bound: dict[str, Any] = {f"{names[0]}__{'lte' if columns[0].startswith('-') else 'gte'}": values[0]}
    return Q(**bound) & reduce(or_, steps)


def _values(model: type[Model], columns: Sequence[str], cursor: str) -> list[object]:
    """The values in a cursor; only one that we could have made ourselves is read, whatever is in it."""
    fields = [model._meta.fields_map[_name(column)] for column in columns]
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        texts = json.loads(raw)[-len(columns) :]
        values = [field.to_python_value(text) for field, text in zip(fields, texts, strict=True)]
        for field, value in zip(fields, values, strict=True):
            _check(field, value)
        if _cursor(model, columns, values) != cursor:
            raise ValueError
    except UNREADABLE as problem:
        raise BadUserInput("`after` is not a cursor of this list; use one from `pageInfo` or `edges`.") from problem
    return values


def _check(field: Field[Any], value: object) -> None:
    """Refuse what the column could not hold and the database could not read."""
    field.validate(value)
    if isinstance(value, str) and b"\0" in value.encode():
        raise ValueError


def _name(column: str) -> str:
    return column.removeprefix("-")
