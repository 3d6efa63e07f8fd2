"""How much work it is to refuse what would hurt: counted in calls of functions, so that a busy machine changes nothing."""

from collections.abc import Callable

import pytest
from graphql import GraphQLError

from domain.wrong_calls import BadUserInput, QueryTooComplex
from schema import build_schema
from schema.documents import Documents
from tests.counting import MOST, counted
from tests.databases import settings_for

pytestmark = pytest.mark.once
SETTINGS = settings_for("sqlite://x")
SCHEMA = build_schema(SETTINGS)._schema
ALWAYS_TOO_MUCH = 300
A_PAGE = "{ movies(first: 20) { totalCount nodes { id title runtimeMinutes } } }"


def judged(text: str) -> tuple[Exception | None, int]:
    """What a document is refused with, and after how many calls."""
    documents = Documents(SCHEMA, SETTINGS)
    with counted() as calls:
        try:
            errors = documents.refusals(documents.read(text), {})
        except GraphQLError as refused:
            errors = [refused]
    return errors[0].original_error or errors[0] if errors else None, calls.count


def doubling(size: int) -> str:
    links = [f"fragment F{n} on Movie {{ a: showtimes {{ ...G{n} }} ...F{n + 1} ...F{n + 1} }}" for n in range(size)]
    bottom = [f"fragment G{n} on ShowtimeConnection {{ totalCount }}" for n in range(size)]
    return f"{{ movie(id: 1) {{ ...F0 }} }} {' '.join(links + bottom)} fragment F{size} on Movie {{ id }}"


def overlapping(size: int) -> str:
    fragments = " ".join(f"fragment F{n} on Movie {{ id title }}" for n in range(size))
    return "{ movie(id: 1) { " + " ".join(f"...F{n}" for n in range(size)) + " } } " + fragments


HOSTILE: dict[str, Callable[[int], str]] = {
    "depth": lambda n: "{ movies { nodes { " + "showtimes { nodes { movie { " * n + "id" + " } } }" * n + " } } }",
    "aliases": lambda n: "{" + " ".join(f"a{i}: me {{ id }}" for i in range(n)) + "}",
    "aliases on aliases": lambda n: "{" + " ".join(
        f"a{i}: movie(id: {i}) {{" + " ".join(f"b{j}: title" for j in range(20)) + "}" for i in range(n // 20 + 1)
    ) + "}",
    "directives": lambda n: "{ me { id " + "@skip(if: false) " * n + "} }",
    "tokens": lambda n: "{" + "me { id } " * n + "}",
    "one field again and again": lambda n: "{ me { " + "id " * n + "} }",
    "one object again and again": lambda n: "{ movie(id: 1) {" + "showtimes { totalCount } " * n + "} }",
    "arguments": lambda n: "{ movie(id: [" + '"x" ' * n + "]) { id } }",
    "lists within lists": lambda n: "{ movie(id: " + "[" * n + "]" * n + ") { id } }",
    "objects within objects": lambda n: "{ movie(id: " + "{a: " * n + "1" + "}" * n + ") { id } }",
    "variables": lambda n: "query(" + " ".join(f"$v{i}: Int" for i in range(n)) + ") { me { id } }",
    "operations": lambda n: " ".join(f"query Q{i} {{ me {{ id }} }}" for i in range(n)),
    "unknown fields": lambda n: "{" + " ".join(f"nope{i}" for i in range(n)) + "}",
    "pages of pages": lambda n: "{ movies(first: 999999) { nodes { showtimes(first: " + "9" * n + ") { nodes { id } } } } }",
    "doubling fragments": doubling,
    "overlapping fragments": overlapping,
    "unused fragments": lambda n: "{ me { id } } " + " ".join(f"fragment F{i} on Movie {{ id }}" for i in range(n)),
    "a cycle of fragments": lambda n: "{ ...F0 } " + " ".join(
        f"fragment F{i} on Query {{ ...F{(i + 1) % n} }}" for i in range(n)
    ),
    "circular introspection": lambda n: "{ __schema { types { " + "fields { type { " * n + "name" + " } }" * n + " } } }",
}  # fmt: skip


@pytest.mark.parametrize("size", [30, 60, 120, 300, 1_000, 10_000])
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_what_would_hurt_is_refused_after_few_steps(make: Callable[[int], str], size: int) -> None:
    refusal, calls = judged(make(size))
    assert calls < MOST
    if size >= ALWAYS_TOO_MUCH:
        assert isinstance(refusal, QueryTooComplex | BadUserInput | GraphQLError)


def test_an_honest_page_is_accepted_after_a_hundredth_of_that() -> None:
    """The control: the counting counts, and the measure is not out of reach."""
    refusal, calls = judged(A_PAGE)
    assert refusal is None
    assert 100 < calls < MOST / 10
