"""10,000 sockets that do nothing, and a hundred clients that never read: what they cost, and whom they hurt."""

import asyncio
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import orjson

from bench import http
from bench.crowd import crowd, frame, many_files
from bench.figures import Figure, percentile
from bench.house import House, open_house, rss_of, until_idle
from bench.live import hold
from bench.scale import scaled
from tests.journeys.viewers import WATCH

IDLE = scaled(10_000, 20)
STUCK = scaled(100, 5)
HOLDS = scaled(200, 20)
TEXT = 0x81
WIDE = WATCH.replace("seats { label state }", "seats { label row number section x y kind state }", 1)


async def measure() -> dict[str, list[Figure]]:
    """Holds one after the other, alone and then with a crowd that only listens or does not even read."""
    many_files()
    env = {"WS_SOCKETS_PER_ADDRESS": "0", "WS_STUCK_SECONDS": "3"}
    async with open_house(showtimes=3, customers=300, seats=1_976, env=env) as house:
        alone = await _holds(house, 0, 0)
        idle = await _idle(house, alone)
        stuck = await _stuck(house, alone)
    return {f"{IDLE:,} idle sockets": idle, f"{STUCK} clients who never read": stuck}


async def _idle(house: House, alone: list[float]) -> list[Figure]:
    await until_idle(house.server.pid)
    empty = rss_of(house.server.pid)
    async with crowd(house.server.port, IDLE, house.showtime_ids[1]) as viewers:
        await until_idle(house.server.pid)
        memory = rss_of(house.server.pid) - empty
        meanwhile = await _holds(house, 0, HOLDS)
        sent = time.perf_counter()
        await hold(house, 1, 0)
        await viewers.all_reach(1)
        told = viewers.last - sent
    return [
        Figure("memory per socket (at most 60 KB)", memory / IDLE / 1000, "KB"),
        Figure("one change to all of them (at most 2 s)", told, "s"),
        *_beside(meanwhile, alone),
    ]


async def _stuck(house: House, alone: list[float]) -> list[Figure]:
    await until_idle(house.server.pid)
    empty = rss_of(house.server.pid)
    with _clients(house):
        began = time.perf_counter()
        await asyncio.sleep(1)
        if not await _watchers(house):
            raise RuntimeError("Nobody was stuck: the figures would say nothing.")
        full = rss_of(house.server.pid) - empty
        meanwhile = await _holds(house, 2, 0)
        await _until_dropped(house)
        dropped = time.perf_counter() - began
    await until_idle(house.server.pid)
    once = rss_of(house.server.pid) - empty
    with _clients(house):
        await asyncio.sleep(1)
        await _until_dropped(house)
    await until_idle(house.server.pid)
    return [
        *_beside(meanwhile, alone),
        Figure("until the last of them is dropped, WS_STUCK_SECONDS=3", dropped, "s"),
        Figure("memory they held", full / 2**20, "MiB"),
        Figure("kept when they were gone", once / 2**20, "MiB"),
        Figure("kept when a hundred more had come and gone", (rss_of(house.server.pid) - empty) / 2**20, "MiB"),
    ]


def _beside(meanwhile: list[float], alone: list[float]) -> list[Figure]:
    return [
        Figure(
            f"{name} of a hold meanwhile",
            percentile(meanwhile, share) * 1000,
            "ms",
            percentile(alone, share) * 1000,
            "before",
        )
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]


async def _holds(house: House, showtime: int, first: int) -> list[float]:
    seconds = []
    for number in range(HOLDS):
        began = time.perf_counter()
        await hold(house, showtime, first + number)
        seconds.append(time.perf_counter() - began)
    return seconds


@contextmanager
def _clients(house: House) -> Iterator[None]:
    """Clients with a window of 4 KB who have asked for maps and read none."""
    payload = {"query": WIDE, "variables": {"id": house.showtime_ids[2], "after": None}}
    asked = b"".join(
        frame(TEXT, orjson.dumps({"id": str(number), "type": "subscribe", "payload": payload})) for number in range(20)
    )
    key = b64encode(b"0123456789abcdef").decode()
    upgrade = (
        "GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    with ExitStack() as stack:
        for _ in range(STUCK):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", house.server.port))
            client.sendall(upgrade.encode())
            client.recv(4096)
            client.sendall(frame(TEXT, b'{"type":"connection_init"}') + asked)
        yield


async def _until_dropped(house: House) -> None:
    for _ in range(600):
        if not await _watchers(house):
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("Somebody who never reads is still there.")


async def _watchers(house: House) -> int:
    async with http.connection(house.server.port) as ask:
        health = orjson.loads(await ask(http.get("/health")))
    found: int = health["components"]["live"]["watchers"]
    return found
