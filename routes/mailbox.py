"""The queue of one websocket: asyncio's own keeps two more deques and an event, thousands of times over."""

import asyncio
from collections.abc import MutableSequence
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


class Mailbox(Generic[ItemT]):
    """First in, first out, for one reader; what uvicorn uses of `asyncio.Queue`."""

    __slots__ = ("_items", "_reader")

    def __init__(self) -> None:
        self._items: MutableSequence[ItemT] = []
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        """Whether there is nothing to get."""
        return not self._items

    def put_nowait(self, item: ItemT) -> None:
        """Add an item at the end."""
        self._items.append(item)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> ItemT:
        """Take the first item, or wait for it."""
        while not self._items:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._items.pop(0)
