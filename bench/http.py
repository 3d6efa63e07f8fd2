"""A load generator that costs little: keep-alive HTTP/1.1 on plain asyncio streams."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Load:
    """What a run of requests gave: seconds per request in order of completion, bodies, and the wall time."""

    seconds: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    wall: float = 0.0

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.seconds) / self.wall

    def add(self, other: "Load") -> None:
        """Count another run with this one."""
        self.seconds += other.seconds
        self.wall += other.wall


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """A POST request, ready to be written."""
    everything = {
        "Host": "bench",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in everything.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def get(path: str) -> bytes:
    """A GET request, ready to be written."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


async def run(port: int, requests: Sequence[bytes], clients: int, *, keep_bodies: bool = False) -> Load:
    """Send all requests over this many connections, each one request at a time."""
    load, waiting = Load(), iter(requests)
    connections = [await asyncio.open_connection("127.0.0.1", port, limit=2**22) for _ in range(clients)]
    began = time.perf_counter()
    await asyncio.gather(*(_client(*connection, waiting, load, keep_bodies) for connection in connections))
    load.wall = time.perf_counter() - began
    for _, writer in connections:
        writer.close()
    return load


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[Callable[[bytes], Awaitable[bytes]]]:
    """A kept-alive connection, as a function from a request to the body of its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)

    async def ask(request: bytes) -> bytes:
        writer.write(request)
        status, body = await _answer(reader)
        if status != 200:
            raise RuntimeError(f"The server answered {status}: {body[:300]!r}")
        return body

    try:
        yield ask
    finally:
        writer.close()


async def _client(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: object, load: Load, keep_bodies: bool
) -> None:
    for request in waiting:  # type: ignore[attr-defined]  # one iterator for all clients
        began = time.perf_counter()
        writer.write(request)
        status, body = await _answer(reader)
        load.seconds.append(time.perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"The server answered {status}: {body[:300]!r}")
        if keep_bodies:
            load.bodies.append(body)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    length = next(int(line.split(":")[1]) for line in head if line.lower().startswith("content-length"))
    return int(head[0].split()[1]), await reader.readexactly(length)
