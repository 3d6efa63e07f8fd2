"""No request is ever answered as somebody else, however the connection is shared (reliability U1, F57)."""

import json
import re
from collections.abc import AsyncIterator

import pytest

from tests.routes.toy import Toy, toy_server, ws

pytestmark = pytest.mark.once
ANSWER = re.compile(rb"([\w-]+) after ([\w-]+)")


@pytest.fixture(scope="module", params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, object]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with toy_server(max_body_bytes=1_000_000) as running:
        running.log_in("alice")
        yield running


def request(token: str | None, padding: int = 0) -> bytes:
    body = json.dumps({"query": "{whoami}", "variables": {"padding": "x" * padding}})
    login = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{login}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


async def ask(toy: Toy, *writes: bytes, answers: int) -> list[tuple[bytes, bytes]]:
    """Who the server took each request for, and whose mark it found in its context variables."""
    found = b""
    async with toy.connection() as (reader, writer):
        for write in writes:
            writer.write(write)
        while len(ANSWER.findall(found)) < answers:
            found += await reader.read(65_536)
    return ANSWER.findall(found)


async def test_pipelined_requests_of_two_people(toy: Toy) -> None:
    (first, _), second = await ask(toy, request("alice") + request(None), answers=2)
    assert first != b"None"
    assert second == (b"None", b"nobody")


async def test_a_large_body_and_then_nobody(toy: Toy) -> None:
    (first, _), second = await ask(toy, request("alice", padding=300_000), request(None), answers=2)
    assert first != b"None"
    assert second == (b"None", b"nobody")


async def test_without_the_answer_the_variables_do_leak(toy: Toy) -> None:
    """The control: this test sees the leak when uvicorn does not start each request afresh."""
    toy.server.config.reset_contextvars = False
    (first, _), (second, mark) = await ask(toy, request("alice") + request(None), answers=2)
    assert second == b"None"
    assert mark == first


async def test_two_sockets_of_two_people(toy: Toy) -> None:
    toy.log_in("bob")
    async with ws(toy) as alice, ws(toy) as bob, ws(toy) as nobody:
        await alice.init(Authorization="Bearer alice")
        await bob.init(Authorization="Bearer bob")
        await nobody.init()
        seen = [(await client.run("{whoami}"))["data"]["whoami"].split(" after ")[0] for client in (alice, bob, nobody)]
    assert seen == [str(toy.people["alice"].actor.session_id), str(toy.people["bob"].actor.session_id), "None"]
