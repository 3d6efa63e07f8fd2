"""What a caller gave of an input whose fields may be left out."""

import dataclasses
from typing import Any

from strawberry import UNSET
from strawberry.types.base import has_object_definition


def given(input: object, *, besides: tuple[str, ...]) -> dict[str, Any]:
    """The fields that were given, null included, by name; `besides` are those that are no details."""
    fields = [field.name for field in dataclasses.fields(input) if field.name not in besides]  # type: ignore[arg-type]
    values = {name: getattr(input, name) for name in fields}
    return {name: value for name, value in values.items() if value is not UNSET}


def given_within(input: object, *, besides: tuple[str, ...] = ()) -> dict[str, Any]:
    """The same, and of every input within it what was given of that."""
    return {
        name: given_within(value) if has_object_definition(value) else value
        for name, value in given(input, besides=besides).items()
    }
