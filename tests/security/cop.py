"""What graphql-cop looks for (github.com/dolevf/graphql-cop), as checks of our own: each says whether it has found something."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

Cop = Callable[[httpx2.AsyncClient], Awaitable[bool]]

TYPENAME = "query cop { __typename }"
IDES = ("graphiql", "graphql playground", "graphql-playground", "altair", "apollo sandbox", "embeddable-sandbox")
IDE_PATHS = ("/graphql", "/graphiql", "/playground", "/console", "/altair", "/v1/graphql")
TRACES = ("stacktrace", "traceback", "tracing", '"exception"', "debugmessage", 'file "')
CIRCULAR = "{__schema{types{fields{type{fields{type{fields{type{fields{type{name}}}}}}}}}}}"


async def post(client: httpx2.AsyncClient, body: object) -> Any:
    answer = await client.post("/graphql", json=body)
    return answer.json()


def data_of(answer: Any) -> dict[str, Any]:
    return (answer.get("data") or {}) if isinstance(answer, dict) else {}


async def alias_overloading(client: httpx2.AsyncClient) -> bool:
    aliases = " ".join(f"alias{number}:__typename" for number in range(101))
    return "alias100" in data_of(await post(client, {"query": f"query cop {{ {aliases} }}"}))


async def batch_queries(client: httpx2.AsyncClient) -> bool:
    answer = await post(client, [{"query": TYPENAME}] * 10)
    return isinstance(answer, list) and len(answer) == 10


async def field_duplication(client: httpx2.AsyncClient) -> bool:
    return "__typename" in data_of(await post(client, {"query": "query cop { " + "__typename " * 500 + "}"}))


async def directive_overloading(client: httpx2.AsyncClient) -> bool:
    """As many errors as directives: each of them was looked at."""
    answer = await post(client, {"query": "query cop { __typename " + "@aa " * 10 + "}"})
    return len(answer.get("errors", ())) == 10


async def known_directive_overloading(client: httpx2.AsyncClient) -> bool:
    answer = await post(client, {"query": "query cop { __typename " + "@include(if:true) @skip(if:false) " * 50 + "}"})
    return "at most" not in str(answer)


async def circular_fragments(client: httpx2.AsyncClient) -> bool:
    """They must be refused; a server that begins to unfold them does not answer at all, or with a fault."""
    answer = await client.post("/graphql", json={"query": "{...A} fragment A on Query{...B} fragment B on Query{...A}"})
    return answer.status_code >= 500 or "errors" not in answer.json()


async def circular_introspection(client: httpx2.AsyncClient) -> bool:
    return bool(data_of(await post(client, {"query": CIRCULAR})).get("__schema"))


async def introspection(client: httpx2.AsyncClient) -> bool:
    answers = [
        await post(client, {"query": "query cop { __schema { types { name fields { name } } } }"}),
        await post(client, {"query": 'query cop { __type(name: "Query") { name fields { name } } }'}),
        await post(client, {"query": "query cop { ...F } fragment F on Query { s: __schema { queryType { name } } }"}),
    ]
    return any(data_of(answer) for answer in answers)


async def get_queries(client: httpx2.AsyncClient) -> bool:
    answer = await client.get("/graphql", params={"query": TYPENAME})
    return bool(data_of(answer.json() if "json" in answer.headers.get("content-type", "") else None))


async def get_mutations(client: httpx2.AsyncClient) -> bool:
    answer = await client.get("/graphql", params={"query": "mutation cop { __typename }"})
    return "Mutation" in answer.text and "errors" not in answer.text


async def urlencoded_posts(client: httpx2.AsyncClient) -> bool:
    answer = await client.post("/graphql", data={"query": TYPENAME})
    return '"Query"' in answer.text


async def an_ide(client: httpx2.AsyncClient) -> bool:
    for path in IDE_PATHS:
        for accept in ("*/*", "text/html"):
            said = (await client.get(path, headers={"Accept": accept})).text.lower()
            if any(name in said for name in IDES):
                return True
    return False


async def tracing(client: httpx2.AsyncClient) -> bool:
    said = [await client.post("/graphql", json={"query": query}) for query in (TYPENAME, "qwerty cop { abc }", "{")]
    return any(trace in answer.text.lower() for answer in said for trace in TRACES) or any(
        "tracing" in answer.json().get("extensions", {}) for answer in said
    )


async def field_suggestions(client: httpx2.AsyncClient) -> bool:
    misspelt = ("{ movis { totalCount } }", "{ __schem { types { name } } }", "{ helo }", "{ __typenam }")
    said = [await post(client, {"query": query}) for query in misspelt]
    return "did you mean" in str(said).lower()


async def unhandled_errors(client: httpx2.AsyncClient) -> bool:
    """Every refusal says what it is by a code, and nothing about where it was raised."""
    for query in ("qwerty cop { abc }", "{ nope }", "{", "", "query($a:Nope){__typename}"):
        answer = await client.post("/graphql", json={"query": query})
        if answer.status_code >= 500 or "json" not in answer.headers["content-type"]:
            return True
        errors = answer.json().get("errors") or [{}]
        if any("code" not in error.get("extensions", {}) or "exception" in error["extensions"] for error in errors):
            return True
    return False


CHECKS: dict[str, Cop] = {
    "alias overloading": alias_overloading,
    "batch queries": batch_queries,
    "field duplication": field_duplication,
    "directive overloading": directive_overloading,
    "overloading with directives we know": known_directive_overloading,
    "circular fragments": circular_fragments,
    "circular introspection": circular_introspection,
    "introspection": introspection,
    "queries by GET": get_queries,
    "mutations by GET": get_mutations,
    "urlencoded POSTs": urlencoded_posts,
    "an IDE": an_ide,
    "tracing": tracing,
    "field suggestions": field_suggestions,
    "unhandled errors": unhandled_errors,
}
