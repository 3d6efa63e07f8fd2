"""What a foreign page can make a browser send is refused before anything is executed, whoever is at the browser."""

import json
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from tests.routes.toy import Toy, toy_server, ws

pytestmark = pytest.mark.once
WORK = "mutation{work}"
LOOK = "{hello}"
JSON = "application/json"
EVIL = "https://evil.example"
BODY = json.dumps({"query": WORK}).encode()
FORM = urlencode({"query": WORK}).encode()
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\nmutation{work}\r\n--x--\r\n'
OPERATIONS = (
    b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"mutation{work}"}\r\n'
    b'--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}\r\n--x--\r\n'
)


@pytest.fixture(scope="module")
async def toy() -> AsyncIterator[Toy]:
    async with toy_server(allowed_origins="https://shop.example") as running:
        yield running


@pytest.fixture(scope="module")
async def public() -> AsyncIterator[Toy]:
    secrets = {"secret_key": "x" * 32, "sandbox_webhook_secret": "y", "public_url": "https://tickets.example"}
    async with toy_server(environment="production", introspection=False, **secrets) as running:
        yield running


# Everything a page can send without the browser asking us first (a "simple request" of the Fetch standard), and more.
SENT = {
    "a mutation by GET": ("GET", {"query": WORK}, b"", None, 405),
    "a mutation by GET that says it is JSON": ("GET", {"query": WORK}, b"", JSON, 405),
    "a named mutation by GET": ("GET", {"query": f"query A{LOOK} {WORK}", "operationName": ""}, b"", None, 400),
    "a subscription by GET": ("GET", {"query": "subscription{count}"}, b"", None, 405),
    "a mutation in the address of a POST": ("POST", {"query": WORK}, b"", None, 415),
    "a form": ("POST", {}, FORM, "application/x-www-form-urlencoded", 415),
    "a form with JSON in it": ("POST", {}, BODY, "application/x-www-form-urlencoded", 415),
    "a form in parts": ("POST", {}, MULTIPART, "multipart/form-data; boundary=x", 415),
    "an upload": ("POST", {}, OPERATIONS, "multipart/form-data; boundary=x", 415),
    "text": ("POST", {}, BODY, "text/plain", 415),
    "text that mentions JSON": ("POST", {}, BODY, "text/plain; application/json", 415),
    "two types": ("POST", {}, BODY, "text/plain, application/json", 415),
    "no type": ("POST", {}, BODY, None, 415),
    "an empty type": ("POST", {}, BODY, "", 415),
    "HEAD": ("HEAD", {"query": WORK}, b"", None, 405),
    "PUT": ("PUT", {}, BODY, JSON, 405),
}


@pytest.mark.parametrize("where", ["toy", "public"])
@pytest.mark.parametrize(("method", "asked", "body", "kind", "status"), SENT.values(), ids=SENT.keys())
async def test_what_a_foreign_page_sends_is_refused_and_nothing_is_done(
    toy: Toy,
    public: Toy,
    where: str,
    method: str,
    asked: dict[str, str],
    body: bytes,
    kind: str | None,
    status: int,
) -> None:
    asked_there = toy if where == "toy" else public
    asked_there.log_in("token")
    headers = {"Origin": EVIL, "Authorization": "Bearer token"} | ({} if kind is None else {"Content-Type": kind})
    async with httpx2.AsyncClient() as client:
        answer = await client.request(method, asked_there.url, params=asked, content=body or None, headers=headers)
    # Where the public is, what comes by GET is refused already for how it comes.
    assert answer.status_code in ({status, 400} if where == "public" and method == "GET" else {status})
    if method != "HEAD":
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "data" not in answer.json()
    assert asked_there.ledger.begun == 0


async def test_the_same_as_json_is_done(toy: Toy) -> None:
    """The control: JSON is what no page may send to another origin before that has allowed it."""
    async with httpx2.AsyncClient() as client:
        answer = await client.post(toy.url, content=BODY, headers={"Content-Type": JSON})
    assert answer.json() == {"data": {"work": "no key"}}
    assert toy.ledger.begun == 1
    toy.ledger.begun = 0


async def test_a_query_by_get_is_answered_at_home(toy: Toy) -> None:
    async with httpx2.AsyncClient() as client:
        assert (await client.get(toy.url, params={"query": LOOK})).json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": JSON}, 200),
        ({"Content-Type": f"{JSON}; charset=utf-8"}, 200),
        ({"Apollo-Require-Preflight": "true"}, 200),
        ({"X-Apollo-Operation-Name": "Look"}, 200),
        ({"X-Requested-With": "XMLHttpRequest"}, 200),
    ],
)
async def test_where_the_public_is_it_must_be_asked_for_by_somebody_who_may(
    public: Toy, headers: dict[str, str], status: int
) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.get(public.url, params={"query": LOOK}, headers=headers)
    assert answer.status_code == status
    assert ("data" in answer.json()) is (status == 200)


async def test_or_by_its_hash_which_does_nothing_that_was_not_done_before(public: Toy) -> None:
    digest = "a9b2d6e3" * 8
    async with httpx2.AsyncClient() as client:
        answer = await client.get(public.url, params={"documentId": f"sha256:{digest}"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("https://shop.example", True),
        ("own", True),
        (EVIL, False),
        ("null", False),
        ("", False),
        ("https://shop.example.evil.example", False),
        ("http://shop.example", False),
        ("file://", False),
        ("http://[", False),
    ],
)
async def test_a_foreign_page_opens_no_websocket(toy: Toy, origin: str | None, welcome: bool) -> None:
    said = f"http://127.0.0.1:{toy.port}" if origin == "own" else origin
    headers = {} if said is None else {"Origin": said}
    if welcome:
        async with ws(toy, additional_headers=headers) as client:
            await client.init()
            assert await client.run(LOOK) == {"data": {"hello": "hello world"}}
        return
    with pytest.raises(InvalidStatus) as refused:
        async with ws(toy, additional_headers=headers):
            pass
    assert refused.value.response.status_code == 403
    (error,) = json.loads(refused.value.response.body)["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert toy.ledger.begun == 0


async def test_no_answer_sets_a_cookie(toy: Toy) -> None:
    """What a browser does not send by itself cannot be abused by making it send something."""
    toy.log_in("token")
    async with httpx2.AsyncClient() as client:
        for headers in ({}, {"Authorization": "Bearer token"}, {"Cookie": "session=token"}):
            answer = await client.post(toy.url, json={"query": "{whoami}"}, headers=headers)
            assert "set-cookie" not in answer.headers
            assert answer.json()["data"]["whoami"].startswith("None") is ("Authorization" not in headers)
