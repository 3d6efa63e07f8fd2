"""What all topics of one process share."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context

import structlog
from broadcaster import Broadcast

REPAIRS_AT_ONCE = 8
LOG_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Wire:
    """The broadcaster, how much may be repaired at once, and what has gone wrong so far."""

    def __init__(self, broadcast: Broadcast) -> None:
        self.broadcast = broadcast
        self.repairs = asyncio.Semaphore(REPAIRS_AT_ONCE)
        self.dropped = 0
        self.healed = 0
        self.failures = 0
        self._context = Context()
        self._logged_at: dict[str, float] = {}

    def work_in(self, context: Context) -> None:
        """Do everything from now on in the server's own context."""
        self._context = context

    def spawn(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Begin a task that belongs to no request: not to its transaction, nor to its log lines."""
        return asyncio.create_task(work, name=name, context=self._context.copy())

    @contextmanager
    def surviving(self, what: str, topic: str) -> Iterator[None]:
        """Log and count whatever fails inside, and go on: it will be tried again, or be found by `reconcile`."""
        try:
            yield
        except Exception as problem:  # noqa: BLE001 - the outermost loop of the wire: one failure must not deafen all
            self.failures += 1
            self._log(what, topic, problem)

    def _log(self, what: str, topic: str, problem: Exception) -> None:
        """Now and then: while Redis is away, every announcement fails."""
        now = time.monotonic()
        if now - self._logged_at.get(what, -LOG_SECONDS) >= LOG_SECONDS:
            self._logged_at[what] = now
            log.warning(what, topic=topic, problem=repr(problem), failures=self.failures)
