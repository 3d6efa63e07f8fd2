"""Operations on the toy lists, made up at random, and the worlds they are asked in."""

from collections.abc import Callable
from decimal import Decimal
from math import inf, nan
from random import Random
from types import SimpleNamespace
from typing import Any

import strawberry
from graphql import GraphQLUnionType, Undefined, get_named_type, is_abstract_type, is_leaf_type

from tests.schema.toy_lists import GOOD, SCHEMA, Box, Colour, Level, Person, Query, Robot, Size, Soon, _with, leaf

ODD = [None, True, 7, 2**31, 2.0, 2.5, inf, nan, "7", "SMALL", "large", "r", b"bytes", [], {}, object(), Undefined]
ODD += [strawberry.UNSET, Colour.RED, Size.LARGE, Level.HIGH, Decimal(3), Soon("soon"), Soon(None), Soon(Colour.GREEN)]
ODD += [ValueError("a value"), Soon(ValueError("later")), "raise", "silence", SimpleNamespace(text="foreign")]
CONDITIONS = ["", "", "", "@skip(if: $a)", "@include(if: $b)", "@include(if: $c)", "@skip(if: $b) @include(if: $a)"]


class World:
    """Makes up data for the schema; one value in twenty is odd."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def root(self, **given: Any) -> Query:
        """A root with something in every list, or with what is given."""
        made = Query(
            leaves=self._some(self._leaf),
            maybe_leaves=self._some(self._leaf, None),
            matrix=self._some(lambda: self._some(self._leaf)),
            people=self._some(self._person),
            maybe_people=self._some(self._person, None),
            named=self._some(self._anybody),
            either=self._some(self._random.choice([self._leaf, self._person])),
            boxes=self._some(self.box),
            maybe_boxes=self._some(self.box, None),
            box=self.box(),
        )
        return _with(made, given)

    def box(self, within: int = 2, **given: Any) -> Box:
        """A box with boxes in it, or with what is given."""
        made = Box(
            number=self._random.randrange(30),
            leaf=self._mostly(self._leaf()),
            maybe_leaf=self._random.choice([None, self._mostly(self._leaf())]),
            inner=self.box(within - 1) if within and self._random.randrange(2) else None,
            owner=self._mostly(self._anybody()) if self._rarely() else self._person(),
            tags=["a", "b"],
            leaves=self._some(self._leaf),
            maybe_leaves=self._some(self._leaf, None),
            fickle="",
        )
        return _with(made, given)

    def _rarely(self) -> bool:
        return self._random.randrange(20) == 19

    def _mostly(self, usual: Any) -> Any:
        return self._random.choice(ODD) if self._rarely() else usual

    def _some(self, make: Callable[[], Any], *others: None) -> Any:
        """A list of a few, now and then a tuple or something else."""
        made = [self._mostly(self._random.choice([make, *[lambda: None for _ in others]])()) for _ in range(3)]
        made = made[: self._random.choice([0, 1, 2, 3, 3, 3])]
        return self._mostly(tuple(made) if self._rarely() else made)

    def _leaf(self) -> Any:
        made = leaf(self._random.randrange(12))
        if self._rarely():
            setattr(made, self._random.choice(list(GOOD)), self._random.choice(ODD))
        return SimpleNamespace(**vars(made)) if self._rarely() else made

    def _person(self) -> Any:
        person = Person(name="Ada", age=self._mostly(self._random.choice([None, 40])))
        return strawberry.cast(self._random.choice([Robot, Person]), person) if self._rarely() else person

    def _anybody(self) -> Any:
        return self._random.choice([self._person, lambda: Robot(name="R2", model="D2")])()


class Writer:
    """Writes a valid document with everything that can be between a field and its list."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._fragments: list[str] = []

    def document(self) -> str:
        """The text of one operation and its fragments."""
        root = SCHEMA._schema.query_type
        assert root is not None
        head = "query ($a: Boolean!, $b: Boolean!, $c: Boolean = true)"
        return "\n".join([f"{head} {{ {self._selected(root, 3)} }}", *self._fragments])

    def _selected(self, kind: Any, depth: int) -> str:
        return " ".join(self._one(kind, depth) for _ in range(self._random.randrange(1, 5)))

    def _one(self, kind: Any, depth: int) -> str:
        condition = self._random.choice(CONDITIONS)
        shape = self._random.choice(["field"] * 6 + ["inline", "fragment"])
        if shape == "field":
            return self._field(kind, depth, condition)
        on = self._random.choice(self._conditions(kind))
        inside = self._selected(on, depth - 1) if depth > 0 else "__typename"
        if shape == "inline":
            return f"... on {on.name} {condition} {{ {inside} }}"
        name = f"F{len(self._fragments)}"
        self._fragments.append("")
        self._fragments[int(name[1:])] = f"fragment {name} on {on.name} {{ {inside} }}"
        return f"...{name} {condition} ...{name}"

    def _conditions(self, kind: Any) -> list[Any]:
        if is_abstract_type(kind):
            return [kind, *SCHEMA._schema.get_possible_types(kind)]
        return [kind, *kind.interfaces]

    def _field(self, kind: Any, depth: int, condition: str) -> str:
        fields = {} if isinstance(kind, GraphQLUnionType) else kind.fields
        types = {name: get_named_type(each.type) for name, each in fields.items()}
        names = [name for name, each in types.items() if depth > 0 or is_leaf_type(each)]
        name = self._random.choice([*names, "__typename"])
        alias = self._random.choice(["", "", f"x_{name}: ", f"if_{name}: "])
        if name == "__typename" or is_leaf_type(types[name]):
            return f"{alias}{name} {condition}"
        return f"{alias}{name} {condition} {{ {self._selected(types[name], depth - 1)} }}"


def variables(random: Random) -> dict[str, bool | None]:
    """Values for every document's variables; `c` may be null, which no condition can bear."""
    given = {"a": random.choice([True, False]), "b": random.choice([True, False])}
    return {**given, "c": None} if random.randrange(20) == 19 else given
