"""Work that neither a client's going away nor a deadline may tear in two: a mutation, once begun, runs to its end.

A cancel that lands inside a transaction's BEGIN leaves the connection's lock taken for ever, so one client that
sends a mutation and hangs up could stop the whole server.
"""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from domain.wrong_calls import OperationTimedOut

Result = TypeVar("Result")

_running: set[asyncio.Task[object]] = set()


async def shielded(work: Coroutine[object, object, Result]) -> Result:
    """Run the work in its own task, which goes on although whoever waits here is cancelled."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


async def within(seconds: float, work: Coroutine[object, object, Result]) -> Result:
    """Run work that only reads, and give it up when it takes too long: OperationTimedOut."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as late:
        raise OperationTimedOut from late


def running() -> int:
    """How many shielded pieces of work have not ended."""
    return len(_running)


async def drained(seconds: float) -> bool:
    """Wait for what is still running; whether all of it has ended in time."""
    if _running:
        await asyncio.wait(set(_running), timeout=seconds)
    return not _running
