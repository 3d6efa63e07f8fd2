"""Every request has an id: in its answer, in its log lines, and in nobody else's."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from structlog.testing import capture_logs

from routes.request_log import RequestLog

pytestmark = pytest.mark.once


async def ok(request: Request) -> PlainTextResponse:
    await asyncio.sleep(0.01)
    structlog.get_logger().info("inside")
    return PlainTextResponse(request.state.request_id)


async def crash(request: Request) -> PlainTextResponse:
    raise RuntimeError("secret detail")


async def crash_late(request: Request) -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError("secret detail")

    return StreamingResponse(parts())


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(websocket.state.request_id)
    await websocket.close()


@pytest.fixture
def app() -> ASGIApp:
    routes: list[BaseRoute] = [
        Route("/ok", ok),
        Route("/crash", crash),
        Route("/late", crash_late),
        Route("/health/live", ok),
    ]
    routes.append(WebSocketRoute("/socket", socket))
    return Starlette(routes=routes, middleware=[Middleware(RequestLog)])


@pytest.fixture
def logs() -> Iterator[list[dict[str, object]]]:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as captured:
        yield captured


@pytest.fixture
async def client(app: ASGIApp) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_an_id_is_made_and_returned(client: httpx2.AsyncClient, logs: list) -> None:
    answer = await client.get("/ok?token=SECRET123")
    made = answer.headers["x-request-id"]
    assert answer.text == made
    assert len(made) == 16
    inside, line = logs
    assert inside["request_id"] == line["request_id"] == made
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/ok", 200)
    assert 10 <= line["milliseconds"] < 1000
    assert "SECRET123" not in str(logs)


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("8f14e45f-ceea-4e7a", True),
        ("A" * 64, True),
        ("A" * 65, False),
        ("short", False),
        ("new\\nline-1234", False),
        ("<script>alert(1)", False),
        ("", False),
    ],
)
async def test_a_sane_id_is_kept_and_another_replaced(client: httpx2.AsyncClient, given: str, accepted: bool) -> None:
    answer = await client.get("/ok", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is accepted
    assert len(answer.headers.get_list("x-request-id")) == 1


async def test_two_at_once_keep_their_ids_apart(client: httpx2.AsyncClient, logs: list) -> None:
    given = [f"request-{n}" for n in range(20)]
    answers = await asyncio.gather(*(client.get("/ok", headers={"X-Request-ID": one}) for one in given))
    assert [answer.text for answer in answers] == given
    for one in given:
        assert sum(line["request_id"] == one for line in logs) == 2


async def test_a_crash_is_answered_without_its_reason(client: httpx2.AsyncClient, logs: list) -> None:
    answer = await client.get("/crash")
    assert answer.status_code == 500
    assert answer.json() == {
        "error": "Something went wrong on our side.",
        "requestId": answer.headers["x-request-id"],
    }
    assert [(line["event"], line["log_level"]) for line in logs] == [("request_failed", "error"), ("request", "info")]
    assert logs[1]["status"] == 500


async def test_a_crash_after_the_start_cuts_the_answer_off(app: ASGIApp, logs: list) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/late", "headers": [], "query_string": b"", "state": {}}
    with pytest.raises(RuntimeError):
        await app(scope, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["more_body"] is True
    assert [line["event"] for line in logs] == ["request_failed", "request"]


async def test_what_is_not_there_has_an_id_too(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["x-request-id"]


async def test_health_checks_do_not_fill_the_log(client: httpx2.AsyncClient, logs: list) -> None:
    await client.get("/health/live")
    assert [line["log_level"] for line in logs if line["event"] == "request"] == ["debug"]


async def test_a_path_of_any_length_makes_a_short_line(client: httpx2.AsyncClient, logs: list) -> None:
    await client.get("/" + "x" * 5_000)
    assert len(logs[0]["path"]) == 200


async def test_nothing_is_left_in_the_context(client: httpx2.AsyncClient) -> None:
    await client.get("/ok")
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_websocket_has_an_id(app: ASGIApp, logs: list) -> None:
    with TestClient(app).websocket_connect("/socket?token=SECRET123") as connection:
        made = connection.receive_text()
        assert dict(connection.extra_headers)[b"x-request-id"].decode() == made
    line = logs[-1]
    assert (line["method"], line["path"], line["status"], line["request_id"]) == ("WEBSOCKET", "/socket", 101, made)
    assert "SECRET123" not in str(logs)
