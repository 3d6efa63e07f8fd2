"""A schema with every kind of field a list may have, and generated data and selections for it."""

from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, NewType, TypeVar
from uuid import UUID

import strawberry
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


def _with(made: MadeT, given: dict[str, Any]) -> MadeT:
    for name, value in given.items():
        setattr(made, name, value)
    return made


def leaf(variant: int = 1) -> Leaf:
    """A leaf with nothing odd."""
    return Leaf(**{name: values[variant % len(values)] for name, values in GOOD.items()})  # type: ignore[arg-type]
