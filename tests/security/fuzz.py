"""Operations that nobody would write by hand: made from the schema, right, nearly right and plainly hostile."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

NASTY = (
    "", " ", "\t\n\r", "\0", "a\0b", "\ud800", "\udfff x", "\ufeff", "\u202e", "'", '"', "';--", "%", "_", "%%", "\\",
    "' OR 1=1 --", '"; DROP TABLE users; --', "{{7*7}}", "${jndi:ldap://x}", "<script>alert(1)</script>", "../../etc",
    "é" * 300, "x" * 5_000, "😀" * 30, "A\u0301" * 20, "null", "None", "NaN", "Infinity", "-1", "1e309", "0x10", "٣",
    "9" * 400, "[]", "{}", "true",
)  # fmt: skip
LIKELY = (
    "ana", "Stalker", "A1", "B2", "A10", "12.50", "100", "0", "INR", "VND", "KWD", "en", "en-GB", "Asia/Kolkata",
    "2026-05-01", "1990-12-31", "2026-05-01T19:30:00+05:30", "9999-12-31T23:59:59Z", "0001-01-01", "2026-02-30",
    "+84901234567", "+919812345678", "not-a-number", "guest@marquee.test", "123456", "000000", "popcorn-and-a-film",
    "https://marquee.test/back", "javascript:alert(1)", "//evil.example", "WELCOME10", "key-1", "A s s s\nB s s s",
)  # fmt: skip
INTEGERS = (0, 1, 2, 3, 20, 100, 101, -1, 2**31 - 1, 2**31, -(2**31), 2**53, 2**63 - 1, -(2**63), 10**30)
SIZES = (0, 1, 2, 3, 5, 20, -1)
WELL_FORMED = {
    "Date": ("2026-05-01", "1990-12-31", "0001-01-01", "9999-12-31", "2024-02-29"),
    "DateTime": (
        "2026-05-01T19:30:00+05:30",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "2027-03-28T02:30:00Z",
    ),
    "Decimal": ("0", "1", "12.50", "100", "-1", "99999999999999999999", "0.001", "NaN"),
}
FLOATS = (0.0, -0.0, 0.5, 1e-300, 1e308, -1e308, 12.5)
DEEPEST = 4
WIDEST = 6


@dataclass
class Made:
    """One operation."""

    text: str
    variables: dict[str, object]
    kind: str


@dataclass
class _Writing:
    definitions: list[str] = field(default_factory=list)
    variables: dict[str, object] = field(default_factory=dict)


class Fuzz:
    """Writes operations; the same dice write the same ones."""

    def __init__(self, schema: GraphQLSchema, dice: random.Random) -> None:
        self._schema = schema
        self._dice = dice

    def operation(self, ids: Mapping[str, Sequence[str]]) -> Made:
        """A query, a mutation or a subscription about these ids, by their kinds; kindless ones are no ids."""
        self._ids, self._writing = ids, _Writing()
        (kind,) = self._dice.choices(("query", "mutation", "subscription"), (55, 40, 5))
        root = getattr(self._schema, f"{kind}_type")
        count = 1 if kind == "subscription" else self._dice.choices((1, 2, 4), (80, 15, 5))[0]
        names = self._dice.sample(sorted(root.fields), count)
        fields = " ".join(f"r{n}: {self._field(name, root.fields[name], 0)}" for n, name in enumerate(names))
        definitions = f"({', '.join(self._writing.definitions)})" if self._writing.definitions else ""
        return Made(self._spoilt(f"{kind} Made{definitions} {{ {fields} }}"), self._writing.variables, kind)

    def _chance(self, percent: float) -> bool:
        return self._dice.random() * 100 < percent

    def _spoilt(self, text: str) -> str:
        """Now and then a letter is missing, doubled or another."""
        if not self._chance(2):
            return text
        at = self._dice.randrange(len(text))
        return text[:at] + self._dice.choice(("", text[at] * 2, "\\", "}", "$", "@", "\ud800", "é")) + text[at + 1 :]

    def _field(self, name: str, definition: GraphQLField, depth: int) -> str:
        arguments = [
            self._argument(each, argument, f"{name} {each}")
            for each, argument in definition.args.items()
            if self._give(argument)
        ]
        said = f"({', '.join(arguments)})" if arguments else ""
        if self._chance(1):
            said += self._dice.choice((" @skip(if: true)", " @include(if: true)", " @nope", " @skip(if: 1)"))
        return f"{name}{said}{self._selection(get_named_type(definition.type), depth + 1)}"

    def _give(self, argument: GraphQLArgument) -> bool:
        return self._chance(98) if is_required_argument(argument) else self._chance(40)

    def _argument(self, name: str, argument: GraphQLArgument, place: str) -> str:
        value = self._value(argument.type, 0, place)
        if self._chance(60) or not _is_literal(value):
            variable = f"v{len(self._writing.variables)}"
            self._writing.definitions.append(f"${variable}: {argument.type}")
            self._writing.variables[variable] = value
            return f"{name}: ${variable}"
        return f"{name}: {_literal(value, argument.type)}"

    def _selection(self, kind: object, depth: int) -> str:
        if not is_composite_type(kind):
            return "" if self._chance(99.9) else " { nope }"
        return f" {{ {' '.join(self._picked(kind, depth))} }}"

    def _picked(self, kind: object, depth: int) -> list[str]:
        picked = ["__typename"]
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            chosen = [each for each in self._schema.get_possible_types(kind) if self._chance(60) and depth < DEEPEST]
            picked += [f"... on {each.name} {{ {' '.join(self._fields_of(each, depth))} }}" for each in chosen]
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            picked += self._fields_of(kind, depth)
        return picked

    def _fields_of(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> list[str]:
        known = [
            name
            for name, each in kind.fields.items()
            if depth < DEEPEST or not is_composite_type(get_named_type(each.type))
        ]
        chosen = self._dice.sample(known, min(len(known), self._dice.randint(1, WIDEST)))
        # An alias each: with other arguments, fields of one name would not merge.
        fields = [f"f{self._dice.randrange(10**6)}: {self._field(name, kind.fields[name], depth)}" for name in chosen]
        return [*fields, *(["nope"] if self._chance(0.1) else [])] or ["__typename"]

    def _value(self, kind: GraphQLInputType, depth: int, place: str) -> object:
        if isinstance(kind, GraphQLNonNull):
            return None if self._chance(0.5) else self._value(kind.of_type, depth, place)
        if self._chance(1):
            return self._dice.choice((None, True, 1, 1.5, "text", [], {}, [[1]], {"a": {"b": [None]}}))
        if isinstance(kind, GraphQLList):
            return [self._value(kind.of_type, depth + 1, place) for _ in range(self._dice.choice((0, 1, 1, 2, 3, 30)))]
        if isinstance(kind, GraphQLInputObjectType):
            return self._input(kind, depth, place)
        if isinstance(kind, GraphQLEnumType):
            return self._dice.choice(sorted(kind.values)) if self._chance(95) else "NOPE"
        return self._scalar(str(kind), place)

    def _input(self, kind: GraphQLInputObjectType, depth: int, place: str) -> dict[str, object]:
        given = {
            name: self._value(each.type, depth + 1, f"{place} {name}")
            for name, each in kind.fields.items()
            if (is_required_input_field(each) and self._chance(98)) or (self._chance(50) and depth < DEEPEST)
        }
        # What nobody may set, whatever they send.
        return given | (
            {self._dice.choice(("role", "roles", "status", "userId", "price")): "ADMIN"} if self._chance(2) else {}
        )

    def _id(self, place: str) -> str:
        """Mostly one that fits: of the kind that the last word says, or any before it."""
        words = reversed(place.lower().split())
        fitting = next((self._ids[kind] for word in words for kind in self._ids if kind and kind.lower() in word), None)
        return self._dice.choice(fitting if fitting and self._chance(75) else [*chain(*self._ids.values())])

    def _scalar(self, name: str, place: str) -> object:
        if name == "ID" and self._chance(95):
            return self._id(place)
        if name == "Int":
            return self._dice.choice(SIZES if self._chance(80) else INTEGERS)
        if name in ("Date", "DateTime", "Decimal") and self._chance(90):
            return self._dice.choice(WELL_FORMED[name])
        if name == "Float":
            return self._dice.choice((*FLOATS, *INTEGERS))
        if name == "Boolean":
            return self._chance(50)
        return self._dice.choice(LIKELY if self._chance(65) else NASTY)


def _is_literal(value: object) -> bool:
    """A lone surrogate cannot be written into a document: it reaches us as an escape in JSON, or not at all."""
    text = json.dumps(value)
    return "\\ud8" not in text and "\\udf" not in text and "\\u0000" not in text


def _literal(value: object, kind: GraphQLInputType) -> str:
    """The value as it is written in a document."""
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(value, dict):
        fields = bare.fields if isinstance(bare, GraphQLInputObjectType) else {}
        named = (
            f"{name}: {_literal(each, fields[name].type if name in fields else bare)}" for name, each in value.items()
        )
        return "{" + ", ".join(named) + "}"
    if isinstance(value, list):
        inner = bare.of_type if isinstance(bare, GraphQLList) else bare
        return "[" + ", ".join(_literal(each, inner) for each in value) + "]"
    if isinstance(bare, GraphQLEnumType) and isinstance(value, str):
        return value
    return json.dumps(value)
