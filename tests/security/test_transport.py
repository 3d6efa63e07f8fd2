"""HTTPS and nothing else in production, headers on every answer, and only the origins that were named."""

import logging

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from composition import compose, middleware
from routes.security import HEADERS, HttpsOnly, SecurityHeaders
from settings import Settings
from tests.databases import settings_for
from tests.security.production import ADDRESS, FROM_TLS, in_production
from tests.servers import StartServer

pytestmark = pytest.mark.once
SECURE = Settings(
    _env_file=None,
    environment="production",
    secret_key="a-secret-of-this-test-alone-0123456789",
    sandbox_webhook_secret="another",
    public_url=f"{ADDRESS}/",
)
SHOP = "https://shop.example"


async def page(request: object) -> PlainTextResponse:
    return PlainTextResponse("here", headers={"X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": "mine"})


async def plain(request: object) -> PlainTextResponse:
    return PlainTextResponse("here")


def client(settings: Settings, scheme: str = "http", address: str = "tickets.internal") -> httpx2.AsyncClient:
    routes = [Route("/page", page), *(Route(path, plain, methods=["GET", "POST"]) for path in PATHS)]
    app = Starlette(routes=routes, middleware=middleware(settings))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=f"{scheme}://{address}")


PATHS = ["/graphql", "/health", "/health/ready", "/healthy", "/webhooks/stripe", "/"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/graphql", "/healthy", "/", "/nowhere"])
async def test_who_comes_by_http_is_sent_to_our_address(method: str, path: str) -> None:
    async with client(SECURE, address="evil.example") as http:
        answer = await http.request(method, f"{path}?a=%20b&c=1")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{ADDRESS}{path}?a=%20b&c=1")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/health", "/health/ready", "/webhooks/stripe"])
async def test_balancers_and_signed_messages_are_not_sent_away(path: str) -> None:
    async with client(SECURE) as http:
        assert (await http.get(path)).status_code == 200


async def test_by_https_everything_is_there_and_said_to_stay_so() -> None:
    async with client(SECURE, "https") as http:
        answer = await http.get("/graphql")
    assert (answer.status_code, answer.headers["strict-transport-security"]) == (200, "max-age=31536000")


@pytest.mark.parametrize(
    "changed", [{"environment": "development"}, {"public_url": "http://tickets.example"}], ids=["at home", "no TLS"]
)
async def test_where_there_is_no_tls_nobody_is_sent_there(changed: dict[str, str]) -> None:
    async with client(SECURE.model_copy(update=changed)) as http:
        answer = await http.get("/graphql")
    assert answer.status_code == 200
    assert "strict-transport-security" not in answer.headers


async def test_only_a_named_proxy_is_believed(database_url: str, start_server: StartServer) -> None:
    async with in_production(start_server, database_url) as server:
        assert (await server.client.get("/")).status_code == 200
        plain = await server.client.get("/", headers={"X-Forwarded-Proto": "http"})
        assert (plain.status_code, plain.headers["location"]) == (308, f"{ADDRESS}/")
        with pytest.raises(InvalidStatus) as refused:
            async with connect(server.ws_url, additional_headers={"X-Forwarded-Proto": "http"}):
                pass
        assert refused.value.response.status_code == 403
        async with connect(
            server.ws_url,
            subprotocols=[Subprotocol("graphql-transport-ws")],
            additional_headers=FROM_TLS,
        ) as socket:
            await socket.send('{"type":"connection_init"}')
            assert await socket.recv() == '{"type":"connection_ack"}'


async def test_a_proxy_nobody_has_named_is_not_believed_and_the_log_says_so(
    database_url: str, start_server: StartServer
) -> None:
    async with in_production(start_server, database_url, FORWARDED_ALLOW_IPS="10.0.0.1") as server:
        answer = await server.client.get("/")
        assert answer.status_code == 308
        assert "FORWARDED_ALLOW_IPS" in server.log()


async def test_every_answer_carries_the_headers_that_it_does_not_set_itself() -> None:
    async with client(settings_for("sqlite://x")) as http:
        plain, page = await http.get("/graphql"), await http.get("/page")
        missing = await http.get("/nowhere")
    assert HEADERS.keys() == {
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
        "Permissions-Policy",
        "Content-Security-Policy",
    }
    for answer in (plain, missing):
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert (page.headers["x-frame-options"], page.headers["content-security-policy"]) == ("SAMEORIGIN", "mine")
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_without_the_layer_they_do_not() -> None:
    """The control."""
    app = Starlette(routes=[Route("/graphql", plain)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as http:
        assert not HEADERS.keys() & {name.title() for name in (await http.get("/graphql")).headers}


def test_the_layers_surround_the_whole_application() -> None:
    app = compose(settings_for("sqlite://x"), {})
    assert SecurityHeaders in [layer.cls for layer in app.user_middleware]
    secure = [layer.cls for layer in middleware(SECURE)]
    assert secure.index(SecurityHeaders) < secure.index(HttpsOnly), "a redirect carries the headers too"


async def preflight(http: httpx2.AsyncClient, origin: str, headers: str = "authorization") -> httpx2.Response:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": headers,
    }
    return await http.options("/graphql", headers=asked)


async def test_the_origin_that_was_named_may_call() -> None:
    async with client(settings_for("sqlite://x").model_copy(update={"allowed_origins": SHOP})) as http:
        allowed = await preflight(http, SHOP, "authorization,content-type,idempotency-key,on-behalf-of,x-request-id")
        answer = await http.post("/graphql", headers={"Origin": SHOP})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, SHOP)
    assert allowed.headers["access-control-max-age"] == "7200"
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.headers["access-control-expose-headers"] == "ETag, Retry-After, X-Request-ID"
    for each in (allowed, answer):
        assert "access-control-allow-credentials" not in each.headers
        assert "Origin" in each.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example.evil.example",
        "https://evil-shop.example",
        "http://shop.example",
        "https://shop.example:444",
        "https://SHOP.example",
        "null",
    ],
)
async def test_no_other_origin_may(origin: str) -> None:
    async with client(settings_for("sqlite://x").model_copy(update={"allowed_origins": SHOP})) as http:
        asked, answer = await preflight(http, origin), await http.post("/graphql", headers={"Origin": origin})
    assert asked.status_code == 400
    for each in (asked, answer):
        assert "access-control-allow-origin" not in each.headers


@pytest.mark.parametrize("header", ["cookie", "x-anything"])
async def test_nor_may_it_send_any_header(header: str) -> None:
    async with client(settings_for("sqlite://x").model_copy(update={"allowed_origins": SHOP})) as http:
        assert (await preflight(http, SHOP, header)).status_code == 400


async def test_where_nobody_was_named_nobody_may(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    async with client(settings_for("sqlite://x")) as http:
        assert "access-control-allow-origin" not in (await preflight(http, SHOP)).headers
