"""Enums of the domain in the schema: every value with words for the client developer."""

from collections.abc import Mapping
from enum import EnumMeta

import strawberry
from strawberry.types.enum import has_enum_definition


def publish(kind: EnumMeta, description: str, values: Mapping[str, str]) -> None:
    """Let fields be of this kind; KeyError if a value has no description."""
    published = strawberry.enum(kind, description=description)
    if has_enum_definition(published):
        for value in published.__strawberry_definition__.values:
            value.description = values[value.name]
