"""Bodies that are broken, hostile or too large: a 4xx in JSON, and nothing is executed."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import urlencode

import httpx2
import pytest

from tests.routes.toy import Toy, toy_server

pytestmark = pytest.mark.once
RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HELLO = json.dumps({"query": "{hello}"}).encode()


@pytest.fixture(scope="module")
async def toy() -> AsyncIterator[Toy]:
    async with toy_server() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(headers={"Accept": RESPONSE}) as opened:
        yield opened


def only_error(answer: httpx2.Response, code: str = "BAD_USER_INPUT") -> str:
    """The message of an answer that is nothing but one refusal."""
    (error,) = answer.json().pop("errors")
    assert answer.json().keys() == {"errors"}
    assert error["extensions"] == {"code": code, "requestId": answer.headers["x-request-id"]}
    return error["message"]


QUERY = b'{"query":"query($n:String!){hello(name:$n)}","variables":{"n":%s}}'
MALFORMED = {
    "empty": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"query":"\xff"}',
    "surrogate bytes": b'{"query":"\xed\xa0\x80"}',
    "null": b"null",
    "number": b"1",
    "text": b'"{hello}"',
    "list": b"[]",
    "batch": b'[{"query":"{hello}"}]',
    "no query": b"{}",
    "null query": b'{"query":null}',
    "blank query": b'{"query":" "}',
    "number for query": b'{"query":1}',
    "list for query": b'{"query":["{hello}"]}',
    "text for variables": b'{"query":"{hello}","variables":"x"}',
    "list for variables": b'{"query":"{hello}","variables":[]}',
    "number for name": b'{"query":"{hello}","operationName":1}',
    "text for extensions": b'{"query":"{hello}","extensions":"x"}',
    "deep": b"[" * 50_000,
    "deep and closed": QUERY % (b"[" * 500 + b"]" * 500),
    "deep objects": QUERY % (b'{"a":' * 500 + b"1" + b"}" * 500),
    "5000 digits": QUERY % (b"9" * 5000),
    "not a number": QUERY % b"NaN",
    "infinity": QUERY % b"1e999",
    "lone surrogate": QUERY % b'"\\ud800"',
    "NUL": QUERY % b'"a\\u0000b"',
    "NUL in a list": QUERY % b'["a\\u0000b"]',
    "NUL in a literal": b'{"query":"{hello(name:\\"a\\u0000b\\")}"}',
    "escaped NUL in a literal": b'{"query":"{hello(name:\\"a\\\\u0000b\\")}"}',
    "long escaped NUL in a literal": b'{"query":"{hello(name:\\"a\\\\u{0}b\\")}"}',
    "lone surrogate in a literal": b'{"query":"{hello(name:\\"\\\\ud800\\")}"}',
    "byte order mark": b"\xef\xbb\xbf" + HELLO,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_bodies(toy: Toy, client: httpx2.AsyncClient, body: bytes) -> None:
    answer = await client.post(toy.url, content=body, headers={"Content-Type": JSON})
    assert answer.status_code == 400
    only_error(answer)


@pytest.mark.parametrize("name", ["variables", "extensions", "operationName"])
async def test_null_is_nothing(toy: Toy, client: httpx2.AsyncClient, name: str) -> None:
    answer = await client.post(toy.url, json={"query": "{hello}", name: None})
    assert answer.json() == {"data": {"hello": "hello world"}}


async def test_a_backslash_before_u0000_is_not_nul(toy: Toy, client: httpx2.AsyncClient) -> None:
    answer = await client.post(toy.url, content=QUERY % b'"\\\\u0000"', headers={"Content-Type": JSON})
    assert answer.json() == {"data": {"hello": "hello \\u0000"}}


@pytest.mark.parametrize("variables", ["x", "[]", "1", '{"n":NaN}', '{"n":"a\\u0000b"}', "[" * 2000])
async def test_malformed_variables_by_get(toy: Toy, client: httpx2.AsyncClient, variables: str) -> None:
    answer = await client.get(f"{toy.url}?{urlencode({'query': '{hello}', 'variables': variables})}")
    assert answer.status_code == 400
    only_error(answer)


@pytest.mark.parametrize("chunked", [False, True])
async def test_too_large_a_body(toy: Toy, client: httpx2.AsyncClient, chunked: bool) -> None:
    body = json.dumps({"query": "mutation{work}", "variables": {"x": "x" * 200_000}}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    answer = await client.post(toy.url, content=chunks() if chunked else body, headers={"Content-Type": JSON})
    assert answer.status_code == 413
    assert only_error(answer) == "The body is larger than 100000 bytes."
    assert toy.ledger.begun == 0


async def test_a_body_of_five_megabytes(toy: Toy, client: httpx2.AsyncClient) -> None:
    answer = await client.post(toy.url, content=b"x" * 5_000_000, headers={"Content-Type": JSON})
    assert answer.status_code == 413
    assert only_error(answer) == "The body is larger than 100000 bytes."


async def test_a_body_without_end_is_not_read_to_its_end(toy: Toy) -> None:
    """The answer itself may be lost on the way, for the client is still writing when the connection is closed."""
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\nContent-Length: {10**15}\r\n\r\n"
    written = 0
    async with toy.connection() as (reader, writer):
        writer.write(head.encode())
        with suppress(ConnectionError):
            while not writer.is_closing() and not reader.at_eof():
                writer.write(b"x" * 100_000)
                await writer.drain()
                written += 100_000
    assert 10_000_000 <= written < 50_000_000
