"""Calls made up from the schema itself: every root field, and every place in it that takes an id."""

from collections.abc import Iterator, Mapping
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

from scripts.export_schema import sdl

SDL: Final = build_schema(sdl())
ROOT_TYPES: Final = [root for root in (SDL.query_type, SDL.mutation_type, SDL.subscription_type) if root is not None]
MADE_UP: Final = {"DateTime": '"2026-11-21T10:00:00Z"', "Int": "1", "Float": "1.5", "Boolean": "true"}


def root_fields() -> list[str]:
    """Each as `Query.me`."""
    return [f"{root.name}.{name}" for root in ROOT_TYPES for name in root.fields]


def id_places() -> list[str]:
    """Each place that takes an id, or some, as `Mutation.cancelBooking(input.bookingId)`."""
    return [
        f"{root.name}.{name}({path})"
        for root in ROOT_TYPES
        for name, field in root.fields.items()
        for argument, value in field.args.items()
        for path in _ids_of(value.type, argument)
    ]


def _ids_of(kind: GraphQLInputType, path: str) -> Iterator[str]:
    named = get_named_type(kind)
    if named.name == "ID":
        yield path
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _ids_of(field.type, f"{path}.{name}")


def document(field: str, given: Mapping[str, str] | None = None, shown: str = "__typename") -> str:
    """The smallest operation that calls a root field: with these literals at these places, and made-up ones where needed."""
    root, _, name = field.partition(".")
    kind = SDL.type_map[root]
    assert isinstance(kind, GraphQLObjectType)
    definition, given = kind.fields[name], given or {}
    arguments = [
        f"{each}: {_literal(value.type, each, given)}"
        for each, value in definition.args.items()
        if is_required_argument(value) or _is_given(each, given)
    ]
    selection = f" {{ {shown} }}" if is_composite_type(get_named_type(definition.type)) else ""
    return f"{root.lower()} {{ {name}{'(' + ', '.join(arguments) + ')' if arguments else ''}{selection} }}"


def _is_given(path: str, given: Mapping[str, str]) -> bool:
    return any(each == path or each.startswith(f"{path}.") for each in given)


def _literal(kind: GraphQLInputType, path: str, given: Mapping[str, str]) -> str:
    if path in given:
        return f"[{given[path]}]" if isinstance(get_nullable_type(kind), GraphQLList) else given[path]
    if isinstance(kind, GraphQLNonNull):
        return _literal(kind.of_type, path, given)
    if isinstance(kind, GraphQLList):
        return f"[{_literal(kind.of_type, path, given)}]"
    if isinstance(kind, GraphQLInputObjectType):
        fields = [
            f"{name}: {_literal(field.type, f'{path}.{name}', given)}"
            for name, field in kind.fields.items()
            if is_required_input_field(field) or _is_given(f"{path}.{name}", given)
        ]
        return "{" + ", ".join(fields) + "}"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return MADE_UP.get(kind.name, '"x"')
