"""How a program becomes a process: as everywhere, `python PROGRAM`, or forked from a Python that is warm already."""

import itertools
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent
# Without these (elsewhere than on Linux) every process begins cold.
CAN_FORK = hasattr(os, "pidfd_open")


@dataclass(frozen=True)
class Order:
    """A program with its arguments, and the world it runs in."""

    arguments: Sequence[str]
    directory: str
    env: Mapping[str, str]
    log: str


class Process(Protocol):
    """What Popen and Forked have in common."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: int, /) -> None: ...


class Start(Protocol):
    """Makes a process of an order."""

    def __call__(self, order: Order) -> Process: ...


def cold(order: Order) -> Process:
    """A new Python, as operators start it."""
    with Path(order.log).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *order.arguments],
            cwd=order.directory,
            env=order.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


class Forked:
    """A process that is not our child: it is known by its pidfd, which cannot come to mean another."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd: int | None = os.pidfd_open(pid)
        self.send_signal(signal.SIGUSR1)  # it waits for this, so that it is not over before it is known

    def poll(self) -> int | None:
        """None while it lives; how it ended is nobody's to know."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return when it is gone; TimeoutError if it is not by then."""
        if self._ended_within(timeout) is None:
            raise TimeoutError(f"Process {self.pid} still runs.")
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it is gone."""
        if self._pidfd is not None:
            signal.pidfd_send_signal(self._pidfd, number)

    def _ended_within(self, seconds: float | None) -> int | None:
        if self._pidfd is None:
            return 0
        asked = select.poll()
        asked.register(self._pidfd, select.POLLIN)
        if not asked.poll(None if seconds is None else seconds * 1000):
            return None
        os.close(self._pidfd)
        self._pidfd = None
        return 0


class WarmPython:
    """A Python with the server imported, which runs a program without the second that importing it takes."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._python = subprocess.Popen(
            [sys.executable, "-m", "tests.warm_python"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(self, order: Order) -> Process:
        """Run a program in a fork of it."""
        if self._python.stdin is None or self._python.stdout is None:
            raise RuntimeError("It has been given no way to be spoken to.")
        self._python.stdin.write(json.dumps(asdict(order)) + "\n")
        self._python.stdin.flush()
        return Forked(int(self._python.stdout.readline()))

    def close(self) -> None:
        """End it; what it has forked is others' to end."""
        self._python.communicate()


@contextmanager
def warm(env: Mapping[str, str]) -> Iterator[Start]:
    """Starts programs from two warm Pythons in turn: like any two servers, two neighbours do not hash alike."""
    with ExitStack() as stack:
        pythons: list[WarmPython] = []
        turns = itertools.cycle(range(2))

        def start(order: Order) -> Process:
            turn = next(turns)
            if turn == len(pythons):
                pythons.append(WarmPython(env))
                stack.callback(pythons[-1].close)
            return pythons[turn](order)

        yield start if CAN_FORK else cold
