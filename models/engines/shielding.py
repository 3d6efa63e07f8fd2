"""Finishing what must not stay half done, whoever has lost patience meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Coroutine[object, object, T]) -> T:
    """Do it whole, however often the caller is cancelled; only then does the cancellation go on.

    Once is not enough: anyio's scopes cancel again at every await until their task has left them.
    """
    task = asyncio.ensure_future(work)
    cancellation: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as problem:
            cancellation = problem
    if cancellation is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # looked at: nobody else will, and asyncio would complain
    raise cancellation
