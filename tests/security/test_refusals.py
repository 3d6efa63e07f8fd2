"""Whatever is refused before it is executed is refused in JSON, with a code, and nothing has been done."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.routes.toy import Toy, toy_server, ws
from tests.servers import StartServer

pytestmark = pytest.mark.once
JSON = b"Content-Type: application/json\r\n"
WORK = b'{"query":"mutation{work}"}'


def request(method: str = "POST", path: str = "/graphql", headers: bytes = JSON, body: bytes = WORK) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n".encode()
    return head + headers + b"\r\n" + body


REFUSED: dict[str, tuple[bytes, int, str]] = {
    "no HTTP": (b"this is not HTTP\r\n\r\n", 400, "BAD_USER_INPUT"),
    "two lengths": (request(headers=JSON + b"Content-Length: 1\r\n"), 400, "BAD_USER_INPUT"),
    "no JSON": (request(body=b"{"), 400, "BAD_USER_INPUT"),
    "a batch": (request(body=b"[" + WORK + b"]"), 400, "BAD_USER_INPUT"),
    "no GraphQL": (request(body=b'{"query":"{"}'), 400, "BAD_USER_INPUT"),
    "no such field": (request(body=b'{"query":"{nope}"}'), 400, "BAD_USER_INPUT"),
    "too much": (request(body=b'{"query":"{' + b"a:hello " * 9_000 + b'}"}'), 400, "QUERY_TOO_COMPLEX"),
    "another method": (request("PUT"), 405, "BAD_USER_INPUT"),
    "a mutation by GET": (request("GET", "/graphql?query=mutation{work}", b"", b""), 405, "BAD_USER_INPUT"),
    "another format": (request(headers=JSON + b"Accept: text/csv\r\n"), 406, "BAD_USER_INPUT"),
    "too large": (request(body=b" " * 100_001), 413, "BAD_USER_INPUT"),
    "a form": (request(headers=b"Content-Type: text/plain\r\n"), 415, "BAD_USER_INPUT"),
    "too slow": (request()[:-5], 408, "TIMEOUT"),
    "an unknown hash": (request(body=b'{"documentId":"sha256:' + b"0" * 64 + b'"}'), 200, "PERSISTED_QUERY_NOT_FOUND"),
}


@pytest.fixture(scope="module")
async def toy() -> AsyncIterator[Toy]:
    async with toy_server(read_seconds=0.5, ws_sockets_per_address=1) as running:
        yield running


async def answer_of(port: int, sent: bytes) -> tuple[int, str, dict[str, Any]]:
    """The status, the media type and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(10):
        writer.write(sent)
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    lines = head.split("\r\n")
    media_type = next(line.split(": ")[1] for line in lines if line.lower().startswith("content-type"))
    return int(lines[0].split()[1]), media_type.partition(";")[0], json.loads(body)


@pytest.mark.parametrize(("sent", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_refusal_over_http(toy: Toy, sent: bytes, status: int, code: str) -> None:
    found, media_type, body = await answer_of(toy.port, sent)
    assert (found, media_type) == (status, "application/json")
    assert body.keys() == {"errors"}
    (error,) = body["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"]
    assert toy.ledger.begun == 0


async def test_a_refusal_of_a_websocket(toy: Toy) -> None:
    async with ws(toy) as first:
        await first.init()
        for headers, status, code in (
            ({}, 429, "RATE_LIMITED"),
            ({"Origin": "https://evil.example"}, 403, "FORBIDDEN"),
        ):
            with pytest.raises(InvalidStatus) as refused:
                async with ws(toy, additional_headers=headers):
                    pass
            assert refused.value.response.status_code == status
            (error,) = json.loads(refused.value.response.body)["errors"]
            assert error["extensions"]["code"] == code


NO_SUCH_DOOR = [
    (request("GET", "/nowhere", b"", b""), 404, "NOT_FOUND"),
    (request("POST", "/nowhere"), 404, "NOT_FOUND"),
    (request("DELETE", "/health"), 405, "BAD_USER_INPUT"),
]


async def test_a_refusal_of_a_whole_server(database_url: str, start_server: StartServer) -> None:
    async with start_server(database_url=database_url) as server:
        for sent, status, code in NO_SUCH_DOOR:
            found, media_type, body = await answer_of(server.port, sent)
            assert (found, media_type) == (status, "application/json")
            (error,) = body["errors"]
            assert error["extensions"]["code"] == code
            assert error["extensions"]["requestId"]
