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
    default = "null" if value.default_value is None else print_ast(value.default_value)
    return f"{owner}({value.name.value}: {print_ast(value.type)} = {default})"


def test_the_schema_keeps_every_promise_of_the_contract() -> None:
    ours = set(promises(parse(sdl())))
    wanted = list(promises(parse(CONTRACT.read_text())))
    assert len(wanted) > 300
    assert [promise for promise in wanted if promise not in ours] == []


def test_a_promise_that_is_broken_is_noticed() -> None:
    broken = sdl().replace("available: Int!", "available: Int", 1)
    wanted = promises(parse(CONTRACT.read_text()))
    assert [promise for promise in wanted if promise not in set(promises(parse(broken)))] != []


def test_arguments_beyond_the_contract_are_optional() -> None:
    promised = {line.split(":")[0] for line in promises(parse(CONTRACT.read_text()))}
    for line in promises(parse(sdl())):
        owner = line.split("(")[0]
        if "(" in line and owner.removeprefix("input ") in promised and line.split(":")[0] not in promised:
            assert "! =" not in line, line


def test_schema_graphql_is_what_the_code_says() -> None:
    assert FILE.read_text() == sdl()
