"""The scalars of the contract and how they look on the wire."""

import re
from datetime import date, datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Amount = NewType("Amount", str)


# Stricter than fromisoformat, which also takes weeks, days without dashes and times without an offset.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _read_instant(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("A DateTime is RFC 3339 with its offset, such as 2026-11-21T19:30:00+05:30.")
    return datetime.fromisoformat(value.upper())


def _read_day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("A Date is YYYY-MM-DD.")
    return date.fromisoformat(value)


def _read_amount(value: object) -> Amount:
    if not isinstance(value, str):
        raise ValueError('A Decimal is a string, such as "12.50".')
    return Amount(value)


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment as RFC 3339 with its offset: `2026-11-21T19:30:00+05:30`. "
        "A showtime's, and a report's, is given in its venue's time zone, every other in UTC.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=lambda value: value.isoformat(),
        parse_value=_read_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day as `YYYY-MM-DD`, on the calendar of the venue it is about.",
        serialize=lambda value: value.isoformat(),
        parse_value=_read_day,
    ),
    Amount: strawberry.scalar(
        name="Decimal",
        description='An amount as a string with as many decimals as its currency has: `"12.50"`, `"85000"`, `"1.250"`. '
        "A percentage has at most two.",
        serialize=str,
        parse_value=_read_amount,
    ),
}
