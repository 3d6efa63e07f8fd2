"""A schema with every kind of field a list may have, and generated data and selections for it."""

from collections.abc import AsyncIterator, Callable, Generator
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from math import inf, nan
from random import Random
from types import SimpleNamespace
from typing import Annotated, Any, NewType, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLUnionType, Undefined, get_named_type, is_abstract_type, is_leaf_type
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

Amount = NewType("Amount", str)
Whisper = NewType("Whisper", str)
MadeT = TypeVar("MadeT")


def _whispered(value: object) -> object:
    """Serializes to nothing, to an error, or to a number, as its value asks."""
    if value == "raise":
        raise ValueError("too loud")
    return None if value == "silence" else len(str(value))


class Soon:
    """Something to be awaited, as often as one likes."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __await__(self) -> Generator[None, None, object]:
        return self.value
        yield


@strawberry.enum
class Colour(Enum):
    RED = "r"
    GREEN = strawberry.enum_value("g", name="VERDE")
    ROT = "r"  # noqa: PIE796


@strawberry.enum
class Size(StrEnum):
    SMALL = "SMALL"
    LARGE = "large"


@strawberry.enum
class Level(IntEnum):
    LOW = 0
    HIGH = 1


class Refused(BasePermission):
    message = "Refused."

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:
        return source.number != 3


@strawberry.type
class Leaf:
    text: str
    maybe_text: str | None
    number: int
    maybe_number: int | None
    ratio: float
    maybe_flag: bool | None
    flag: bool
    key: strawberry.ID
    colour: Colour
    maybe_size: Size | None
    level: Level
    amount: Amount
    price: Decimal
    moment: datetime | None
    uuid: UUID
    whisper: Whisper | None
    renamed: str = strawberry.field(name="other", default="by default")


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Person(Named):
    age: int | None


@strawberry.type
class Robot(Named):
    model: str


@strawberry.type
class Box:
    number: int
    leaf: Leaf
    maybe_leaf: Leaf | None
    inner: "Box | None"
    owner: Person
    tags: list[str]
    leaves: list[Leaf]
    maybe_leaves: list[Leaf | None] | None
    fickle: str
    guarded: str = strawberry.field(permission_classes=[Refused], default="guarded")

    @strawberry.field
    def method(self) -> str:
        if self.number == 2:
            raise ValueError("two")
        return f"method {self.number}"

    @strawberry.field
    async def later(self, plus: int = 1) -> int | None:
        return None if self.number == 1 else self.number + plus


def _fickle(box: Box) -> str:
    if box.number == 4:
        raise LookupError("four")
    return "fickle"


Box.fickle = property(_fickle, lambda _box, _value: None)  # type: ignore[assignment,misc]
Either = Annotated[Leaf | Person, strawberry.union("Either")]


@strawberry.type
class Query:
    leaves: list[Leaf]
    maybe_leaves: list[Leaf | None] | None
    matrix: list[list[Leaf]]
    people: list[Person]
    maybe_people: list[Person | None] | None
    named: list[Named]
    either: list[Either]
    boxes: list[Box]
    maybe_boxes: list[Box | None] | None
    box: Box | None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def leaves(self, times: int) -> AsyncIterator[list[Leaf]]:
        for _ in range(times):
            yield [leaf()]


SCHEMA = strawberry.Schema(
    Query,
    subscription=Subscription,
    types=[Robot],
    config=StrawberryConfig(
        scalar_map={
            Amount: strawberry.scalar(name="Amount", serialize=str, parse_value=str),
            Whisper: strawberry.scalar(name="Whisper", serialize=_whispered, parse_value=str),
        }
    ),
)

GOOD: dict[str, list[object]] = {
    "text": ["", "a", "ünï"],
    "maybe_text": [None, "a"],
    "number": [0, 5, -(2**31)],
    "maybe_number": [None, 2**31 - 1],
    "ratio": [0.5, -0.0, 1e308],
    "maybe_flag": [None, True],
    "flag": [True, False],
    "key": ["k", "l"],
    "colour": list(Colour),
    "maybe_size": [None, *Size],
    "level": list(Level),
    "amount": ["1.50"],
    "price": [Decimal("1.50"), Decimal(7)],
    "moment": [None, datetime(2026, 11, 21, tzinfo=UTC)],
    "uuid": [UUID(int=7)],
    "whisper": [None, "hush"],
    "renamed": ["other"],
}
ODD = [None, True, 7, 2**31, 2.0, 2.5, inf, nan, "7", "SMALL", "large", "r", b"bytes", [], {}, object(), Undefined]
ODD += [strawberry.UNSET, Colour.RED, Size.LARGE, Level.HIGH, Decimal(3), Soon("soon"), Soon(None), Soon(Colour.GREEN)]
ODD += [ValueError("a value"), Soon(ValueError("later")), "raise", "silence", SimpleNamespace(text="foreign")]

CONDITIONS = ["", "", "", "@skip(if: $a)", "@include(if: $b)", "@include(if: $c)", "@skip(if: $b) @include(if: $a)"]


def _with(made: MadeT, given: dict[str, Any]) -> MadeT:
    for name, value in given.items():
        setattr(made, name, value)
    return made


def leaf(variant: int = 1) -> Leaf:
    """A leaf with nothing odd."""
    return Leaf(**{name: values[variant % len(values)] for name, values in GOOD.items()})  # type: ignore[arg-type]


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
