"""Work that several ask for at the same time is done once."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
FoundT = TypeVar("FoundT")


class Flights(Generic[KeyT, FoundT]):
    """What is under way, by what it is for. Whoever comes while it is under way waits for it instead of beginning."""

    def __init__(self) -> None:
        self._under_way: dict[KeyT, asyncio.Task[FoundT]] = {}

    def is_under_way(self, key: KeyT) -> bool:
        """Whether somebody has begun already."""
        return key in self._under_way

    async def share(self, key: KeyT, work: Callable[[], Coroutine[object, object, FoundT]]) -> FoundT:
        """Do the work, or wait for those who do; a failure is everybody's. It goes on although who began has left."""
        task = self._under_way.get(key)
        loop = asyncio.get_running_loop()
        if task is None or task.get_loop() is not loop:
            # In nobody's transaction and nobody's request: it is for all of them.
            task = self._under_way[key] = loop.create_task(work(), context=Context())
            task.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(task)

    def _landed(self, key: KeyT, task: asyncio.Task[FoundT]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
        if not task.cancelled():
            task.exception()  # perhaps nobody waits any more
