"""Documents called by their SHA-256, over every transport: registered by clients, or listed by the operator."""

from collections.abc import Callable

import pytest

from tests.routes.documents import (
    COUNT,
    HELLO,
    NOT_FOUND,
    RESPONSE,
    WORK,
    WRONG_HASH,
    Ask,
    Json,
    answer_to,
    apollo,
    ask,
    by_get,
    by_hash,
    by_post,
    by_ws,
    counted,
    digest_of,
    document_id,
    only_error,
    toy,
)
from tests.routes.toy import Toy, ws

__all__ = ["ask", "by_hash", "toy"]

pytestmark = pytest.mark.once


# What clients register.


async def test_registered_once_called_by_hash_ever_after(toy: Toy, ask: Ask, by_hash: Callable[..., Json]) -> None:
    named = by_hash(HELLO, variables={"n": "Ana"})
    assert only_error(await ask(toy, named)) == NOT_FOUND
    assert await ask(toy, named | {"query": HELLO}) == {"data": {"hello": "hello Ana"}}
    assert await ask(toy, named) == {"data": {"hello": "hello Ana"}}
    assert await ask(toy, by_hash(HELLO, variables={"n": "Ben"})) == {"data": {"hello": "hello Ben"}}


async def test_what_one_transport_registered_all_know(toy: Toy) -> None:
    await by_ws(toy, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
    for by in (by_post, by_get, by_ws):
        for named in (apollo, document_id):
            assert await by(toy, named(HELLO, variables={"n": "Ana"})) == {"data": {"hello": "hello Ana"}}


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


# What the operator lists.
