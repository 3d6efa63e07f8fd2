"""The worker: takes due tasks one by one, and tries again later what did not work."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta

import structlog

import clock
from domain.tasks import Task
from models import tasks
from models.tasks import TakenTask
from resolvers import wake

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=20)  # twice the longest time a handler may take
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
DOUBLINGS = 10  # are more than the longest pause; a power of hundreds is no number of seconds
ALARMING = 8
AT_ONCE = 4

Handle = Callable[[Task], Awaitable[None]]
DoNext = Callable[[], Coroutine[None, None, bool]]


class Lanes:
    """Does one thing after the other in a few lanes at once, and rests until woken when there is nothing to do."""

    def __init__(self, do_next: DoNext, idle_seconds: float) -> None:
        self._do_next = do_next
        self._idle_seconds = idle_seconds
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is finished first."""
        stop_listening = wake.listen(self._woken.set)
        lanes = [asyncio.create_task(self._lane()) for _ in range(AT_ONCE)]
        try:
            ended, _ = await asyncio.wait(lanes, return_when=asyncio.FIRST_EXCEPTION)
            for lane in ended:
                lane.result()
        finally:
            stop_listening()
            for lane in lanes:
                lane.cancel()
            await asyncio.wait(lanes)

    async def drain(self) -> int:
        """Do everything that is due now; how much that was."""
        done = 0
        while await self._one():
            done += 1
        return done

    async def _lane(self) -> None:
        while True:
            self._woken.clear()
            if await self._one():
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle_seconds):
                    await self._woken.wait()

    async def _one(self) -> bool:
        work = asyncio.create_task(self._do_next())
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])
            raise


class Worker(Lanes):
    """Does what the queue holds; any number of workers may share it."""

    def __init__(self, handle: Handle, idle_seconds: float) -> None:
        super().__init__(self._take_and_do, idle_seconds)
        self._handle = handle

    async def _take_and_do(self) -> bool:
        taken = await tasks.take(clock.now(), LEASE)
        if taken is None:
            return False
        try:
            await self._handle(taken.task)
        except Exception as problem:  # noqa: BLE001  # whatever went wrong, the task must not be lost
            await self._put_back(taken, problem)
        else:
            await tasks.finish(taken.id, clock.now())
        return True

    async def _put_back(self, taken: TakenTask, problem: Exception) -> None:
        pause = pause_after(taken.attempts)
        tell = log.error if taken.attempts >= ALARMING else log.warning
        tell("A task failed", kind=taken.kind, attempts=taken.attempts, again_in=pause, error=repr(problem))
        await tasks.retry(taken.id, clock.now() + timedelta(seconds=pause), repr(problem))


def pause_after(attempts: int) -> float:
    """Seconds until the next attempt: 1, 2, 4 … up to 5 minutes, spread by a fifth so that nobody marches in step."""
    return float(min(FIRST_PAUSE * 2 ** min(attempts - 1, DOUBLINGS), LONGEST_PAUSE) * random.uniform(0.8, 1.2))  # noqa: S311
