"""A house that serves nothing but the documents of its list."""

from collections.abc import Callable
from pathlib import Path

import pytest

from settings import MissingSettings, Settings
from tests.routes.documents import (
    COUNT,
    HELLO,
    NOT_ALLOWED,
    NOT_FOUND,
    WORK,
    WRONG_HASH,
    Ask,
    Json,
    answer_to,
    apollo,
    ask,
    by_hash,
    by_post,
    by_ws,
    document_id,
    folder,
    only_error,
    strict,
)
from tests.routes.toy import Toy, toy_server

__all__ = ["ask", "by_hash", "folder", "strict"]
pytestmark = pytest.mark.once


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
