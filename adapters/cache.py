"""What processes remember together, in Redis: bytes under a key, for a while."""

from collections.abc import Awaitable

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from adapters.circuit import PAUSE_SECONDS, Circuit

NAMESPACE = "marquee:"
ANSWER_SECONDS = 0.05


class SharedCache:
    """A cache that never fails: what Redis does not tell in time is not there."""

    def __init__(self, url: str, *, patience: float = ANSWER_SECONDS, pause: float = PAUSE_SECONDS) -> None:
        # One more attempt, at once: the connection may be one that a restarted Redis knows nothing of.
        self._redis = redis.Redis.from_url(url, protocol=2, retry=Retry(NoBackoff(), 1))
        self._circuit = Circuit("answers", patience=patience, pause=pause)

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
        def question() -> Awaitable[object]:
            answer: Awaitable[object] = self._redis.execute_command(*command)  # type: ignore[no-untyped-call]  # the client has no types
            return answer

        return await self._circuit.ask(question)
