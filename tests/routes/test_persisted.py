"""Documents called by their SHA-256, over every transport: registered by clients, or listed by the operator."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
import redis.asyncio as redis

from settings import MissingSettings, Settings
from tests.routes.toy import Toy, toy_server, ws
from tests.services import ValkeyServer

pytestmark = pytest.mark.once

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

Json = dict[str, Any]
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


# What clients register.


async def test_registered_once_called_by_hash_ever_after(toy: Toy, ask: Ask, by_hash: Callable[..., Json]) -> None:
    named = by_hash(HELLO, variables={"n": "Ana"})
    assert only_error(await ask(toy, named)) == NOT_FOUND
    assert await ask(toy, named | {"query": HELLO}) == {"data": {"hello": "hello Ana"}}
    assert await ask(toy, named) == {"data": {"hello": "hello Ana"}}
    assert await ask(toy, by_hash(HELLO, variables={"n": "Ben"})) == {"data": {"hello": "hello Ben"}}


async def test_what_one_transport_registered_all_know(toy: Toy) -> None:
    await by_ws(toy, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
    for ask in (by_post, by_get, by_ws):
        for named in (apollo, document_id):
            assert await ask(toy, named(HELLO, variables={"n": "Ana"})) == {"data": {"hello": "hello Ana"}}


@pytest.mark.parametrize("accept", [RESPONSE, "application/json", "*/*"])
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_not_found_is_200_for_clients_try_again_on_it(toy: Toy, method: str, accept: str) -> None:
    answer = await answer_to(toy, apollo(WORK), method, accept)
    assert answer.status_code == 200
    assert only_error(answer.json()) == NOT_FOUND
    assert toy.ledger.begun == 0


async def test_a_socket_goes_on_after_not_found(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.send({"id": "1", "type": "subscribe", "payload": apollo(COUNT)})
        refusal = await client.hear()
        assert (refusal["id"], refusal["type"]) == ("1", "error")
        await client.send({"id": "1", "type": "subscribe", "payload": apollo(COUNT, query=COUNT)})
        assert [await client.hear() for _ in range(3)] == counted("1")
        await client.send({"id": "2", "type": "subscribe", "payload": apollo(COUNT)})
        assert [await client.hear() for _ in range(3)] == counted("2")


def counted(operation_id: str) -> list[Json]:
    events = [{"id": operation_id, "type": "next", "payload": {"data": {"count": number}}} for number in range(2)]
    return [*events, {"id": operation_id, "type": "complete"}]


async def test_a_mutation_by_its_hash(toy: Toy) -> None:
    assert await by_post(toy, apollo(WORK, query=WORK)) == {"data": {"work": "no key"}}
    assert await by_ws(toy, apollo(WORK)) == {"data": {"work": "no key"}}
    assert toy.ledger.ended == 2


async def test_a_mutation_by_its_hash_is_no_query(toy: Toy, by_hash: Callable[..., Json]) -> None:
    await by_post(toy, by_hash(WORK, query=WORK))
    answer = await answer_to(toy, by_hash(WORK), "GET")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert toy.ledger.begun == 1


async def test_the_name_chooses_among_the_operations_of_a_document(toy: Toy, ask: Ask) -> None:
    both = 'query A { hello(name: "A") } query B { hello(name: "B") }'
    assert await ask(toy, apollo(both, query=both, operationName="A")) == {"data": {"hello": "hello A"}}
    assert await ask(toy, apollo(both, operationName="B")) == {"data": {"hello": "hello B"}}


async def test_a_text_without_a_hash_is_not_registered(toy: Toy, ask: Ask) -> None:
    assert "data" in await ask(toy, {"query": "{hello}"})
    assert only_error(await ask(toy, apollo("{hello}"))) == NOT_FOUND


async def test_a_wrong_hash_registers_nothing(toy: Toy, ask: Ask) -> None:
    assert only_error(await ask(toy, apollo("{hello}", query=WORK))) == WRONG_HASH
    for text in ("{hello}", WORK):
        assert only_error(await ask(toy, apollo(text))) == NOT_FOUND
    assert toy.ledger.begun == 0


async def test_a_wrong_hash_is_400(toy: Toy) -> None:
    assert (await answer_to(toy, apollo("{hello}", query=WORK))).status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "{nope}",
        "{",
        "mutation A { work nope }",
        "query A { hello(name: 1) }",
        "{items(first:100){items(first:100){items(first:100){id}}}}",
        "fragment F on Query { hello }",
    ],
)
async def test_only_what_may_be_executed_is_registered(toy: Toy, ask: Ask, text: str) -> None:
    assert only_error(await ask(toy, apollo(text, query=text)))["code"] in ("BAD_USER_INPUT", "QUERY_TOO_COMPLEX")
    assert only_error(await ask(toy, apollo(text))) == NOT_FOUND
    assert toy.ledger.begun == 0


async def test_limits_hold_for_the_variables_of_each_call(toy: Toy) -> None:
    """A page of three may be asked for by hash, and a page of a hundred is still too much."""
    text = "query Q($f: Int!) { items(first: $f) { items(first: $f) { items(first: $f) { id } } } }"
    assert "data" in await by_post(toy, apollo(text, query=text, variables={"f": 3}))
    assert only_error(await by_post(toy, apollo(text, variables={"f": 100})))["code"] == "QUERY_TOO_COMPLEX"
    assert "data" in await by_post(toy, apollo(text, variables={"f": 3}))


HASH = digest_of("{hello}")
MALFORMED: dict[str, Json] = {
    "text for persistedQuery": {"extensions": {"persistedQuery": "x"}},
    "no version": {"extensions": {"persistedQuery": {"sha256Hash": HASH}}},
    "version 2": {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": HASH}}},
    "no hash": {"extensions": {"persistedQuery": {"version": 1}}},
    "number for hash": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 1}}},
    "short hash": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH[1:]}}},
    "hash and a line end": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH + "\n"}}},
    "upper case": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH.upper()}}},
    "number for documentId": {"documentId": 1},
    "documentId without prefix": {"documentId": HASH},
    "another prefix": {"documentId": f"md5:{HASH}"},
    "only a prefix": {"documentId": "sha256:"},
    "two documents": document_id("{hello}") | apollo(WORK),
    "neither hash nor query": {"documentId": None, "extensions": {"persistedQuery": None}},
}


@pytest.mark.parametrize("query", [{}, {"query": "{hello}"}], ids=["hash", "hash and text"])
@pytest.mark.parametrize("payload", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_hashes(toy: Toy, payload: Json, query: Json) -> None:
    answer = await answer_to(toy, payload | query)
    if payload is MALFORMED["neither hash nor query"] and query:
        assert answer.json() == {"data": {"hello": "hello world"}}
        return
    assert answer.status_code == 400
    assert only_error(answer.json())["code"] == "BAD_USER_INPUT"
    assert only_error(await by_post(toy, apollo("{hello}"))) == NOT_FOUND


@pytest.mark.parametrize("query", [None, "", " "])
async def test_an_empty_query_is_none(toy: Toy, query: str | None) -> None:
    await by_post(toy, apollo("{hello}", query="{hello}"))
    assert await by_post(toy, apollo("{hello}", query=query)) == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize("payload", [document_id("{hello}"), apollo("{hello}")], ids=["documentId", "apollo"])
async def test_a_browser_that_asks_by_hash_gets_an_answer_not_the_page(toy: Toy, payload: Json) -> None:
    answer = await answer_to(toy, payload, "GET", "text/html,*/*;q=0.8")
    assert answer.headers["content-type"].startswith("application/json")
    assert only_error(answer.json()) == NOT_FOUND


async def test_both_names_of_one_document(toy: Toy) -> None:
    payload = document_id("{hello}") | apollo("{hello}", query="{hello}")
    assert await by_post(toy, payload) == {"data": {"hello": "hello world"}}


# Between processes.


async def test_what_one_process_registered_another_finds(redis_url: str, ask: Ask) -> None:
    async with toy_server(redis_url=redis_url) as here, toy_server(redis_url=redis_url) as there:
        assert only_error(await ask(there, apollo(HELLO))) == NOT_FOUND
        await ask(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
        assert await ask(there, apollo(HELLO, variables={"n": "Ben"})) == {"data": {"hello": "hello Ben"}}
        async with redis.Redis.from_url(redis_url) as client:
            assert await client.keys("*") == [f"marquee:document:{digest_of(HELLO)}".encode()]
            assert 0 < await client.ttl(f"marquee:document:{digest_of(HELLO)}") <= 3600
            await client.flushall()
        assert await ask(there, apollo(HELLO, variables={"n": "Cem"})) == {"data": {"hello": "hello Cem"}}


async def test_processes_without_redis_do_not(redis_url: str) -> None:
    """The control of the one above."""
    async with toy_server() as here, toy_server(redis_url=redis_url) as there:
        await by_post(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
        assert only_error(await by_post(there, apollo(HELLO))) == NOT_FOUND


async def test_a_text_registered_again_is_told_again(redis_url: str) -> None:
    """Redis has lost it, and this process has not: whoever sends the text was sent for it by a process that has."""
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        for _ in range(2):
            await client.flushall()
            await by_post(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
            assert len(await client.keys("*")) == 1


async def test_what_somebody_put_into_redis_must_be_what_was_meant(redis_url: str) -> None:
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        await client.set(f"marquee:document:{digest_of(HELLO)}", WORK)
        assert only_error(await by_post(here, apollo(HELLO))) == NOT_FOUND
        assert here.ledger.begun == 0


async def test_refusals_tell_redis_nothing(redis_url: str, ask: Ask) -> None:
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        for payload in (apollo("{nope}", query="{nope}"), apollo("{hello}", query=WORK), {"query": "{hello}"}):
            await ask(here, payload)
        assert await client.keys("*") == []


async def test_one_process_fills_redis_only_so_fast(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.persisted.time", SimpleNamespace(monotonic=lambda: 600.0))
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        texts = [f'{{hello(name:"{number}")}}' for number in range(70)]
        for text in texts:
            await by_post(here, apollo(text, query=text))
        assert len(await client.keys("*")) == 60
        assert await by_post(here, apollo(texts[-1])) == {"data": {"hello": "hello 69"}}


async def test_without_redis_clients_notice_nothing(valkey_server: ValkeyServer, ask: Ask) -> None:
    async with toy_server(redis_url=valkey_server.url) as here:
        here.shared._circuit._patience = 0.05
        valkey_server.pause()
        assert only_error(await ask(here, apollo(HELLO))) == NOT_FOUND
        assert "data" in await ask(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
        assert "data" in await ask(here, apollo(HELLO, variables={"n": "Ana"}))
        valkey_server.kill()
        here.shared._circuit._asked_again_at = 0.0
        assert only_error(await ask(here, apollo("{hello}"))) == NOT_FOUND
        assert "data" in await ask(here, apollo("{hello}", query="{hello}"))


# What the operator lists.


async def test_listed_documents_are_called_by_hash(strict: Toy, ask: Ask, by_hash: Callable[..., Json]) -> None:
    for text in (HELLO, f"{HELLO}\r\n"):  # as it stands in the file, and without the white space at its end
        assert await ask(strict, by_hash(text, variables={"n": "Ana"})) == {"data": {"hello": "hello Ana"}}


async def test_listed_documents_are_called_by_text(strict: Toy, ask: Ask) -> None:
    for text in (HELLO, f"{HELLO}\r\n"):
        for payload in ({"query": text}, apollo(text, query=text)):
            assert await ask(strict, payload | {"variables": {"n": "Ana"}}) == {"data": {"hello": "hello Ana"}}


async def test_a_listed_mutation_and_a_listed_subscription(strict: Toy) -> None:
    assert await by_post(strict, document_id(WORK)) == {"data": {"work": "no key"}}
    assert await by_ws(strict, document_id(WORK)) == {"data": {"work": "no key"}}
    assert await by_ws(strict, document_id(f"# ½\n{COUNT}")) == {"data": {"count": 0}}
    answer = await answer_to(strict, document_id(WORK), "GET")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert strict.ledger.begun == 2


OTHER = "mutation Other { work }"
NOT_LISTED: dict[str, Json] = {
    "another text": {"query": OTHER},
    "a listed text with a space": {"query": WORK + " "},
    "an unknown hash": apollo(OTHER),
    "an unknown documentId": document_id(OTHER),
    "registering": apollo(OTHER, query=OTHER),
    "another text under a listed hash": apollo(WORK, query=OTHER),
    "introspection": {"query": "{__schema{types{name}}}"},
    "what is no document": {"query": "{" * 9_000},
}


@pytest.mark.parametrize("payload", NOT_LISTED.values(), ids=NOT_LISTED.keys())
async def test_nothing_else_is_served(strict: Toy, ask: Ask, payload: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    monkeypatch.setattr("schema.documents.parse", lambda text, **_: parsed.append(text))
    assert only_error(await ask(strict, payload)) == NOT_ALLOWED
    assert only_error(await ask(strict, apollo(OTHER))) == NOT_ALLOWED
    assert strict.ledger.begun == 0
    assert parsed == []


async def test_what_is_not_listed_is_400(strict: Toy) -> None:
    for payload in NOT_LISTED.values():
        assert (await answer_to(strict, payload)).status_code == 400


async def test_a_listed_text_under_another_hash(strict: Toy, ask: Ask) -> None:
    assert only_error(await ask(strict, apollo(HELLO, query=WORK))) == WRONG_HASH
    assert strict.ledger.begun == 0


async def test_redis_cannot_add_to_the_list(folder: Path, redis_url: str) -> None:
    async with toy_server(redis_url=redis_url) as lax:
        await by_post(lax, apollo(OTHER, query=OTHER))
    async with toy_server(redis_url=redis_url, persisted_operations=str(folder), persisted_only=True) as strict:
        assert only_error(await by_post(strict, apollo(OTHER))) == NOT_ALLOWED
        assert strict.ledger.begun == 0


async def test_a_list_alone_forbids_nothing(folder: Path) -> None:
    async with toy_server(persisted_operations=str(folder)) as lax:
        assert await by_post(lax, document_id(WORK)) == {"data": {"work": "no key"}}
        assert await by_post(lax, {"query": OTHER}) == {"data": {"work": "no key"}}
        assert only_error(await by_post(lax, apollo(OTHER))) == NOT_FOUND
        assert await by_post(lax, apollo(OTHER, query=OTHER)) == {"data": {"work": "no key"}}
        assert await by_post(lax, apollo(OTHER)) == {"data": {"work": "no key"}}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"query {\n  nope\n}", r"bad\.graphql:2:3: Cannot query field 'nope' on type 'Query'"),
        (b"query {", r"bad\.graphql:1:8: Syntax Error"),
        (b"fragment F on Query { hello }", r"bad\.graphql:1:1: Fragment 'F' is never used"),
        (b'{hello(name:"\xff")}', r"bad\.graphql cannot be read"),
        (b"{items(first:100){items(first:100){items(first:100){id}}}}", r"bad\.graphql: .*points of cost"),
        (b"", r"bad\.graphql:1:1: Syntax Error"),
    ],
)
async def test_an_unfit_document_stops_the_start(folder: Path, content: bytes, complaint: str) -> None:
    (folder / "deep" / "bad.graphql").write_bytes(content)
    with pytest.raises(MissingSettings, match=rf"PERSISTED_OPERATIONS: .*deep.{complaint}"):
        async with toy_server(persisted_operations=str(folder)):
            pass


@pytest.mark.parametrize("name", ["nowhere", "empty"])
async def test_a_folder_without_documents_stops_the_start(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingSettings, match=rf"there is no \*\.graphql document in .*{name}\.$"):
        async with toy_server(persisted_operations=str(tmp_path / name)):
            pass


def test_a_list_that_is_nowhere() -> None:
    with pytest.raises(MissingSettings, match="PERSISTED_ONLY needs PERSISTED_OPERATIONS"):
        Settings(_env_file=None, persisted_only=True)
