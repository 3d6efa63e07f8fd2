"""Streams that end with their watcher."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

EventT = TypeVar("EventT")


@asynccontextmanager
async def closing(events: AsyncIterator[EventT]) -> AsyncIterator[AsyncIterator[EventT]]:
    """The events, whose source is closed as soon as nobody takes them; the garbage collector may come much later."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
