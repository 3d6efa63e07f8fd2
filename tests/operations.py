"""The saved operations of GraphiQL: the documents of web/operations, as the page reads them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "web" / "operations"
PLACEHOLDER = re.compile(r"<([^<>\"]+)>")


@dataclass(frozen=True)
class Operation:
    """One document with its variables; what stands in `<…>` is yet to be filled in."""

    name: str
    query: str
    variables: str

    @property
    def comment(self) -> list[str]:
        """The lines of the comment it begins with, without their `#`."""
        lines = self.query.splitlines()
        ends = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
        return [line.removeprefix("#").strip() for line in lines[:ends]]

    @property
    def placeholders(self) -> set[str]:
        """What has to be filled in."""
        return set(PLACEHOLDER.findall(self.variables))

    def filled(self, values: Mapping[str, str]) -> dict[str, Any]:
        """The variables with these values; KeyError names one that is missing."""
        text = PLACEHOLDER.sub(lambda found: json.dumps(values[found[1]])[1:-1], self.variables)
        return dict(json.loads(text))


def saved_operations() -> Iterator[Operation]:
    """All of them, by name: `house/1-schedule`."""
    for file in sorted(FOLDER.glob("*/*.graphql")):
        variables = file.with_suffix(".json")
        name = str(file.relative_to(FOLDER).with_suffix(""))
        yield Operation(name, file.read_text(), variables.read_text() if variables.exists() else "{}")
