"""What processes remember together, in Redis: bytes under a key, for a while."""

import asyncio
import time

import redis.asyncio as redis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

NAMESPACE = "marquee:"
ANSWER_SECONDS = 0.05
PAUSE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class SharedCache:
    """A cache that never fails: what Redis does not tell in time is not there.

    After a failure Redis is left alone for `pause` seconds; then one caller asks again, while everybody else is still
    told at once that there is nothing. So a Redis that hangs costs one caller `patience` seconds now and then.
    """

    def __init__(self, url: str, *, patience: float = ANSWER_SECONDS, pause: float = PAUSE_SECONDS) -> None:
        # One more attempt, at once: the connection may be one that a restarted Redis knows nothing of.
        self._redis = redis.Redis.from_url(url, protocol=2, retry=Retry(NoBackoff(), 1))
        self._patience = patience
        self._pause = pause
        self._failing = False
        self._asked_again_at = 0.0

    async def get(self, key: str) -> bytes | None:
        """What was put under this key; None when it is not there, or Redis is not."""
        found = await self._ask("GET", NAMESPACE + key)
        return found if isinstance(found, bytes) else None

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        """Remember a value for so many seconds, if Redis is there."""
        await self._ask("SET", NAMESPACE + key, value, "PX", max(1, round(seconds * 1000)))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _ask(self, *command: str | bytes | int) -> object:
        if self._failing:
            if time.monotonic() < self._asked_again_at:
                return None
            self._asked_again_at = time.monotonic() + self._pause
        try:
            async with asyncio.timeout(self._patience):
                answer: object = await self._redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as problem:
            self._note(problem)
            return None
        if self._failing:
            self._failing = False
            log.info("shared_cache_back")
        return answer

    def _note(self, problem: Exception) -> None:
        self._asked_again_at = time.monotonic() + self._pause
        if not self._failing:
            self._failing = True
            log.warning("shared_cache_away", problem=repr(problem))
