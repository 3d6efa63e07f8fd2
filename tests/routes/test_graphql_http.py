"""GraphQL over HTTP: statuses, media types and words, for right requests and wrong ones."""

import json
from collections.abc import AsyncIterator
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


async def test_an_answer(toy: Toy, client: httpx2.AsyncClient) -> None:
    answer = await client.post(
        toy.url, json={"query": "query Q($n:String!){hello(name:$n)}", "variables": {"n": "Ana"}}
    )
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "hello Ana"}})
    assert answer.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert answer.headers["x-request-id"]


async def test_a_query_by_get(toy: Toy, client: httpx2.AsyncClient) -> None:
    asked = urlencode(
        {"query": "query Q($n:String!){hello(name:$n)}", "variables": '{"n":"Ana"}', "operationName": "Q"}
    )
    answer = await client.get(f"{toy.url}?{asked}")
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "hello Ana"}})


@pytest.mark.parametrize("query", ["mutation{work}", "subscription{count}"])
async def test_nothing_but_queries_by_get(toy: Toy, client: httpx2.AsyncClient, query: str) -> None:
    begun = toy.ledger.begun
    answer = await client.get(f"{toy.url}?{urlencode({'query': query})}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert only_error(answer) == "Only queries may be sent by GET."
    assert toy.ledger.begun == begun


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods(toy: Toy, client: httpx2.AsyncClient, method: str) -> None:
    answer = await client.request(method, toy.url, content=HELLO, headers={"Content-Type": JSON})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    only_error(answer)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{JSON};q=0.9, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.5, {JSON}", JSON),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{RESPONSE}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", RESPONSE),
        ("text/html, */*;q=0.1", JSON),
        (f"{RESPONSE};q=0, {JSON}", JSON),
        (f"{RESPONSE};q=nonsense, {JSON};q=0.1", JSON),
    ],
)
async def test_the_format_is_the_clients_choice(toy: Toy, accept: str | None, media_type: str) -> None:
    async with httpx2.AsyncClient() as client:
        request = client.build_request("POST", toy.url, content=HELLO, headers={"Content-Type": JSON})
        request.headers.pop("accept")
        if accept is not None:
            request.headers["accept"] = accept
        answer = await client.send(request)
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media_type}; charset=utf-8")


async def test_a_format_we_do_not_have(toy: Toy, client: httpx2.AsyncClient) -> None:
    answer = await client.post(toy.url, json={"query": "mutation{work}"}, headers={"Accept": "text/event-stream"})
    assert answer.status_code == 406
    only_error(answer)
    assert toy.ledger.begun == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "x-application/json",
        "application/json-seq",
        "application/json; charset=utf-16",
        "application/graphql",
        "",
    ],
)
async def test_csrf_only_json_is_executed(toy: Toy, client: httpx2.AsyncClient, content_type: str) -> None:
    body = json.dumps({"query": "mutation{work}"})
    answer = await client.post(toy.url, content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 415
    only_error(answer)
    assert toy.ledger.begun == 0


@pytest.mark.parametrize("content_type", ["application/json;charset=UTF-8", 'Application/JSON; charset="utf-8"'])
async def test_json_by_its_other_names(toy: Toy, client: httpx2.AsyncClient, content_type: str) -> None:
    answer = await client.post(toy.url, content=HELLO, headers={"Content-Type": content_type})
    assert answer.status_code == 200


REFUSED = {
    "syntax": {"query": "{"},
    "unknown field": {"query": "{nope}"},
    "fragment without type": {"query": "{...F} fragment F on Nope{a}"},
    "cycle": {"query": "{...F} fragment F on Query{...F}"},
    "unknown fragment": {"query": "{...Nope}"},
    "no operation": {"query": "fragment F on Query{hello}"},
    "unknown operation": {"query": "query A{hello}", "operationName": "B"},
    "which operation": {"query": "query A{hello} query B{hello}"},
    "missing variable": {"query": "query($w:Wish!){wish(wish:$w)}"},
    "wrong variable": {"query": "query($w:Wish!){wish(wish:$w)}", "variables": {"w": 1}},
    "subscription": {"query": "subscription{count}"},
    "type definitions": {"query": "type Query{a:Int}"},
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
async def test_refused_operations(toy: Toy, client: httpx2.AsyncClient, body: dict[str, object]) -> None:
    answer = await client.post(toy.url, json=body)
    assert answer.status_code == 400
    only_error(answer)
    old_style = await client.post(toy.url, json=body, headers={"Accept": JSON})
    assert old_style.status_code == 200
    only_error(old_style)
    without_preference = await client.post(toy.url, json=body, headers={"Accept": "*/*"})
    assert without_preference.status_code == 400


async def test_errors_of_fields_are_200(toy: Toy, client: httpx2.AsyncClient) -> None:
    partial = await client.post(toy.url, json={"query": "{hello forbidden}"})
    assert (partial.status_code, partial.json()["data"]) == (200, {"hello": "hello world", "forbidden": None})
    assert partial.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    nothing = await client.post(toy.url, json={"query": "{boom}"})
    assert (nothing.status_code, nothing.json()["data"]) == (200, None)


async def test_a_dead_token_is_nobody(toy: Toy) -> None:
    actor = toy.log_in("alive")
    assert (await toy.post("{whoami}", "alive"))["data"]["whoami"].startswith(str(actor.session_id))
    for token in ("dead", "not a token", "'; drop table users; --"):
        assert (await toy.post("{whoami}", token))["data"]["whoami"].startswith("None")


@pytest.mark.parametrize("header", ["alive", "Basic alive", "Bearer", "bearer", ""])
async def test_only_bearer_tokens(toy: Toy, client: httpx2.AsyncClient, header: str) -> None:
    toy.log_in("alive")
    answer = await client.post(toy.url, json={"query": "{whoami}"}, headers={"Authorization": header})
    assert answer.json()["data"]["whoami"].startswith("None")


async def test_the_idempotency_key_reaches_its_mutation(toy: Toy, client: httpx2.AsyncClient) -> None:
    answer = await client.post(toy.url, json={"query": "mutation{work}"}, headers={"Idempotency-Key": "k1"})
    assert answer.json() == {"data": {"work": "k1"}}


@pytest.mark.parametrize(
    "query",
    [
        "mutation{work other:work}",
        "mutation{work ...F} fragment F on Mutation{other:work}",
        "mutation{... on Mutation{work ... {other:work}}}",
        "mutation{work work2:work @include(if:true)}",
    ],
)
async def test_one_key_for_several_mutations_is_wrong(toy: Toy, client: httpx2.AsyncClient, query: str) -> None:
    begun = toy.ledger.begun
    answer = await client.post(toy.url, json={"query": query}, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 400
    assert "Idempotency-Key" in only_error(answer)
    assert toy.ledger.begun == begun
    assert (await client.post(toy.url, json={"query": query})).status_code == 200


@pytest.mark.parametrize(
    "query", ["mutation{work work __typename}", "mutation{work ...F} fragment F on Mutation{work}"]
)
async def test_one_mutation_said_twice_is_one(toy: Toy, client: httpx2.AsyncClient, query: str) -> None:
    answer = await client.post(toy.url, json={"query": query}, headers={"Idempotency-Key": "k1"})
    assert answer.json()["data"]["work"] == "k1"


async def test_the_page_for_browsers(toy: Toy) -> None:
    async with httpx2.AsyncClient(headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}) as browser:
        page = await browser.get(toy.url)
        asked = await browser.get(f"{toy.url}?{urlencode({'query': '{hello}'})}")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "://" not in page.text.replace("http://www.w3.org/2000/svg", "").replace("location.protocol", "")
    assert asked.json() == {"data": {"hello": "hello world"}}
