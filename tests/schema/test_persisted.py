"""What is remembered by its hash: how much of it, and which of the real schema's documents."""

from functools import partial
from pathlib import Path

import pytest
from graphql import GraphQLError

from schema import build_schema
from schema.calls import Call, Calls
from schema.documents import parse
from schema.execution import CallContext
from schema.persisted import CHARACTERS_KEPT, TEXTS_KEPT, Texts, digest_of
from settings import Settings

pytestmark = pytest.mark.once

SHOWTIMES = "query On { showtimes(first: 1) { nodes { id } } }"


def kept(texts: Texts, *digests: str) -> list[str]:
    return [digest for digest in digests if texts.get(digest) is not None]


def test_the_example_of_the_specification() -> None:
    """GraphQL over HTTP, appendix A, both spellings."""
    spaced = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"
    assert digest_of(spaced) == "7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
    dense = "query($id:ID!){user(id:$id){name}}"
    assert digest_of(dense) == "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b"


def test_the_least_recently_used_leaves() -> None:
    texts = Texts(most=3)
    for name in "abc":
        texts.put(name, name)
    assert texts.get("a") == "a"
    texts.put("b", "b")
    texts.put("d", "d")
    assert kept(texts, *"abcd") == ["a", "b", "d"]
    assert len(texts) == 3


def test_characters_are_counted() -> None:
    texts = Texts(characters=10)
    texts.put("a", "x" * 4)
    texts.put("b", "x" * 6)
    assert kept(texts, *"ab") == ["a", "b"]
    texts.put("c", "x" * 5)
    assert kept(texts, *"abc") == ["c"]
    texts.put("c", "x" * 5)
    texts.put("d", "x" * 5)
    assert kept(texts, *"cd") == ["c", "d"]


def test_one_that_is_too_long_is_not_kept() -> None:
    texts = Texts(characters=10)
    texts.put("a", "x" * 11)
    texts.put("b", "x" * 10)
    assert kept(texts, *"ab") == ["b"]


def nobody() -> CallContext:
    raise AssertionError("Reading executes nothing.")


def test_a_thousand_texts_of_two_megabytes_are_kept() -> None:
    texts = Texts()
    for number in range(TEXTS_KEPT + 50):
        texts.put(f"{number}", "x")
    assert len(texts) == TEXTS_KEPT == 1_000
    for number in range(2 * CHARACTERS_KEPT // 19_000):
        texts.put(f"long {number}", "x" * 19_000)
    assert len(texts) == CHARACTERS_KEPT // 19_000 == 105


async def test_made_up_documents_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as long as a document may be, and as many as somebody likes; a tenth of the memory tells as much."""
    most, characters = TEXTS_KEPT // 10, CHARACTERS_KEPT // 10
    monkeypatch.setattr("schema.persisted.Texts", partial(Texts, most=most, characters=characters))
    settings = Settings(_env_file=None)
    schema = build_schema(settings)
    calls = Calls(schema, settings, nobody)
    persisted = calls._persisted
    for number in range(most + 50):
        text = f"{SHOWTIMES} # {number}"
        await calls.read(Call(text, {}, None, digest_of(text)))
    assert len(persisted._registered) == most
    padding = "#" * 19_000
    for number in range(2 * characters // 19_000):
        text = f"{SHOWTIMES} # {number} {padding}"
        await calls.read(Call(text, {}, None, digest_of(text)))
    assert len(persisted._registered) == characters // 19_000 == 10


async def test_a_listed_document_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many others come and go."""
    (tmp_path / "on.graphql").write_text(SHOWTIMES)
    settings = Settings(_env_file=None, persisted_operations=str(tmp_path))
    schema = build_schema(settings)
    calls = Calls(schema, settings, nobody)
    parsed: list[str] = []
    monkeypatch.setattr("schema.documents.parse", lambda text, **limits: parsed.append(text) or parse(text, **limits))
    monkeypatch.setattr("schema.documents.TOKENS_REMEMBERED", 20)
    for number in range(5):
        await calls.read(Call(f"{SHOWTIMES} # {number}", {}, None, digest_of(f"{SHOWTIMES} # {number}")))
        assert (await calls.read(Call("", {}, None, digest_of(SHOWTIMES)))).call.query == SHOWTIMES
    assert parsed == [f"{SHOWTIMES} # {number}" for number in range(5)]


async def test_an_operation_that_is_not_there_registers_nothing() -> None:
    settings = Settings(_env_file=None)
    schema = build_schema(settings)
    calls = Calls(schema, settings, nobody)
    with pytest.raises(GraphQLError, match="Unknown operation name"):
        await calls.read(Call(SHOWTIMES, {}, "Off", digest_of(SHOWTIMES)))
    assert len(calls._persisted._registered) == 0
