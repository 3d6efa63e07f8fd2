"""The server that dies: `crash_server.py before|after N` kills itself around the Nth commit after it became ready."""

import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.sqlite.client import SqliteTransactionWrapper

import server
from jobs import worker
from resolvers import inbox, unit_of_work as work

WHEN, NUMBER = sys.argv.pop(1), int(sys.argv.pop(1))
FUSE = Path("fuse")  # in the working directory of the test: commits count from its appearance
seen = 0
begun_by: ContextVar[str] = ContextVar("begun_by", default="nobody known")  # a commit may have a task of its own
begin = work.in_transaction


def in_transaction() -> Any:
    """Begin a transaction and remember who does, for whoever wonders why there was one commit more."""
    ours = [frame for frame in traceback.extract_stack() if "/resolvers/" in frame.filename]
    begun_by.set(" < ".join(f"{Path(frame.filename).stem}.{frame.name}" for frame in reversed(ours)))
    return begin()


def note(line: str) -> None:
    """Write down whose commit this is."""
    with Path("commits").open("a") as file:
        file.write(line)


def dying(commit: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A commit that may be the last thing this process does, or does not do."""

    async def wrapped(self: object) -> None:
        global seen
        counts = FUSE.exists()  # noqa: ASYNC240  # a test's server may block
        seen += counts
        if counts:
            note(f"{seen}: {begun_by.get()}\n")
        if counts and seen == NUMBER and WHEN == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        await commit(self)
        if counts and seen == NUMBER:
            os.kill(os.getpid(), signal.SIGKILL)

    return wrapped


# What the dead had in hand is taken up soon: a test does not wait 20 seconds.
work.in_transaction = in_transaction
worker.LEASE = inbox.LEASE = timedelta(seconds=float(os.environ.get("LEASE_SECONDS", "3")))
for wrapper in (TransactionWrapper, SqliteTransactionWrapper):
    wrapper.commit = dying(wrapper.commit)  # type: ignore[method-assign]

if __name__ == "__main__":
    sys.exit(server.main())
