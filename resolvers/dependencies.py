"""What an answer depends on: versions of the catalogue and of seat maps, and the hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from models.freshness import Versions, versions

__all__ = ["Dependencies", "Versions", "noting", "on_seat_map", "on_time", "versions"]


@dataclass
class Dependencies:
    """The seat maps an answer shows, each at its version, and when the first thing in it changes by itself."""

    seat_maps: dict[UUID, int] = field(default_factory=dict)
    until: datetime | None = None


_noting: ContextVar[Dependencies | None] = ContextVar("dependencies", default=None)


@contextmanager
def noting() -> Iterator[Dependencies]:
    """Note what everything depends on that is read inside, here and in tasks begun here."""
    token = _noting.set(dependencies := Dependencies())
    try:
        yield dependencies
    finally:
        _noting.reset(token)


def on_seat_map(showtime_id: UUID, version: int, until: datetime | None) -> None:
    """Note that the answer shows a seat map as it is at this version, until that moment."""
    if (noted := _noting.get()) is not None:
        noted.seat_maps[showtime_id] = min(version, noted.seat_maps.get(showtime_id, version))
        if until is not None:
            on_time(until)


def on_time(until: datetime) -> None:
    """Note that the answer will be another one from this moment on."""
    if (noted := _noting.get()) is not None:
        noted.until = until if noted.until is None else min(until, noted.until)
