"""Asking Redis without depending on it: what it does not say in time it has not said."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

PAUSE_SECONDS = 5.0
AT_ONCE = 64

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")


class Circuit:
    """Passes questions on until one fails, and then none for `pause` seconds.

    After the pause one caller asks again, while everybody else is still told at once that there is no answer. So a
    Redis that hangs costs one caller `patience` seconds now and then. Only so many ask at a time and the others wait
    for their turn: a client has a hundred connections at most, and a crowd must not look like a Redis that is away.
    """

    def __init__(self, asked_for: str, *, patience: float, pause: float = PAUSE_SECONDS) -> None:
        self._asked_for = asked_for
        self._patience = patience
        self._pause = pause
        self._failing = False
        self._asked_again_at = 0.0
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """What Redis answers; None where it does not."""
        async with self._turns:
            return await self._ask(question)

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        if self._failing:
            if time.monotonic() < self._asked_again_at:
                return None
            self._asked_again_at = time.monotonic() + self._pause
        try:
            async with asyncio.timeout(self._patience):
                answer = await question()
        except (RedisError, OSError) as problem:
            self._note(problem)
            return None
        if self._failing:
            self._failing = False
            log.info("redis_back", asked_for=self._asked_for)
        return answer

    def _note(self, problem: Exception) -> None:
        self._asked_again_at = time.monotonic() + self._pause
        if not self._failing:
            self._failing = True
            log.warning("redis_away", asked_for=self._asked_for, problem=repr(problem))
