"""Compiles the function that completes a list of plain objects: Python source, made for one selection."""

import inspect
from collections.abc import Callable, Iterable
from keyword import iskeyword
from types import MemberDescriptorType
from typing import TypeAlias, cast

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    Undefined,
    is_leaf_type,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

# Response name, field name, and what is selected of an object; None for a leaf.
Selection: TypeAlias = tuple[tuple[str, str, "Selection | None"], ...]
Completer: TypeAlias = Callable[[list[object]], list[object]]

TYPENAME = "__typename"
UNUSUAL_METHODS = {"__getattribute__", "__getattr__", "__await__"}
# Where a value of exactly this class, in these bounds, is sent as it is.
AS_IT_IS: dict[GraphQLNamedType, tuple[type, str]] = {
    GraphQLString: (str, ""),
    GraphQLID: (str, ""),
    GraphQLBoolean: (bool, ""),
    GraphQLInt: (int, f" and {GRAPHQL_MIN_INT} <= {{0}} <= {GRAPHQL_MAX_INT}"),
    GraphQLFloat: (float, " and {0} - {0} == 0"),
}


class Unusual(Exception):
    """Here the stock code must decide."""


def completer_of(kind: GraphQLObjectType, nullable: bool, selection: Selection) -> Completer | None:
    """The function that completes a list of these objects; None if a field of the selection is not plain."""
    source = _Source()
    try:
        source.list_of(kind, nullable, selection)
    except Unusual:
        return None
    return source.compiled()


class _Source:
    """The function's source as it grows, and the values it needs, which become defaults of its parameters."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._values: dict[str, object] = {"Unusual": Unusual}
        self._count = 0

    def list_of(self, kind: GraphQLObjectType, nullable: bool, selection: Selection) -> None:
        """Complete every item."""
        item = self._variable()
        self._line(1, "completed = []")
        self._line(1, "add = completed.append")
        self._line(1, f"for {item} in items:")
        self._object(2, item, nullable, kind, selection)
        self._line(2, f"add({item})")
        self._line(1, "return completed")

    def compiled(self) -> Completer:
        """The function itself."""
        parameters = ", ".join(["items", *(f"{name}={name}" for name in self._values)])
        text = "\n".join([f"def complete({parameters}):", *self._lines])
        made = dict(self._values)
        # All that a client has a say in are the response names: GraphQL names, and written as literals.
        exec(compile(text, "<completer>", "exec"), made)  # noqa: S102
        return made["complete"]  # type: ignore[return-value]

    def _object(self, depth: int, at: str, nullable: bool, kind: GraphQLObjectType, selection: Selection) -> None:
        """Replace the object in variable `at` by its completed fields."""
        if nullable:
            self._line(depth, f"if {at} is not None:")
            depth += 1
        foreign = f"type({at}) is not {self._value(_plain_class(kind))}"
        if kind.is_type_of is not None:
            foreign += f" or {self._value(kind.is_type_of)}({at}, None) is not True"
        self._line(depth, f"if {foreign}:")
        self._line(depth + 1, "raise Unusual")
        entries = [f"{name!r}: {self._field(depth, at, kind, field, sub)}" for name, field, sub in selection]
        self._line(depth, f"{at} = {{{', '.join(entries)}}}")

    def _field(self, depth: int, source: str, kind: GraphQLObjectType, name: str, selection: Selection | None) -> str:
        """Complete one field; the expression of its value."""
        if name == TYPENAME:
            return repr(kind.name)
        type_, variable = kind.fields[name].type, self._variable()
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        self._line(depth, f"{variable} = {source}.{_plain_attribute(kind, name)}")
        if isinstance(inner, GraphQLObjectType):
            self._object(depth, variable, nullable, inner, selection or ())
        elif is_leaf_type(inner):
            self._leaf(depth, variable, nullable, inner)
        else:
            raise Unusual
        return variable

    def _leaf(self, depth: int, at: str, nullable: bool, kind: GraphQLLeafType) -> None:
        """Replace the value in variable `at` by what is sent for it."""
        serialized = f"{self._value(_serializer(kind))}({at})"
        tests = [f"{at} is not None"] if nullable else []
        if isinstance(kind, CustomGraphQLEnumType):
            serialized = f"{self._value(_names(kind))}.get(id({at})) or {serialized}"
        elif plain := _sent_as_it_is(kind):
            class_, bounds = plain
            tests.append(f"not (type({at}) is {self._value(class_)}{bounds.format(at)})")
        if tests:
            self._line(depth, f"if {' and '.join(tests)}:")
        self._line(depth + bool(tests), f"{at} = {serialized}")

    def _variable(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _value(self, value: object) -> str:
        name = f"c{len(self._values)}"
        self._values[name] = value
        return name

    def _line(self, depth: int, text: str) -> None:
        self._lines.append("    " * depth + text)


def _plain_class(kind: GraphQLObjectType) -> type:
    """The class whose instances stand for this type and do nothing on their own when they are read."""
    definition = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
        raise Unusual
    origin = definition.origin
    of_its_own = {name for each in origin.__mro__[:-1] for name in vars(each)}
    if of_its_own & UNUSUAL_METHODS or issubclass(origin, BaseException):
        raise Unusual
    return origin


def _plain_attribute(kind: GraphQLObjectType, name: str) -> str:
    """The attribute that Strawberry would read for this field, and nothing more."""
    field = kind.fields[name]
    known = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(known, StrawberryField) or not known.is_basic_field:
        raise Unusual
    reads = cast("object", known.default_resolver)
    by_default = getattr(field.resolve, "_is_default", False) and reads is getattr
    attribute = known.python_name
    if not by_default or type(known).get_result is not StrawberryField.get_result or not _can_be_written(attribute):
        raise Unusual
    in_class = inspect.getattr_static(_plain_class(kind), attribute, None)
    if hasattr(type(in_class), "__get__") and not isinstance(in_class, MemberDescriptorType):
        raise Unusual
    return attribute


def _can_be_written(attribute: str) -> bool:
    return attribute.isascii() and attribute.isidentifier() and not iskeyword(attribute)


def _sent_as_it_is(kind: GraphQLLeafType) -> tuple[type, str] | None:
    coerce: object = kind.coerce_output_value
    return (str, "") if coerce is str else AS_IT_IS.get(kind)


def _names(kind: CustomGraphQLEnumType) -> dict[int, str]:
    """What is sent for each member, by its identity: quicker than its hash, and never taken for an equal value."""
    members: Iterable[object] = kind.wrapped_cls
    return {id(member): kind.coerce_output_value(member) for member in members}


def _serializer(kind: GraphQLLeafType) -> Callable[[object], object]:
    """The type's own coercion, for values that need no other care."""
    coerce, is_awaitable = kind.coerce_output_value, optimized_is_awaitable

    def serialize(value: object) -> object:
        if value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value):
            raise Unusual
        coerced = coerce(value)
        if coerced is None or coerced is Undefined or is_awaitable(coerced):
            raise Unusual
        return coerced

    return serialize
