"""Redis pub/sub for `broadcaster` that survives Redis: it listens always, reconnects, and says when news may be lost.

The backend that `broadcaster` ships is deaf to the first subscription with current redis-py, and to everything after
one lost connection. `tests/subscriptions/test_wire_stock.py` shows both.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import redis.asyncio as redis
import structlog
from broadcaster import BroadcastBackend, Event
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 0.3
SILENCE_SECONDS = 0.5
SILENCES_MAX = 3
PUBLISH_SECONDS = 0.3
BACK_OFF_SECONDS = 1.0
CHANNELS_AT_ONCE = 500

log = structlog.get_logger(__name__)


class RedisBackend(BroadcastBackend):
    """One connection that listens, kept alive by `next_published`, and one that publishes."""

    def __init__(self, url: str, on_return: Callable[[], None]) -> None:
        never = Retry(NoBackoff(), 0)
        self._pool = redis.ConnectionPool.from_url(url, protocol=2, retry=never, socket_connect_timeout=CONNECT_SECONDS)
        self._publisher = redis.Redis.from_url(
            url, protocol=2, retry=Retry(NoBackoff(), 1), socket_timeout=PUBLISH_SECONDS
        )
        self._on_return = on_return
        self._line: AbstractConnection | None = None
        self._wanted: set[str] = set()
        self._unanswered: dict[str, asyncio.Event] = {}
        self._may_have_missed = False
        self._failures = 0
        self._silences = 0

    @property
    def connected(self) -> bool:
        """Whether the listening connection is up, as far as we know."""
        return self._line is not None and self._line.is_connected

    async def connect(self) -> None:
        """Try once; if Redis is away, `next_published` goes on trying."""
        try:
            await self._dial()
        except (RedisError, OSError) as problem:
            await self._hang_up(problem)

    async def disconnect(self) -> None:
        """Close both connections."""
        line, self._line = self._line, None
        if line is not None:
            await line.disconnect(nowait=True)
        await self._publisher.aclose()
        await self._pool.aclose()

    async def subscribe(self, group: str) -> None:
        """Listen to a channel; returns when Redis has confirmed it, or soon when Redis is away."""
        self._wanted.add(group)
        answer = self._unanswered.setdefault(group, asyncio.Event())
        if not self.connected:
            self._may_have_missed = True
            return
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._send("SUBSCRIBE", [group])
                await answer.wait()
        except (RedisError, OSError):
            self._may_have_missed = True

    async def unsubscribe(self, group: str) -> None:
        """Stop listening to a channel."""
        self._wanted.discard(group)
        self._unanswered.pop(group, None)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._send("UNSUBSCRIBE", [group])
        except (RedisError, OSError) as problem:
            log.debug("wire_unsubscribe_failed", problem=repr(problem))

    async def publish(self, channel: str, message: str) -> None:
        """Tell every process; raises when Redis is away."""
        await self._publisher.publish(channel, message)

    async def next_published(self) -> Event:
        """The next message from Redis, however often the connection must be made again until then."""
        while True:
            try:
                message = await self._read(self._line or await self._dial())
            except Exception as problem:  # noqa: BLE001 - the outermost loop of the wire: whatever fails, dial again
                await self._hang_up(problem)
                await asyncio.sleep(self._pause())
            else:
                if message is not None:
                    return message

    async def _dial(self) -> AbstractConnection:
        async with asyncio.timeout(CONNECT_SECONDS):
            line = self._line = await self._connected_line()
            self._silences = 0
            for channel in self._wanted:
                self._unanswered.setdefault(channel, asyncio.Event())
            await self._send("SUBSCRIBE", list(self._wanted))
        self._tell_if_back()
        return line

    async def _connected_line(self) -> AbstractConnection:
        line: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        async with AsyncExitStack() as unless_connected:
            unless_connected.push_async_callback(line.disconnect, nowait=True)
            await line.connect()  # type: ignore[no-untyped-call]
            unless_connected.pop_all()
        return line

    async def _hang_up(self, problem: Exception) -> None:
        line, self._line = self._line, None
        self._may_have_missed = True
        self._failures += 1
        if self._failures == 1:
            log.warning("wire_down", problem=repr(problem))
        if line is not None:
            with suppress(RedisError, OSError):
                await line.disconnect(nowait=True)

    def _pause(self) -> float:
        """How long to wait before dialling again; random, so that processes do not return all at once."""
        longest: float = min(BACK_OFF_SECONDS, 0.05 * 2 ** min(self._failures, 10))
        return longest * random.uniform(0.2, 1.0)  # noqa: S311 - no secret

    async def _send(self, command: str, channels: list[str]) -> None:
        for start in range(0, len(channels), CHANNELS_AT_ONCE):
            if self._line is None or not self._line.is_connected:  # sending would silently connect anew
                return
            await self._line.send_command(command, *channels[start : start + CHANNELS_AT_ONCE])

    async def _read(self, line: AbstractConnection) -> Event | None:
        frame = await line.read_response(timeout=SILENCE_SECONDS, disconnect_on_error=False)
        if frame is None:
            await self._check_pulse(line)
            return None
        self._silences = self._failures = 0
        return self._understood(frame)

    async def _check_pulse(self, line: AbstractConnection) -> None:
        """A half-open connection is silent for ever: ask, and hang up when nothing answers."""
        self._silences += 1
        if self._silences > SILENCES_MAX:
            raise TimeoutError("Redis does not answer.")
        await line.send_command("PING")

    def _understood(self, frame: object) -> Event | None:
        match frame:
            case [b"message", bytes(channel), bytes(content)]:
                return Event(channel.decode(), content.decode(errors="replace"))
            case [b"subscribe", bytes(channel), _]:
                if (answer := self._unanswered.pop(channel.decode(), None)) is not None:
                    answer.set()
                self._tell_if_back()
        return None

    def _tell_if_back(self) -> None:
        """Once every channel is confirmed after a gap: whoever keeps a position must check it."""
        if self._may_have_missed and not self._unanswered:
            self._may_have_missed = False
            log.info("wire_up", channels=len(self._wanted))
            self._on_return()
