"""What may be left out: it is nullable, and an `= null` after each would only be noise in the SDL."""

from collections.abc import Iterator

from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)


def drop_null_defaults(schema: GraphQLSchema) -> None:
    """Let what defaults to null have no default; Python gives it None all the same."""
    for value in _values(schema):
        if value.default_value is None:
            value.default_value = Undefined


def _values(schema: GraphQLSchema) -> Iterator[GraphQLArgument | GraphQLInputField]:
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            yield from kind.fields.values()
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                yield from field.args.values()
