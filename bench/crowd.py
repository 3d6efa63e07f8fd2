"""Thousands of viewers of one live map in one process: websockets without a library, as cheap as a client can be."""

import asyncio
import re
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import NotRequired, TypedDict, cast

import orjson

from tests.journeys.viewers import WATCH

UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A  # whole frames; servers like ours never split a message
VERSION = re.compile(rb'"version":(\d+)')
ACK, NEXT = b'"type":"connection_ack"', b'"type":"next"'
AT_ONCE = 200
PER_ADDRESS = 9_000  # a network address has some 28,000 ports to call from, and a server has a limit for each
WAIT_SECONDS = 60.0


class Event(TypedDict):
    """What a viewer is told: with `since` a change, without it the whole map."""

    version: int
    since: NotRequired[int]
    seats: list[dict[str, str]]


class Viewer(asyncio.Protocol):
    """One websocket: how many messages it got, when (`time.perf_counter()`) the last, and which version that was."""

    __slots__ = ("_acknowledged", "_crowd", "_rest", "_upgraded", "last", "messages", "seats", "transport", "version")
    transport: asyncio.Transport

    def __init__(self, crowd: "Crowd") -> None:
        self._crowd = crowd
        self._rest = b""
        self._upgraded = self._acknowledged = False
        self.messages, self.last, self.version = 0, 0.0, -1
        self.seats: dict[str, str] | None = None

    @property
    def joined(self) -> bool:
        """Whether it has had its first message, or the acknowledgement if it never asks for more."""
        return self.messages > 0 or (self._acknowledged and not self._crowd.subscribe)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own is one by its methods only
        self.transport.write(UPGRADE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.fail(f"The server hung up: {exc!r}")

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self._upgraded:
            head, blank, after = data.partition(b"\r\n\r\n")
            if not blank:
                self._rest = data
                return
            data = self._upgrade(head, after)
        self._rest = self._read(data)

    def _upgrade(self, head: bytes, after: bytes) -> bytes:
        if not head.startswith(b"HTTP/1.1 101"):
            self._crowd.fail(f"No websocket: {head[:200]!r}")
        self._upgraded = True
        self.transport.write(frame(TEXT, b'{"type":"connection_init"}'))
        return after

    def _read(self, data: bytes) -> bytes:
        """Take every whole frame; the rest waits."""
        at, end = 0, len(data)
        while end - at >= 2:
            begin, until = _span(data, at)
            if until > end:
                break
            self._take(data[at], data[begin:until])
            at = until
        return data[at:]

    def _take(self, kind: int, content: bytes) -> None:
        if kind == TEXT:
            self._told(content)
        elif kind == PING:
            self.transport.write(frame(PONG, content))
        elif kind == CLOSE:
            self._crowd.fail(f"The server closed with {int.from_bytes(content[:2])}: {content[2:]!r}")
        elif kind != PONG:
            self._crowd.fail(f"A frame of kind {kind:#x}")

    def _told(self, text: bytes) -> None:
        if not self._acknowledged and ACK in text:
            self._acknowledged = True
            self.transport.write(self._crowd.subscribe)
        elif NEXT in text[:64]:
            self.messages += 1
            self.last = time.perf_counter()
            if (found := VERSION.search(text)) is not None:
                self._reach(int(found[1]), text)
        else:
            self._crowd.fail(f"Not an event: {text[:300]!r}")
        self._crowd.heard(self, text)

    def _reach(self, version: int, text: bytes) -> None:
        if self._crowd.keep_maps:
            self._fold(orjson.loads(text)["payload"]["data"]["seatMap"])
        self.version = version

    def _fold(self, event: Event) -> None:
        told, since = {seat["label"]: seat["state"] for seat in event["seats"]}, event.get("since")
        if since is None:
            self.seats = told
        elif self.seats is None or since <= self.version < event["version"]:
            self.seats = (self.seats or {}) | told
        else:
            self._crowd.fail(f"{since} to {event['version']} does not follow {self.version}")


class Crowd:
    """Viewers of one map, and what to wait for until all of them have it."""

    def __init__(self, subscribe: bytes, *, keep_maps: bool) -> None:
        self.subscribe = subscribe
        self.keep_maps = keep_maps
        self.viewers: list[Viewer] = []
        self.text = b""
        self._waiting: set[Viewer] = set()
        self._met: Callable[[Viewer], bool] = bool
        self._all: asyncio.Future[None] | None = None
        self._fault: str | None = None

    @property
    def messages(self) -> int:
        """How many messages all viewers together have had."""
        return sum(viewer.messages for viewer in self.viewers)

    @property
    def last(self) -> float:
        """When (`time.perf_counter()`) the last message came to any of them."""
        return max(viewer.last for viewer in self.viewers)

    async def all_reach(self, version: int, seconds: float = WAIT_SECONDS) -> None:
        """Wait until everybody has this version or a later one; RuntimeError if one of them never will."""
        await self.until(lambda viewer: viewer.version >= version, seconds)

    async def all_have(self, messages: int, seconds: float = WAIT_SECONDS) -> None:
        """Wait until everybody has had this many messages; RuntimeError if one of them never will."""
        await self.until(lambda viewer: viewer.messages >= messages, seconds)

    async def until(self, met: Callable[[Viewer], bool], seconds: float = WAIT_SECONDS) -> None:
        """Wait until this holds for everybody; TimeoutError says for how many it does not."""
        self._met = met
        self._waiting = {viewer for viewer in self.viewers if not met(viewer)}
        if self._fault is not None:
            raise RuntimeError(self._fault)
        if not self._waiting:
            return
        self._all = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._all
        except TimeoutError as late:
            raise TimeoutError(f"{len(self._waiting)} of {len(self.viewers)} viewers wait in vain.") from late
        finally:
            self._all = None

    async def join(self, port: int, count: int) -> None:
        """Add viewers, some at once, and wait until the last of them has joined."""
        call = partial(asyncio.get_running_loop().create_connection, partial(Viewer, self), "127.0.0.1", port)
        for start in range(0, count, AT_ONCE):
            some = range(start, min(start + AT_ONCE, count))
            calls = (call(local_addr=(f"127.0.0.{1 + number // PER_ADDRESS}", 0)) for number in some)
            self.viewers += [viewer for _, viewer in await asyncio.gather(*calls)]
            await self.until(lambda viewer: viewer.joined)

    def heard(self, viewer: Viewer, text: bytes) -> None:
        """A viewer has had a message."""
        self.text = text
        if viewer in self._waiting and self._met(viewer):
            self._waiting.discard(viewer)
            if not self._waiting and self._all is not None and not self._all.done():
                self._all.set_result(None)

    def fail(self, fault: str) -> None:
        """Whoever waits, now or next, waits in vain."""
        self._fault = self._fault or fault
        if self._all is not None and not self._all.done():
            self._all.set_exception(RuntimeError(self._fault))

    def leave(self) -> None:
        """Hang up, all at once."""
        for viewer in self.viewers:
            viewer.transport.abort()


@asynccontextmanager
async def crowd(
    port: int,
    count: int,
    showtime_id: str = "",
    *,
    after: int | None = None,
    keep_maps: bool = False,
    raw: bool = False,
) -> AsyncIterator[Crowd]:
    """So many viewers of a showtime, once each has had its first message; gone when the block ends.

    With `after`, something must have happened since that version. A `raw` crowd subscribes to nothing and has joined
    with the acknowledgement. `keep_maps` costs a decoded message each; a change that does not follow is then a fault.
    """
    many_files()
    payload = {"query": WATCH, "variables": {"id": showtime_id, "after": after}}
    subscribe = frame(TEXT, orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    viewers = Crowd(b"" if raw else subscribe, keep_maps=keep_maps)
    try:
        await viewers.join(port, count)
        yield viewers
    finally:
        viewers.leave()


def frame(kind: int, content: bytes) -> bytes:
    """A frame as clients must send it, masked; with a key of zeros the content stays as it is."""
    size = len(content)
    header = bytes((kind, 0x80 | size)) if size < 126 else bytes((kind, 0xFE)) + size.to_bytes(2)
    return header + bytes(4) + content


def many_files() -> None:
    """Allow this process, and those it starts from now on, as many sockets as the machine lets it have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _span(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the frame begins and ends; beyond the data if that has not come yet."""
    size, begin = data[at + 1], at + 2
    if size >= 126:
        begin = at + (4 if size == 126 else 10)
        size = int.from_bytes(data[at + 2 : begin])
    return begin, begin + size
