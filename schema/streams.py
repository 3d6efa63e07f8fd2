"""Streams that end with their watcher, and those that many watch together."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from subscriptions.watching import Watched, told

EventT = TypeVar("EventT")
ItemT = TypeVar("ItemT")


@asynccontextmanager
async def closing(events: AsyncIterator[EventT]) -> AsyncIterator[AsyncIterator[EventT]]:
    """The events, whose source is closed as soon as nobody takes them; the garbage collector may come much later."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


class LiveStream(Generic[ItemT, EventT]):
    """What a shared subscription field returns: one watcher takes it as any stream, an audience takes it apart."""

    def __init__(self, open: Callable[[], Watched[ItemT]], shape: Callable[[ItemT], Awaitable[EventT]]) -> None:
        self.open = open
        self.shape = shape
        self._events = self._told()

    def __aiter__(self) -> "LiveStream[ItemT, EventT]":
        return self

    async def __anext__(self) -> EventT:
        return await anext(self._events)

    async def aclose(self) -> None:
        """Stop watching."""
        await self._events.aclose()

    async def _told(self) -> AsyncGenerator[EventT, None]:
        async with closing(told(self.open())) as items:
            async for item in items:
                yield await self.shape(item)
