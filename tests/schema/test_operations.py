"""Every saved operation of GraphiQL fits the schema and says what it is for."""

import json
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from scripts.export_schema import FILE
from tests.operations import FOLDER, Operation, saved_operations

pytestmark = pytest.mark.once

OPERATIONS = {operation.name: operation for operation in saved_operations()}
SCHEMA = build_schema(FILE.read_text())
MAIN = FOLDER.parent / "src" / "graphiql" / "operations.ts"
LONGEST_LINE = 100  # of a comment: more breaks twice in a narrow editor


@pytest.fixture(params=OPERATIONS)
def operation(request: pytest.FixtureRequest) -> Operation:
    return OPERATIONS[request.param]


def definition(operation: Operation) -> OperationDefinitionNode:
    """The one operation of its document."""
    [found] = parse(operation.query).definitions
    assert isinstance(found, OperationDefinitionNode)
    return found


def test_there_are_some_for_every_task() -> None:
    assert {name.split("/")[0] for name in OPERATIONS} >= {
        "house",
        "bookings",
        "selling",
        "money",
        "programme",
        "people",
    }
    assert len(OPERATIONS) >= 23


def test_it_is_valid(operation: Operation) -> None:
    assert validate(SCHEMA, parse(operation.query)) == []


def test_it_has_a_title_and_a_line_that_says_what_it_is_for(operation: Operation) -> None:
    title, about, *_ = operation.comment
    assert 3 <= len(title) <= 40
    assert about.endswith((".", "?"))
    assert max(map(len, operation.comment)) <= LONGEST_LINE


def test_its_variables_are_those_it_declares(operation: Operation) -> None:
    declared = {variable.variable.name.value for variable in definition(operation).variable_definitions or ()}
    assert set(json.loads(operation.variables)) == declared


def test_its_comment_explains_what_has_to_be_filled_in(operation: Operation) -> None:
    explained = "\n".join(operation.comment[2:])
    assert {name for name in operation.placeholders if f"<{name}>" not in explained} == set()


def test_titles_and_names_of_tabs_are_told_apart() -> None:
    names = [definition(operation).name for operation in OPERATIONS.values()]
    assert None not in names
    assert len({name.value for name in names if name}) == len(OPERATIONS)
    assert len({operation.comment[0] for operation in OPERATIONS.values()}) == len(OPERATIONS)


def test_no_variables_lie_beside_no_document() -> None:
    alone = [file for file in FOLDER.glob("*/*.json") if not file.with_suffix(".graphql").exists()]
    others = [file for file in FOLDER.rglob("*") if file.is_file() and file.suffix not in {".json", ".graphql"}]
    assert (alone, others) == ([], [])


def test_what_opens_at_the_first_visit_exists() -> None:
    line = next(line for line in MAIN.read_text().splitlines() if line.startswith("const FIRST ="))
    first = json.loads(line.removeprefix("const FIRST =").strip(" ;"))
    assert len(first) >= 3
    assert [name for name in first if name not in OPERATIONS] == []


def test_a_document_without_a_title_is_noticed(tmp_path: Path) -> None:
    assert Operation("x", "query Q { me { id } }", "{}").comment == []
    assert Operation("x", "# T\n# For you.\nquery Q { me { id } }\n# end", "{}").comment == ["T", "For you."]
