"""The server as its operators run it: a process of its own on a free loopback port."""

import asyncio
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2

from tests.processes import ROOT, Order, Process, Start, cold
from tests.services import free_port, outlived_by_nothing, release

StartServer = Callable[..., AbstractAsyncContextManager["Server"]]

START_SECONDS = 30.0
STOP_SECONDS = 20.0

# Quick to start and silent about the outside; a test that needs it otherwise says so in `env`.
BARE = {
    "HOST": "127.0.0.1",
    "BCRYPT_ROUNDS": "4",
    "DEMO": "false",
    "LOG_FORMAT": "json",
    "PYTHONWARNINGS": "default",
    "RATE_LIMITS": "off",
}


class DidNotStart(Exception):
    """The server ended or stayed silent instead of becoming ready; the message is its log."""


class Server:
    """One running `server.py`; it keeps its port and database through kill() and restart()."""

    def __init__(
        self,
        directory: Path,
        env: Mapping[str, str],
        arguments: Sequence[str] = ("server.py",),
        start: Start = cold,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}/graphql"
        self.client = httpx2.AsyncClient(base_url=self.url, timeout=30.0, trust_env=False)
        here = {"PORT": str(self.port), "OUTBOX": str(directory / f"outbox-{self.port}")}
        self.env = machine_environment() | here | BARE | dict(env)
        self.outbox = Path(self.env["OUTBOX"])
        self._log = directory / f"server-{self.port}.log"
        # Not in the repository: whoever has a .env there shall see the same tests.
        self._order = Order([str(ROOT / arguments[0]), *arguments[1:]], str(directory), self.env, str(self._log))
        self._start = start
        self._process: Process | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The (parent) process that serves now."""
        if self._process is None:
            raise RuntimeError("The server is not running.")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """Everything it has written so far, over all its starts."""
        return self._log.read_text(errors="replace")

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self._process = self._start(self._order)
        self._watcher = outlived_by_nothing(self._process.pid)
        await self._until_ready()

    async def execute(
        self,
        query: str,
        variables: Mapping[str, object] | None = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Post one operation and return the JSON of the answer, whatever its status."""
        everything = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": dict(variables or {})}
        answer = await self.client.post("/graphql", json=body, headers=everything | dict(headers or {}))
        found: dict[str, Any] = answer.json()
        return found

    async def kill(self) -> None:
        """End it and its workers as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> float:
        """Ask it to end and wait until it has; the seconds that took."""
        began = time.monotonic()
        await self._end(signal.SIGTERM)
        return time.monotonic() - began

    async def restart(self) -> None:
        """Kill it if it lives, and start it again on the same port and database."""
        await self.kill()
        await self.start()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, such as SIGSTOP, to the (parent) process."""
        os.kill(self.pid, number)

    async def aclose(self) -> None:
        """Stop it, and leave nothing behind."""
        await self.client.aclose()
        await self._end(signal.SIGTERM)

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.running and time.monotonic() < deadline:
            with suppress(httpx2.TransportError):
                if (await self.client.get("/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.05)
        await self._end(signal.SIGKILL)
        raise DidNotStart(self.log())

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._watcher is None:
            return
        with suppress(ProcessLookupError):
            if how is signal.SIGKILL:
                os.killpg(self._process.pid, how)
            else:
                self._process.send_signal(how)
        try:
            await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await asyncio.to_thread(self._process.wait)
            release(self._watcher)
            self._process = self._watcher = None


def machine_environment() -> dict[str, str]:
    """What a server may know of this machine."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in kept if name in os.environ}


@asynccontextmanager
async def started_server(
    *,
    database_url: str,
    redis_url: str = "",
    env: Mapping[str, str] | None = None,
    arguments: Sequence[str] = ("server.py",),
    directory: Path | None = None,
    start: Start = cold,
) -> AsyncIterator[Server]:
    """A server on a migrated database, ready when the block begins and gone when it ends.

    It begins cold, as operators start theirs; tests have the fixture `start_server` for quicker ones.
    """
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **(env or {})}
    with tempfile.TemporaryDirectory(prefix="marquee-server-") as own:
        server = Server(directory or Path(own), settings, arguments, start)
        try:
            await server.start()
            yield server
        finally:
            await server.aclose()
