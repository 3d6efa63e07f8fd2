"""How uvicorn is set up: each of these settings answers a fault that was seen without it (reliability 2.2)."""

import logging

import httpx2
import pytest

from routes.serving import AbortingWS, uvicorn_config
from settings import Settings
from tests.routes.toy import SUBPROTOCOL, Toy, toy_server, ws

pytestmark = pytest.mark.once


def test_the_settings_reach_uvicorn() -> None:
    settings = Settings(
        _env_file=None, host="127.0.0.2", port=9, ws_max_message_bytes=7, ws_ping_seconds=5, shutdown_seconds=3
    )
    config = uvicorn_config("server:create", settings)
    assert (config.host, config.port, config.factory) == ("127.0.0.2", 9, True)
    assert (config.ws, config.ws_max_size, config.ws_per_message_deflate) == (AbortingWS, 7, False)
    assert (config.ws_ping_interval, config.ws_ping_timeout) == (5, settings.ws_ping_timeout_seconds)
    assert (config.reset_contextvars, config.timeout_graceful_shutdown) == (True, 3)
    assert config.limit_concurrency is None  # it would count websockets, and refuse requests because of them
    assert (config.access_log, config.log_config, config.server_header) == (False, None, False)


async def address(toy: Toy, **headers: str) -> str:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(toy.url, json={"query": "{address}"}, headers=headers)
    return str(answer.json()["data"]["address"])


async def test_nobody_is_believed_who_says_where_others_come_from() -> None:
    async with toy_server() as toy:
        assert await address(toy) == "127.0.0.1"
        assert await address(toy, **{"X-Forwarded-For": "6.6.6.6"}) == "127.0.0.1"
        async with ws(toy, additional_headers={"X-Forwarded-For": "6.6.6.6"}) as client:
            await client.init()
            assert await client.run("{address}") == {"data": {"address": "127.0.0.1"}}


async def test_but_our_own_proxy_is() -> None:
    async with toy_server(forwarded_allow_ips="127.0.0.1") as toy:
        assert await address(toy, **{"X-Forwarded-For": "6.6.6.6"}) == "6.6.6.6"
    async with toy_server(forwarded_allow_ips="10.0.0.1") as toy:
        assert await address(toy, **{"X-Forwarded-For": "6.6.6.6"}) == "127.0.0.1"


async def test_the_address_of_a_websocket_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "uvicorn")
    async with toy_server() as toy:
        toy.ws_url += "?token=SECRET123"
        async with ws(toy, SUBPROTOCOL) as client:
            await client.init()
    assert [
        record for record in caplog.records if "SECRET123" in record.getMessage() and record.name.startswith("uvicorn")
    ] == []


async def test_without_the_answer_it_is(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    caplog.set_level(logging.DEBUG, "uvicorn")
    monkeypatch.delattr(AbortingWS, "connection_made")
    async with toy_server() as toy:
        toy.ws_url += "?token=SECRET123"
        async with ws(toy, SUBPROTOCOL) as client:
            await client.init()
    assert [
        record for record in caplog.records if "SECRET123" in record.getMessage() and record.name.startswith("uvicorn")
    ]
