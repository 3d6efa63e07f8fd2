"""Counting what somebody does, and saying when it is enough: in this process, and in Redis for all processes."""

from hashlib import blake2b
from typing import Protocol
from zlib import crc32

from limits.aio.storage import MemoryStorage, RedisStorage, SlidingWindowCounterSupport
from limits.aio.storage.redis.redispy import RedispyBridge

from adapters.circuit import PAUSE_SECONDS, Circuit
from adapters.keys import key_for
from domain.attempts import Allowance, Usage, seconds_until_free
from settings import Settings

NAMESPACE = "marquee:limits"
ANSWER_SECONDS = 0.3
SHARDS = 64


class Limiter(Protocol):
    """Whoever counts."""

    async def take(self, allowance: Allowance, *who: str, amount: int = 1) -> float:
        """Use some of what `who` is allowed: 0, or, where there is not enough, the seconds until there is."""

    async def close(self) -> None:
        """Let go of what is open."""


class Unlimited:
    """Counts nothing: RATE_LIMITS=off."""

    async def take(self, allowance: Allowance, *who: str, amount: int = 1) -> float:
        """There is always enough."""
        return 0.0

    async def close(self) -> None:
        """Nothing is open."""


class MemoryLimiter:
    """Counts in this process.

    The storage looks through all its keys for expired ones with every use of one; in many small storages it looks
    through few, so that nobody makes log-ins slow by trying a hundred thousand names.
    """

    def __init__(self) -> None:
        self._storages = [MemoryStorage() for _ in range(SHARDS)]

    async def take(self, allowance: Allowance, *who: str, amount: int = 1) -> float:
        """Use some of an allowance; see Limiter."""
        key = "/".join(who)
        return await _take(self._storages[crc32(key.encode()) % SHARDS], allowance, key, amount)

    async def close(self) -> None:
        """Nothing is open."""


class SharedLimiter:
    """Counts in Redis for all processes, and here as well: while Redis is away, this process's own count holds."""

    def __init__(self, url: str, *, patience: float = ANSWER_SECONDS, pause: float = PAUSE_SECONDS) -> None:
        self._here = MemoryLimiter()
        self._storage = RedisStorage(f"async+{url}", implementation="redispy", key_prefix=NAMESPACE, protocol=2)
        self._circuit = Circuit("limits", patience=patience, pause=pause)

    async def take(self, allowance: Allowance, *who: str, amount: int = 1) -> float:
        """Use some of an allowance; see Limiter."""
        wait = await self._circuit.ask(lambda: _take(self._storage, allowance, "/".join(who), amount))
        if wait:
            return wait
        here = await self._here.take(allowance, *who, amount=amount)
        return here if wait is None else 0.0

    async def close(self) -> None:
        """Close the connections."""
        bridge = self._storage.bridge
        if isinstance(bridge, RedispyBridge):
            await bridge.storage.aclose()


class Discreet:
    """Keeps names from whoever counts: e-mail addresses and telephone numbers are nobody's business in Redis."""

    def __init__(self, limiter: Limiter, secret_key: str) -> None:
        self._limiter = limiter
        self._key = key_for("limits", secret_key)

    async def take(self, allowance: Allowance, *who: str, amount: int = 1) -> float:
        """Use some of an allowance; see Limiter."""
        name = blake2b("\0".join(who).encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).hexdigest()
        return await self._limiter.take(allowance, name, amount=amount)

    async def close(self) -> None:
        """Let go of what is open."""
        await self._limiter.close()


def limiter_from(settings: Settings) -> Limiter:
    """Whoever counts under these settings."""
    if not settings.rate_limits:
        return Unlimited()
    counter = SharedLimiter(settings.redis_url) if settings.redis_url else MemoryLimiter()
    return Discreet(counter, settings.secret_key)


async def _take(storage: SlidingWindowCounterSupport, allowance: Allowance, key: str, amount: int) -> float:
    if await storage.acquire_sliding_window_entry(key, allowance.amount, allowance.seconds, amount):
        return 0.0
    before, before_lives, now, now_lives = await storage.get_sliding_window(key, allowance.seconds)
    # This window is kept for as long as it is, and once more as the one before.
    usage = Usage(before, before_lives, now, max(0.0, now_lives - allowance.seconds))
    return max(seconds_until_free(allowance, usage, amount), 0.001)
