"""Logs with a request id in every line, and background loops that never die unnoticed."""

import asyncio
import json
import logging
import random
import re
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from functools import lru_cache

import orjson
import structlog
from structlog.contextvars import clear_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

from domain.masking import HIDDEN, masked
from settings import Settings

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
STEADY_SECONDS = 10.0
CANCEL_AGAIN_SECONDS = 0.5

_SECRET_NAME = re.compile(
    r"password|passwd|secret|token|authorization|cookie|signature|credential|e_?mail|phone|(^|_)(otp|pin|card|iban)($|_)",
    re.IGNORECASE,
)
_RECORD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"taskName", "color_message", "event", "level"}

# At these levels the libraries repeat what we log ourselves, or print the values of statements.
_LEAST_LEVELS = dict.fromkeys(("tortoise", "httpx2", "httpcore2", "stripe", "urllib3"), logging.WARNING)

log = structlog.get_logger(__name__)


def configure(settings: Settings) -> None:
    """Send the log lines of this program and of its libraries, as the settings want them, to standard error."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    steps: list[Processor] = [
        merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    if _wants_json(settings):
        steps.append(structlog.processors.JSONRenderer(serializer=_as_json))
    else:
        plain = structlog.dev.plain_traceback
        steps.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain))
    wrapper = structlog.make_filtering_bound_logger(level)
    structlog.configure(processors=steps, wrapper_class=wrapper, logger_factory=Output)
    _take_over_standard_logging(level)


def _wants_json(settings: Settings) -> bool:
    if settings.log_format == "auto":
        return settings.environment == "production" or not sys.stderr.isatty()
    return settings.log_format == "json"


def _take_over_standard_logging(level: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if not isinstance(handler, Bridge)]
    root.addHandler(Bridge())
    root.setLevel(level)
    for name, least in _LEAST_LEVELS.items():
        logging.getLogger(name).setLevel(max(level, least))


class Output:
    """Writes lines to standard error; a line that cannot be written must not stop a sale."""

    def __init__(self, *_names: str) -> None:
        """There is one output, whatever the name of the log."""

    def msg(self, line: str) -> None:
        """Write one line."""
        with suppress(OSError, ValueError):
            sys.stderr.write(line + "\n")

    debug = info = warning = error = critical = exception = msg


def _as_json(event: EventDict, **_options: object) -> str:
    try:
        return orjson.dumps(event, default=str).decode()
    except TypeError:  # half a character, or a key that is no text: whatever it is, it is logged
        return json.dumps(event, default=str, skipkeys=True)


class Bridge(logging.Handler):
    """Hands the lines of libraries that use the standard `logging` to our own log."""

    def emit(self, record: logging.LogRecord) -> None:
        extra = {name: value for name, value in vars(record).items() if name not in _RECORD_FIELDS}
        log.log(record.levelno, record.getMessage(), **{**extra, "logger": record.name, "exc_info": record.exc_info})


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace what no log may hold: secrets and personal data, by the name of a value or by its looks."""
    for name, value in event.items():
        event[name] = HIDDEN if _is_secret(name) else _without_secrets(value)
    return event


@lru_cache(maxsize=1_000)
def _is_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def _without_secrets(value: object) -> object:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: HIDDEN if _is_secret(str(name)) else _without_secrets(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else _without_secrets(str(value))


class Supervised:
    """A background loop that is started again whenever it ends, and says so."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self.name = name
        self.state = "running"
        self.restarts = 0
        self.last_error = ""
        self._ended_at: float | None = None
        self._work = work
        context = copy_context()
        context.run(clear_contextvars)  # whatever request happened to start it, its lines are not that request's
        self._task = asyncio.get_running_loop().create_task(self._run(), name=name, context=context)

    @property
    def steady(self) -> bool:
        """Whether it has run for a while without ending."""
        return self._ended_at is None or time.monotonic() - self._ended_at > STEADY_SECONDS

    async def stop(self) -> None:
        """End the loop and wait until it has ended.

        It is told again until it hears: `asyncio.wait_for` of Python 3.11, which the Redis client uses, forgets a
        cancellation that comes when its work has just been done.
        """
        _supervised.discard(self)
        self.state = "stopped"
        while not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=CANCEL_AGAIN_SECONDS)

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            await self._run_once()
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self.state = "restarting"
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads the load, guards nothing
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            self.restarts += 1
            self.state = "running"

    async def _run_once(self) -> None:
        try:
            await self._work()
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            self._note("cancelled from within", error)  # something that the loop waited for was
        except Exception as error:  # noqa: BLE001 - whatever it was, the loop must go on
            self._note(type(error).__name__, error)
        else:
            self._note("returned")

    def _note(self, reason: str, error: BaseException | None = None) -> None:
        self.last_error = reason
        self._ended_at = time.monotonic()
        log.error("background_loop_ended", loop=self.name, error=reason, restarts=self.restarts, exc_info=error)


_supervised: set[Supervised] = set()


def supervise(name: str, work: Callable[[], Awaitable[None]]) -> Supervised:
    """Run a background loop for as long as the server lives; `stop()` ends it."""
    loop = Supervised(name, work)
    _supervised.add(loop)
    return loop


def background_loops() -> list[dict[str, object]]:
    """How the background loops are: for /health."""
    return [
        {
            "name": loop.name,
            "state": loop.state,
            "steady": loop.steady,
            "restarts": loop.restarts,
            "last_error": loop.last_error,
        }
        for loop in sorted(_supervised, key=lambda loop: loop.name)
    ]
