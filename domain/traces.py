"""Traces: what is written down of every critical operation, for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

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
