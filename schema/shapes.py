"""How the row of a kind looks to clients: lets types that point at each other do so without importing each other."""

from collections.abc import Callable
from typing import Any

_SHAPES: dict[str, Callable[..., Any]] = {}


def register(kind: str, shape: Callable[..., Any]) -> None:
    """Say how rows of this kind look."""
    _SHAPES[kind] = shape


def shape_of(kind: str) -> Callable[..., Any]:
    """How rows of this kind look."""
    return _SHAPES[kind]
