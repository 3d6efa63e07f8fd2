"""Log lines carry the request and no secrets; background loops come back and say so."""

import asyncio
import json
import logging
from collections.abc import Iterator

import anyio
import anyio.lowlevel
import pytest
import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

import telemetry
from settings import Settings

pytestmark = pytest.mark.once


@pytest.fixture
def lines(capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[object]:
    """What has been logged since the last call, as JSON."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    telemetry.configure(Settings(_env_file=None, log_format="json"))

    def read() -> list[dict[str, object]]:
        return [json.loads(line) for line in capfdbinary.readouterr().err.splitlines()]

    yield read
    structlog.reset_defaults()
    clear_contextvars()
    root.handlers[:] = before
    root.setLevel(level)


async def until(condition: object, within: float = 2.0) -> None:
    with anyio.fail_after(within):
        while not condition():  # noqa: ASYNC110 - the loop under test knows no event
            await asyncio.sleep(0.005)


def loop_named(name: str) -> dict[str, object]:
    return next(loop for loop in telemetry.background_loops() if loop["name"] == name)


def test_every_line_names_its_request(lines) -> None:
    bind_contextvars(request_id="request-1")
    structlog.get_logger().info("seats_held", seats=2)
    logging.getLogger("uvicorn.error").warning("slow %s", "client", extra={"event": "x", "level": 3, "took": 5})
    ours, theirs = lines()
    assert (ours["event"], ours["request_id"], ours["seats"], ours["level"]) == ("seats_held", "request-1", 2, "info")
    assert (theirs["event"], theirs["request_id"], theirs["logger"]) == ("slow client", "request-1", "uvicorn.error")
    assert (theirs["level"], theirs["took"]) == ("warning", 5)


def test_secrets_and_personal_data_stay_out(lines) -> None:
    marks = ["hunter2", "ana@marquee.test", "eyJhbGciOi1.eyJzdWI.sig", "+84901234567", "s3cret", "abcdef"]
    structlog.get_logger().info(
        "sign in of ana@marquee.test",
        password="hunter2",
        body={"refreshToken": "s3cret", "people": ["ana@marquee.test"]},
        phone="+84901234567",
        url="postgres://admin:hunter2@db/marquee",
        header="Bearer abcdef",
    )
    logging.getLogger("library").error("got eyJhbGciOi1.eyJzdWI.sig")
    try:
        raise ValueError("no user ana@marquee.test")
    except ValueError:
        structlog.get_logger().exception("failed")
    written = lines()
    assert len(written) == 3
    text = json.dumps(written)
    assert [mark for mark in marks if mark in text] == []
    assert written[0]["url"] == "postgres://[hidden]@db/marquee"
    assert "ValueError: no user [hidden]" in str(written[2]["exception"])


def test_libraries_do_not_print_statements_or_addresses(lines) -> None:
    logging.getLogger("tortoise.db_client").debug("SELECT 1: ['value']")
    logging.getLogger("httpx2").info("GET http://x/?token=1")
    assert lines() == []


def test_no_level_lets_statements_out(lines) -> None:
    telemetry.configure(Settings(_env_file=None, log_format="json", log_level="DEBUG"))
    for name in ("tortoise", "tortoise.db_client", "httpx2", "stripe", "urllib3"):
        logging.getLogger(name).debug("SELECT 1: ['value']")
        logging.getLogger(name).info("SELECT 1: ['value']")
    structlog.get_logger().debug("ours")
    assert [line["event"] for line in lines()] == ["ours"]


def test_what_is_no_clean_text_is_logged_all_the_same(lines) -> None:
    structlog.get_logger().info("odd", label="\ud800", seats={("A", 1): 2}, screen=object)
    [line] = lines()
    assert (line["event"], line["label"], line["screen"]) == ("odd", "\ud800", str(object))


@pytest.mark.parametrize("error", [BrokenPipeError, ValueError])
async def test_a_log_that_cannot_be_written_stops_nothing(error: type[Exception], lines, monkeypatch) -> None:
    class Closed:
        def write(self, _line: str) -> None:
            raise error

    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(telemetry.sys, "stderr", Closed())
        structlog.get_logger().info("lost")
        loop = telemetry.supervise("talkative", work)
        await until(lambda: len(runs) == 3)
        await loop.stop()


def test_configuring_twice_writes_each_line_once(lines) -> None:
    telemetry.configure(Settings(_env_file=None, log_format="json"))
    logging.getLogger("library").error("once")
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("log_format", "environment", "is_json"),
    [("json", "development", True), ("console", "development", False), ("auto", "development", True)],
)
def test_people_read_text_and_machines_json(lines, log_format: str, environment: str, is_json: bool) -> None:
    structlog.reset_defaults()
    telemetry.configure(Settings(_env_file=None, log_format=log_format, environment=environment))
    structlog.get_logger().info("hello", password="hunter2")
    if is_json:
        assert lines()[0]["event"] == "hello"
    else:
        with pytest.raises(json.JSONDecodeError):
            lines()


async def test_a_crashing_loop_is_restarted_logged_and_visible(lines) -> None:
    """F38."""
    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        if len(runs) < 3:
            raise ConnectionError("ana@marquee.test went away")
        await asyncio.sleep(60)

    loop = telemetry.supervise("sweeps", work)
    try:
        await until(lambda: len(runs) == 3)
        assert loop_named("sweeps") == {
            "name": "sweeps",
            "state": "running",
            "steady": False,
            "restarts": 2,
            "last_error": "ConnectionError",
        }
    finally:
        await loop.stop()
    written = lines()
    assert [line["event"] for line in written] == ["background_loop_ended"] * 2
    assert [line["loop"] for line in written] == ["sweeps"] * 2
    assert all("ConnectionError: [hidden] went away" in str(line["exception"]) for line in written)


async def test_the_pauses_between_crashes_grow_and_end(monkeypatch: pytest.MonkeyPatch, lines) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 12:
            await anyio.sleep(60)

    async def work() -> None:
        raise ValueError

    monkeypatch.setattr(telemetry.asyncio, "sleep", sleep)
    loop = telemetry.supervise("hopeless", work)
    with anyio.fail_after(2):
        while len(pauses) < 12:
            await anyio.lowlevel.checkpoint()
    assert loop_named("hopeless")["state"] == "restarting"
    await loop.stop()
    assert all(0.05 * 2**n <= pause <= 0.1 * 2**n for n, pause in enumerate(pauses[:5]))
    assert all(2.5 <= pause <= 5.0 for pause in pauses[6:])


@pytest.mark.parametrize("how", ["returns", "cancelled"])
async def test_a_loop_that_ends_quietly_is_no_less_restarted(how: str, lines) -> None:
    runs: list[int] = []

    async def work() -> None:
        runs.append(1)
        if how == "cancelled":
            inner = asyncio.ensure_future(asyncio.sleep(60))
            inner.cancel()
            await inner

    loop = telemetry.supervise("quiet", work)
    await until(lambda: len(runs) == 2)
    await loop.stop()
    assert lines()[0]["error"] == {"returns": "returned", "cancelled": "cancelled from within"}[how]


async def test_a_stopped_loop_stays_stopped_and_leaves_the_report() -> None:
    ended: list[bool] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    loop = telemetry.supervise("tidy", work)
    await asyncio.sleep(0)
    assert loop_named("tidy")["steady"] is True
    await loop.stop()
    assert ended == [True]
    assert [found for found in telemetry.background_loops() if found["name"] == "tidy"] == []


async def test_a_loop_does_not_belong_to_the_request_that_started_it() -> None:
    seen: list[object] = []

    async def work() -> None:
        seen.append(get_contextvars())
        await asyncio.sleep(60)

    bind_contextvars(request_id="request-1")
    loop = telemetry.supervise("orphan", work)
    await until(lambda: seen)
    await loop.stop()
    clear_contextvars()
    assert seen == [{}]


async def test_a_loop_that_misses_its_end_is_told_again() -> None:
    told: list[bool] = []

    async def work() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                told.append(True)
                if len(told) > 1:
                    raise

    loop = telemetry.supervise("deaf", work)
    await asyncio.sleep(0)
    await loop.stop()
    assert told == [True, True]
