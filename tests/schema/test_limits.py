"""The limits of one operation: what passes, what is refused and in which words, and how little time that takes."""

import pytest
from graphql import GraphQLError, build_schema, get_introspection_query, parse

from domain.wrong_calls import BadUserInput, QueryTooComplex, WrongCall
from schema.documents import TOKENS_REMEMBERED, Documents
from schema.limits import Verdict, _Walk, judge
from settings import Settings
from tests.counting import MOST, counted

pytestmark = pytest.mark.once
SCHEMA = build_schema(
    """
    type Query { me: User movie(id: ID!): Movie movies(first: Int = 20): Movies! node(id: ID!): Node }
    type Mutation { hold(id: ID!): Result! }
    interface Node { id: ID! }
    union Result = Movie | Problem
    type Problem { message: String! seats: [String!]! }
    type User { id: ID! name: String }
    type Movies { edges: [Edge!]! nodes: [Movie!]! totalCount: Int! }
    type Edge { node: Movie! cursor: String! }
    type Movie implements Node { id: ID! title: String shows(first: Int = 20): Shows! similar: Movie genres: [String!]! }
    type Shows { nodes: [Show!]! }
    type Show { id: ID! map: SeatMap! screens: [Screen!]! movie: Movie! }
    type Screen { name: String }
    type SeatMap { seats: [Seat!]! }
    type Seat { label: String state: String }
    """
)
SETTINGS = Settings(_env_file=None)


def verdict(query: str, **variables: object) -> Verdict:
    return judge(parse(query), SCHEMA, SETTINGS, variables)


def refusal(query: str, **variables: object) -> WrongCall:
    found = verdict(query, **variables).refusal
    assert found is not None
    return found


def cost(query: str, **variables: object) -> int:
    walk = _Walk(parse(query), SCHEMA, SETTINGS, variables)
    walk.measure(walk.operations[0])
    return walk._cost


def nested(levels: int) -> str:
    return "{movie(id:1){" + "similar{" * (levels - 2) + "id" + "}" * (levels - 2) + "}}"


@pytest.mark.parametrize(
    ("within", "over", "words"),
    [
        (nested(15), nested(16), "16 levels; at most 15"),
        (
            "{me{" + " ".join(f"a{n}:id" for n in range(30)) + "}}",
            "{me{" + " ".join(f"a{n}:id" for n in range(31)) + "}}",
            "31 aliases; at most 30",
        ),
        (
            "{" + " ".join(f"a{n}:me{{id}}" for n in range(20)) + "}",
            "{" + " ".join(f"a{n}:me{{id}}" for n in range(21)) + "}",
            "21 fields at its root; at most 20",
        ),
        (
            "{me{id" + "@skip(if:false)" * 50 + "}}",
            "{me{id" + "@skip(if:false)" * 51 + "}}",
            "51 directives; at most 50",
        ),
        ("query" + "@a" * 50 + "{me{id}}", "query" + "@a" * 51 + "{me{id}}", "51 directives; at most 50"),
        (
            "{movies(first:98){nodes{shows(first:50){nodes{id}}}}}",
            "{movies(first:100){nodes{shows(first:50){nodes{id}}}}}",
            "10201 points of cost; at most 10000",
        ),
        ("{me{" + "id " * 100 + "}}", "{me{" + "id " * 101 + "}}", "more than 5000 pairs"),
    ],
    ids=["depth", "aliases", "root fields", "directives", "directives of the operation", "cost", "repetition"],
)
def test_each_limit_lets_its_measure_pass_and_no_more(within: str, over: str, words: str) -> None:
    assert verdict(within).refusal is None
    found = refusal(over)
    assert isinstance(found, QueryTooComplex)
    assert words in found.message


def test_every_operation_of_a_document_is_judged() -> None:
    assert "16 levels" in refusal(f"query A{{me{{id}}}} query B{nested(16)}").message


@pytest.mark.parametrize(
    ("query", "variables", "points"),
    [
        ("{me{id name}}", {}, 3),
        ("{movies{totalCount}}", {}, 1 + 20),
        ("{movies(first:5){nodes{id}}}", {}, 1 + 5 * 2),
        ("{movies(first:5){edges{node{id}}}}", {}, 1 + 5 * 3),
        ("{movies(first:0){nodes{id}}}", {}, 1 + 2),
        ("{movies(first:-5){nodes{id}}}", {}, 1 + 2),
        ("{movies(first:null){nodes{id}}}", {}, 1 + 20 * 2),
        ("{movies(first:999999){nodes{id}}}", {}, 1 + 100 * 2),
        ("{movies(first:" + "9" * 5000 + "){nodes{id}}}", {}, 1 + 100 * 2),
        ("query($n:Int){movies(first:$n){nodes{id}}}", {"n": 7}, 1 + 7 * 2),
        ("query($n:Int){movies(first:$n){nodes{id}}}", {}, 1 + 20 * 2),
        ("query($n:Int){movies(first:$n){nodes{id}}}", {"n": None}, 1 + 20 * 2),
        ("query($n:Int){movies(first:$n){nodes{id}}}", {"n": "many"}, 1 + 20 * 2),
        ("query($n:Int=50){movies(first:$n){nodes{id}}}", {}, 1 + 50 * 2),
        ("query($n:Int=50){movies(first:$n){nodes{id}}}", {"n": 10**9}, 1 + 100 * 2),
        ("{movies(first:2){nodes{shows(first:3){nodes{screens{name}}}}}}", {}, 1 + 2 * (2 + 3 * (2 + 10))),
        ("{node(id:1){... on Show{map{seats{label state}}}}}", {}, 1 + 1 + 1 + 100 * 2),
        ("mutation{hold(id:1){... on Movie{id genres} ... on Problem{seats}}}", {}, 4),
        ("{me{id} me{name} ...F ...F} fragment F on Query{me{id}}", {}, 3),
    ],
)
def test_cost_follows_the_size_of_the_answer(query: str, variables: dict[str, object], points: int) -> None:
    assert cost(query, **variables) == points
    assert bool(verdict(query, **variables).page_sizes) is ("$n" in query)


def doubling(field: str) -> str:
    """Thirty fragments that each spread the next one twice: 2^30 fields to whoever unfolds them."""
    links = [f"fragment F{n} on Movie{{{field.replace('…', f'...F{n + 1}')}}}" for n in range(30)]
    return "{movie(id:1){...F0}} " + " ".join(links) + " fragment F30 on Movie{id}"


def overlapping(count: int, field: str) -> str:
    fragments = " ".join(f"fragment F{n} on Movie{{{field}}}" for n in range(count))
    return "{movie(id:1){" + " ".join(f"...F{n}" for n in range(count)) + "}} " + fragments


HOSTILE = {
    "deep": nested(100),
    "16 aliases each way": "{"
    + " ".join(f"a{n}:me{{" + " ".join(f"b{m}:id" for m in range(16)) + "}" for n in range(16))
    + "}",
    "a thousand aliases": "{" + " ".join(f"a{n}:__typename" for n in range(600)) + "}",
    "51 directives": "{me{id" + "@skip(if:false)" * 51 + "}}",
    "far too many tokens": "{" + "me{id} " * 4000 + "}",
    "a long name": "{" + "a" * 20_001 + "}",
    "a huge page of huge pages": "{movies(first:999999){nodes{shows(first:999999){nodes{id}}}}}",
    "doubling fields": doubling("similar{…} other:similar{…}"),
    "200 overlapping fragments": overlapping(200, "title id"),
    "90 overlapping fragments of objects": overlapping(90, "similar{title id}"),
    "one field over and over": "{movie(id:1){" + "id " * 1900 + "}}",
    "one object over and over": "{movie(id:1){" + "similar{id} " * 450 + "}}",
    "unused fragments": "{me{id}} fragment F on Movie{" + "id " * 1900 + "}",
    "fragments only": "fragment F on Movie{" + "id " * 1900 + "}",
    "a cycle": "{movie(id:1){...F}} fragment F on Movie{similar{...F} other:similar{...F}}",
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_would_hurt_is_refused_quickly(query: str) -> None:
    documents = Documents(SCHEMA, SETTINGS)
    with counted() as calls:
        found = read_and_refuse(documents, query)
    assert isinstance(found, QueryTooComplex | BadUserInput)
    assert calls.count < 260_000  # a twentieth of a second of Python here


def read_and_refuse(documents: Documents, query: str) -> Exception | None:
    try:
        (error,) = documents.refusals(documents.read(query), {})
    except GraphQLError as refused:
        error = refused
    return error.original_error


@pytest.mark.parametrize("query", [doubling("… …"), overlapping(40, "title id")], ids=["doubling", "40 fragments"])
def test_what_only_looks_dangerous_passes_quickly(query: str) -> None:
    documents = Documents(SCHEMA, SETTINGS)
    with counted() as calls:
        assert documents.refusals(documents.read(query), {}) == []
    assert calls.count < MOST


def test_circular_introspection_is_refused() -> None:
    documents = Documents(SCHEMA, SETTINGS)
    circular = "{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}"
    (error,) = documents.refusals(documents.read(circular), {})
    assert error.message == "Maximum introspection depth exceeded"
    deep = "{__schema{types{" + "ofType{" * 40 + "name" + "}" * 40 + "}}}"
    assert "levels of introspection" in refusal(deep).message


def test_the_introspection_of_tools_passes() -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    documents = Documents(SCHEMA, SETTINGS)
    assert documents.refusals(documents.read(query), {}) == []


@pytest.mark.parametrize(
    "query", ["{...Nope}", "{nope{deeper}}", "{...F} fragment F on Nope{a{b}}", "{me{...on Nope{a}}}"]
)
def test_unknown_names_are_left_to_validation(query: str) -> None:
    assert verdict(query).refusal is None
    documents = Documents(SCHEMA, SETTINGS)
    assert documents.refusals(documents.read(query), {}) != []


@pytest.mark.parametrize(
    "query", ["{...A} fragment A on Query{...A}", "{...A} fragment A on Query{...B} fragment B on Query{me{id} ...A}"]
)
def test_cycles_are_refused_in_the_words_of_validation(query: str) -> None:
    found = refusal(query)
    assert isinstance(found, BadUserInput)
    assert found.message.startswith("Cannot spread fragment '")


def test_a_document_is_read_once() -> None:
    documents = Documents(SCHEMA, SETTINGS)
    document = documents.read("{me{id}}")
    assert documents.read("{me{id}}") is document
    assert documents.refusals(document, {}) == []
    del document
    assert documents.read("{me{id}}").errors == []


def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens_remembered = TOKENS_REMEMBERED // 20
    monkeypatch.setattr("schema.documents.TOKENS_REMEMBERED", tokens_remembered)
    documents = Documents(SCHEMA, SETTINGS)
    for number in range(tokens_remembered // 8):
        document = documents.read(f"{{me{{a{number}:id}}}}")
        documents.refusals(document, {})
    tokens = [each.node.token_count for each in documents._remembered.values()]
    assert tokens_remembered - 20 < sum(tokens) <= tokens_remembered
    assert documents._tokens == sum(tokens)
    assert document.text in documents._remembered
    refused = documents.read("{nope}")
    documents.refusals(refused, {})
    assert "{nope}" not in documents._remembered


def test_a_remembered_document_is_judged_again_for_other_variables() -> None:
    documents = Documents(SCHEMA, SETTINGS)
    query = "query($n:Int){movies(first:$n){nodes{shows(first:100){nodes{id}}}}}"
    for n, refused in ((1, False), (100, True), (2, False)):
        assert bool(documents.refusals(documents.read(query), {"n": n})) is refused
