"""Everything a client developer can see has words that explain it."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema as schema_of,
    is_introspection_type,
    is_specified_scalar_type,
)

from scripts.export_schema import sdl

pytestmark = pytest.mark.once

BARE = '''
type Query { film(id: ID!): Film }
"""A film."""
type Film { title: String }
enum Mood { SAD }
input Wish { film: ID }
'''


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Everything public, with its description."""
    for name, kind in schema.type_map.items():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield name, kind.description
            yield from parts_of(kind)


def parts_of(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            if isinstance(field, GraphQLField):
                yield from arguments_of(f"{kind.name}.{name}", field.args)
    elif isinstance(kind, GraphQLEnumType):
        yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())


def arguments_of(owner: str, arguments: dict[str, GraphQLArgument]) -> Iterator[tuple[str, str | None]]:
    yield from ((f"{owner}({name})", argument.description) for name, argument in arguments.items())


def silent(schema: GraphQLSchema) -> list[str]:
    return [name for name, description in described(schema) if not (description or "").strip()]


def test_everything_has_a_description() -> None:
    assert silent(schema_of(sdl())) == []


def test_what_has_none_is_found() -> None:
    assert silent(schema_of(BARE)) == [
        "Query",
        "Query.film",
        "Query.film(id)",
        "Film.title",
        "Mood",
        "Mood.SAD",
        "Wish",
        "Wish.film",
    ]


def test_a_description_is_a_sentence() -> None:
    texts = [(name, text.rstrip()) for name, text in described(schema_of(sdl())) if text]
    assert [name for name, text in texts if not text.endswith((".", "…", '."'))] == []
