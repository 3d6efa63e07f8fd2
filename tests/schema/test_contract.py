"""The schema contains the whole contract, to the letter, and is the schema.graphql that is checked in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from scripts.export_schema import FILE, sdl

pytestmark = pytest.mark.once

CONTRACT = Path(__file__).resolve().parent.parent / "contract.graphql"


def promises(document: DocumentNode) -> Iterator[str]:
    """Every single thing a schema says, one line each."""
    for node in document.definitions:
        if isinstance(node, ScalarTypeDefinitionNode):
            yield f"scalar {node.name.value}"
        elif isinstance(node, EnumTypeDefinitionNode):
            yield from (f"enum {node.name.value}.{value.name.value}" for value in node.values or ())
        elif isinstance(node, UnionTypeDefinitionNode):
            yield from (f"union {node.name.value} = {member.name.value}" for member in node.types or ())
        elif isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            yield from (f"{node.name.value} implements {each.name.value}" for each in node.interfaces or ())
            for field in node.fields or ():
                yield from of_field(node.name.value, field)
        elif isinstance(node, InputObjectTypeDefinitionNode):
            yield from (of_value(f"input {node.name.value}", value) for value in node.fields or ())


def of_field(owner: str, field: FieldDefinitionNode) -> Iterator[str]:
    yield f"{owner}.{field.name.value}: {print_ast(field.type)}"
    yield from (of_value(f"{owner}.{field.name.value}", argument) for argument in field.arguments or ())


def of_value(owner: str, value: InputValueDefinitionNode) -> str:
    default = f" = {print_ast(value.default_value)}" if value.default_value else ""
    return f"{owner}({value.name.value}: {print_ast(value.type)}{default})"


def broken_promises(text: str) -> list[str]:
    ours = set(promises(parse(text)))
    return [promise for promise in WANTED if promise not in ours]


def intrusions(text: str) -> list[str]:
    """What a client of the contract could not cope with: new members, and new values that must be given."""
    owners = {owner_of(promise) for promise in WANTED}
    new = [promise for promise in promises(parse(text)) if promise not in WANTED and owner_of(promise) in owners]
    return [each for each in new if each.startswith(("union ", "enum ")) or each.endswith("!)")]


def owner_of(promise: str) -> str:
    """The union, enum, field or input that a line is a part of."""
    if promise.startswith("enum "):
        return promise.split(".", maxsplit=1)[0]
    return (
        promise.split(" = ", maxsplit=1)[0]
        if promise.startswith("union ")
        else promise.split("(", maxsplit=1)[0].split(":", maxsplit=1)[0]
    )


WANTED = list(promises(parse(CONTRACT.read_text())))


def test_the_schema_keeps_every_promise_of_the_contract() -> None:
    assert len(WANTED) > 300
    assert broken_promises(sdl()) == []


def test_what_the_schema_adds_to_the_contract_disturbs_nobody() -> None:
    assert intrusions(sdl()) == []


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("available: Int!", "available: Int"),
        ("after: String\n  ): MovieConnection!", "after: Int\n  ): MovieConnection!"),
        ("first: Int = 20", "first: Int = 30"),
        ("everywhere: Boolean = false", "everywhere: Boolean"),
        ("  ONGOING", "  RUNNING"),
        ("union LoginResult = Session | InvalidCredentials", "union LoginResult = Session"),
        ("type Hold implements Node", "type Hold"),
        ("couponCode: String", "coupon: String"),
        ("idempotencyKey: String", "idempotencyKey: String!"),
        ("scalar Decimal", "scalar Amount"),
    ],
)
def test_a_promise_that_is_broken_is_noticed(said: str, instead: str) -> None:
    text = sdl()
    assert said in text
    assert broken_promises(text.replace(said, instead, 1)) != []


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("couponCode: String", "couponCode: String door: Int!"),
        ("seatMap(", "seatMap(viewer: ID! "),
        ("  ONGOING", "  ONGOING PAUSED"),
        ("union LoginResult = Session", "union LoginResult = EmailTaken | Session"),
    ],
)
def test_an_addition_that_disturbs_is_noticed(said: str, instead: str) -> None:
    text = sdl()
    assert said in text
    assert intrusions(text.replace(said, instead, 1)) != []


def test_schema_graphql_is_what_the_code_says() -> None:
    assert FILE.read_text() == sdl()
