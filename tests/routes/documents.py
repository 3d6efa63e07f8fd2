"""Documents that are called by their hash, over every transport, and the servers they are sent to."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.routes.toy import Toy, toy_server, ws

Json = dict[str, Any]
RESPONSE = "application/graphql-response+json"
HELLO = "query Hello($n: String!) { hello(name: $n) }"
WORK = "mutation Work { work }"
COUNT = "subscription Count { count(to: 2) }"
NOT_FOUND = {"message": "PersistedQueryNotFound", "code": "PERSISTED_QUERY_NOT_FOUND"}
NOT_ALLOWED = {
    "message": "Only registered operations are served here: call one by the SHA-256 of its text, or have this one "
    "registered.",
    "code": "OPERATION_NOT_ALLOWED",
}
WRONG_HASH = {
    "message": "The hash that was sent is not the SHA-256 of `query` in UTF-8.",
    "code": "BAD_USER_INPUT",
}
Ask = Callable[[Toy, Json], Awaitable[Json]]


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def apollo(text: str, **more: object) -> Json:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest_of(text)}}, **more}


def document_id(text: str, **more: object) -> Json:
    return {"documentId": f"sha256:{digest_of(text)}", **more}


async def answer_to(toy: Toy, payload: Json, method: str = "POST", accept: str = RESPONSE) -> httpx2.Response:
    async with httpx2.AsyncClient(headers={"Accept": accept}) as client:
        if method == "POST":
            return await client.post(toy.url, json=payload)
        texts = {name: each if isinstance(each, str) else json.dumps(each) for name, each in payload.items()}
        return await client.get(toy.url, params=texts)


async def by_post(toy: Toy, payload: Json) -> Json:
    return (await answer_to(toy, payload)).json()


async def by_get(toy: Toy, payload: Json) -> Json:
    return (await answer_to(toy, payload, "GET")).json()


async def by_ws(toy: Toy, payload: Json) -> Json:
    async with ws(toy) as client:
        await client.init()
        await client.send({"id": "1", "type": "subscribe", "payload": payload})
        message = await client.hear()
        assert message["type"] in ("next", "error")
        return message["payload"] if message["type"] == "next" else {"errors": message["payload"]}


@pytest.fixture(params=[by_post, by_get, by_ws], ids=["post", "get", "ws"])
def ask(request: pytest.FixtureRequest) -> Ask:
    return request.param


@pytest.fixture(params=[apollo, document_id], ids=["apollo", "documentId"])
def by_hash(request: pytest.FixtureRequest) -> Callable[..., Json]:
    return request.param


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with toy_server() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    operations = tmp_path / "operations"
    (operations / "deep" / "down").mkdir(parents=True)
    (operations / "hello.graphql").write_bytes(f"{HELLO}\r\n".encode())
    (operations / "deep" / "work.graphql").write_text(WORK)
    (operations / "deep" / "down" / "count.graphql").write_text(f"# ½\n{COUNT}\n")
    (operations / "notes.txt").write_text("{ nonsense")
    return operations


@pytest.fixture
async def strict(folder: Path) -> AsyncIterator[Toy]:
    async with toy_server(persisted_operations=str(folder), persisted_only=True) as running:
        yield running


def only_error(payload: Json) -> Json:
    """The message and the code of an answer that is nothing but one refusal."""
    assert payload.keys() == {"errors"}
    (error,) = payload["errors"]
    return {"message": error["message"], "code": error["extensions"]["code"]}


def counted(operation_id: str) -> list[Json]:
    events = [{"id": operation_id, "type": "next", "payload": {"data": {"count": number}}} for number in range(2)]
    return [*events, {"id": operation_id, "type": "complete"}]
