"""A Python that has imported the server and forks itself for every program it is told to run.

It reads orders from stdin, one JSON a line, and answers each with the pid that obeys. When stdin closes it ends. What it
forks is what `python PROGRAM` would have been: a process group, directory, environment and log of its own.
"""

import gc
import json
import os
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

import anyio._backends._asyncio

import models.engines.postgres
import models.engines.sqlite
import server

ALREADY_HERE = (anyio._backends._asyncio, models.engines.postgres, models.engines.sqlite, server)


def forked() -> dict[str, Any] | None:
    """In a new process its order; None in this one, when there will be no more."""
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            order: dict[str, Any] = json.loads(line)
            return order
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    return None


def become(order: dict[str, Any]) -> None:
    """Be a process of one's own with this order's log, directory, environment and arguments."""
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.close(nothing)
    os.close(log)
    os.chdir(order["directory"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = order["arguments"]
    sys.path[0] = str(Path(sys.argv[0]).parent)


def wait_to_be_known() -> None:
    """Go no further before whoever gave the order has a hold of this process; see `Forked`."""
    signal.sigwait({signal.SIGUSR1})
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for these children here: they leave no zombies
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    gc.collect()
    gc.freeze()
    if given := forked():
        become(given)
        wait_to_be_known()
        runpy.run_path(sys.argv[0], run_name="__main__")
