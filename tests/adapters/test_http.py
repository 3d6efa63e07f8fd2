"""The HTTP client: what was answered, or an HttpError in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from adapters.http import Http, HttpAnswer, HttpError

pytestmark = pytest.mark.once


@asynccontextmanager
async def answering(*parts: bytes, pause: float = 0.0) -> AsyncIterator[str]:
    """A server that says these parts to everybody, with a pause after each."""

    over = asyncio.Event()
    calls: list[asyncio.Task[None] | None] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), pause)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        over.set()
        await asyncio.gather(*filter(None, calls))


async def test_an_answer_has_its_status_and_body() -> None:
    async with answering(b"HTTP/1.1 418 Teapot\r\ncontent-length: 3\r\n\r\ntea") as url, Http() as http:
        assert await http.send("GET", url, headers={}) == HttpAnswer(418, b"tea")


async def test_redirects_are_not_followed() -> None:
    async with answering(b"HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n") as url, Http() as http:
        assert await http.post(url, b"{}", {}) == 302


async def test_an_answer_that_drips_in_is_given_up_after_the_limit() -> None:
    drops = [b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", *[b"."] * 100]
    async with answering(*drops, pause=0.05) as url, Http() as http:
        with pytest.raises(HttpError, match="did not answer"):
            await http.send("GET", url, headers={}, seconds=0.2)


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"])
async def test_half_an_answer_is_none(said: bytes) -> None:
    async with answering(said) as url, Http() as http:
        with pytest.raises(HttpError):
            await http.send("POST", url, body=b"{}", headers={}, seconds=2.0)
