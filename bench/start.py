"""How long a start takes, with the demo cinema and without work to do, and what an idle server weighs."""

import tempfile
import time
from pathlib import Path

import psutil

from bench.figures import Figure
from tests.servers import Server

DEMO = {"DEMO": "true", "BCRYPT_ROUNDS": "12"}


async def measure() -> dict[str, list[Figure]]:
    """Start on an empty folder, stop, start again."""
    with tempfile.TemporaryDirectory() as directory:
        server = Server(Path(directory), {**DEMO, "DATABASE_URL": f"sqlite://{directory}/demo.sqlite3"})
        first = await _seconds(server)
        after_first = _memory(server)
        await server.stop()
        second = await _seconds(server)
        after_second = _memory(server)
        await server.aclose()
    return {
        "Starting on one machine": [
            Figure("first start, filling the demo cinema", first, "s", 60.0, "the most a stranger shall wait"),
            Figure("second start", second, "s", 3.0, "the most a developer shall wait"),
            Figure("memory of the idle server", after_second, "MiB", 150.0, "the most it shall take"),
            Figure("the same after a first start, which migrates", after_first, "MiB", 150.0, "the most it shall take"),
        ]
    }


def _memory(server: Server) -> float:
    """What it occupies now, in MiB."""
    occupied: int = psutil.Process(server.pid).memory_info().rss
    return occupied / 2**20


async def _seconds(server: Server) -> float:
    began = time.perf_counter()
    await server.start()
    return time.perf_counter() - began
