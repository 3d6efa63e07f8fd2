"""Traces: what is written down of every critical operation, for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import TypeAlias
from uuid import UUID

from domain.money import Money

Fact: TypeAlias = str | int | float | bool | list[str] | None
Facts: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True)
class Trace:
    """One thing done: `action` is the mutation or the event, such as CANCEL_SHOWTIME, `kind` and `id` what it was done to.

    `before` and `after` are what changed, without secrets: never a password, a code, a token or a card.
    """

    action: str
    kind: str
    id: UUID | None = None
    venue_id: UUID | None = None
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)

    def of_change(self, was: Facts, now: Facts) -> "Trace | None":
        """This trace with the facts that differ, and no others; None where nothing has changed."""
        before, after = difference(was, now)
        return replace(self, before=before, after=after) if before or after else None


def facts(**values: object) -> Facts:
    """Values as a trace keeps them: moments in ISO 8601, money as `…_minor` and `currency`, what is None left out."""
    found: dict[str, Fact] = {}
    for name, value in values.items():
        if isinstance(value, Money):
            found[f"{name}_minor"], found["currency"] = value.minor, value.currency
        elif value is not None:
            found[name] = _fact(value)
    return found


def difference(was: Facts, now: Facts) -> tuple[Facts, Facts]:
    """Of two states the facts that are not the same in both, an amount never without its currency."""
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    if any(name.endswith("_minor") for name in names) and "currency" not in names:
        names.append("currency")
    before = {name: was[name] for name in names if was.get(name) is not None}
    after = {name: now[name] for name in names if now.get(name) is not None}
    return before, after


def _fact(value: object) -> Fact:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return str(value)
