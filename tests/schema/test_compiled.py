"""Lists completed by a compiled function are what the stock executor makes of them, errors and all."""

import asyncio
import gc
from random import Random
from typing import Any

import pytest
import strawberry
from graphql import (
    DocumentNode,
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    GraphQLObjectType,
    MiddlewareManager,
    execute,
    experimental_execute_incrementally,
    parse,
    subscribe,
)
from hypothesis import given, settings as how, strategies as st
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Stock
from strawberry.utils.await_maybe import await_maybe
from strawberry.utils.str_converters import to_camel_case

from domain.seat_maps import SeatState
from models.seat_claims import SeatClaim
from schema import compiled
from schema.compiled import WORTH_COMPILING, CompilingExecutor, Completers
from schema.ids import global_id
from tests.databases import Database
from tests.factories.showtimes import make_showtime
from tests.schema.asking import asker
from tests.schema.toy_lists import GOOD, SCHEMA, Leaf, Person, Query, Robot, leaf
from tests.schema.toy_writers import ODD, World, Writer, variables
from tests.thoroughness import tries

pytestmark = pytest.mark.once
MADE_UP = tries(150, thorough=1_000)
MAP = """query ($id: ID!) { showtime(id: $id) { seatMap { version available
  seats { label row number section x y kind state price { amount currency } } } } }"""

Answer = tuple[str, list[tuple[object, ...]]]


class Counting(Completers):
    """Counts how many lists were begun by a completer, and how many it finished."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = self.done = 0

    def get(self, key: Any, items: int) -> Any:
        complete = super().get(key, items)

        def counted(items: list[object]) -> list[object]:
            self.begun += 1
            completed = complete(items)
            self.done += 1
            return completed

        return complete and counted


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The completers of this test, made for the first object."""
    monkeypatch.setattr(compiled, "WORTH_COMPILING", 1)
    counted = Counting()
    monkeypatch.setattr(CompilingExecutor, "completers", counted)
    return counted


def told(error: GraphQLError) -> tuple[object, ...]:
    return error.message, error.path, error.locations, type(error.original_error)


async def answer(
    executor: type, document: DocumentNode, root: Query, given: dict[str, Any] | None = None, *middleware: Any
) -> Answer:
    """The data with its order and its types, and what is told of each error."""
    result: Any = await await_maybe(
        execute(
            SCHEMA._schema,
            document,
            root,
            variable_values=given,
            middleware=MiddlewareManager(*middleware),
            is_awaitable=optimized_is_awaitable,
            executor_class=executor,
        )
    )
    return repr(result.data), [told(error) for error in result.errors or ()]


async def frames(executor: type, document: DocumentNode, root: Query) -> list[str]:
    """Everything an incremental execution delivers."""
    result = await await_maybe(
        experimental_execute_incrementally(SCHEMA._schema, document, root, executor_class=executor)
    )
    assert isinstance(result, ExperimentalIncrementalExecutionResults)
    return [repr(result.initial_result), *[repr(each) async for each in result.subsequent_results]]


def root(**lists: object) -> Query:
    """A root with these lists."""
    return World(Random(1)).root(**lists)


# The stock executor forgets to await some fields of lists that fail: both are run, so both may say so.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_every_answer_is_the_stock_one(counting: Counting) -> None:
    with_errors = []
    with asyncio.Runner() as runner:

        @how(max_examples=MADE_UP, deadline=None)
        @given(st.randoms(use_true_random=False))
        def the_same(random: Random) -> None:
            root, document = World(random).root(), parse(Writer(random).document())
            for given in variables(random), variables(random):
                stock = runner.run(answer(Stock, document, root, given))
                assert runner.run(answer(CompilingExecutor, document, root, given)) == stock
                with_errors.append(bool(stock[1]))

        the_same()
    gc.collect()
    assert counting.done > MADE_UP // 2
    assert counting.begun - counting.done > MADE_UP // 10  # lists that were given up in the middle
    assert sum(with_errors) > MADE_UP // 5


@pytest.mark.parametrize("name", GOOD)
async def test_every_odd_value_of_every_field_is_what_the_stock_code_makes_of_it(counting: Counting, name: str) -> None:
    field = to_camel_case({"renamed": "other"}.get(name, name))
    document = parse(f"{{ maybeLeaves {{ text {field} }} }}")
    for value in [*GOOD[name], *ODD]:
        strange = leaf()
        setattr(strange, name, value)
        leaves = root(maybe_leaves=[leaf(), strange, leaf(2)])
        assert await answer(CompilingExecutor, document, leaves) == await answer(Stock, document, leaves), repr(value)
    assert counting.begun == len(GOOD[name]) + len(ODD)
    assert counting.done >= len(GOOD[name])


@pytest.mark.parametrize("path", ["leaves", "maybe_leaves", "people", "boxes.leaf", "boxes.maybe_leaf", "boxes.owner"])
async def test_every_odd_object_is_what_the_stock_code_makes_of_it(counting: Counting, path: str) -> None:
    outer, _, inner = path.partition(".")
    names = [to_camel_case(name) for name in path.split(".")]
    document = parse("{ " + " { ".join([*names, "__typename"]) + " }" * (len(names) + 1))
    usual = World(Random(3)).box()
    for value in [leaf(), *ODD, strawberry.cast(Robot, Person(name="Ada", age=1)), Person(name="Bo", age=2)]:
        item = usual if inner else value
        if inner:
            setattr(usual, inner, value)
        odd = root(**{outer: [item, item]})
        assert await answer(CompilingExecutor, document, odd) == await answer(Stock, document, odd), repr(value)
    assert 1 <= counting.done < counting.begun == len(ODD) + 3


@pytest.mark.parametrize("field", ["method", "later", "guarded", "fickle", "tags", "leaves { text }", "later(plus: 2)"])
async def test_a_field_that_is_not_plain_leaves_its_list_to_the_stock_code(counting: Counting, field: str) -> None:
    document, boxes = parse(f"{{ boxes {{ number {field} }} }}"), root(boxes=[World(Random(3)).box(leaves=[])] * 3)
    assert await answer(CompilingExecutor, document, boxes) == await answer(Stock, document, boxes)
    assert counting.begun == 0


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("__getattr__", lambda _leaf, name: name),
        ("__getattribute__", lambda _leaf, name: name),
        ("__await__", lambda _leaf: iter(())),
    ],
)
async def test_objects_with_a_will_of_their_own_are_left_to_the_stock_code(
    counting: Counting, monkeypatch: pytest.MonkeyPatch, name: str, method: Any
) -> None:
    document, leaves = parse("{ leaves { text } }"), root(leaves=[leaf()])
    monkeypatch.setattr(Leaf, name, method, raising=False)
    assert await answer(CompilingExecutor, document, leaves) == await answer(Stock, document, leaves)
    assert counting.begun == 0


@pytest.mark.parametrize("place", ["resolve", "default_resolver"])
async def test_a_field_that_is_read_in_another_way_is_left_to_the_stock_code(
    counting: Counting, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    field = SCHEMA._schema.type_map["Leaf"].fields["text"]  # type: ignore[attr-defined]
    owner = field if place == "resolve" else field.extensions["strawberry-definition"]
    monkeypatch.setattr(owner, place, lambda _leaf, _other: "another")
    data, _ = await answer(CompilingExecutor, parse("{ leaves { text } }"), root(leaves=[leaf()]))
    assert data == "{'leaves': [{'text': 'another'}]}"
    assert counting.begun == 0


async def test_a_field_that_is_not_plain_does_not_keep_the_lists_below_it_from_being_compiled(
    counting: Counting,
) -> None:
    document = parse("{ boxes { method leaves { text } } }")
    boxes = root(boxes=[World(Random(3)).box(number=0, leaves=[leaf()]) for _ in range(3)])
    assert await answer(CompilingExecutor, document, boxes) == await answer(Stock, document, boxes)
    assert (counting.begun, counting.done) == (3, 3)


async def test_middleware_sees_every_field(counting: Counting) -> None:
    def louder(next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        value = next_(source, info, **arguments)
        return f"{value}!" if info.field_name == "text" else value

    data, _ = await answer(CompilingExecutor, parse("{ leaves { text } }"), root(leaves=[leaf()]), None, louder)
    assert data == "{'leaves': [{'text': 'a!'}]}"
    assert counting.begun == 0


@pytest.mark.parametrize(
    "text",
    [
        "{ leaves { text ... @defer { number } } }",
        "{ leaves @stream(initialCount: 1) { text } }",
        "{ __typename ... @defer { leaves { text } } }",
    ],
)
async def test_what_is_delivered_bit_by_bit_stays_with_the_stock_code(counting: Counting, text: str) -> None:
    document, leaves = parse(text), root(leaves=[leaf(), leaf()])
    assert await frames(CompilingExecutor, document, leaves) == await frames(Stock, document, leaves)
    assert counting.begun == 0


async def test_a_completer_is_made_once_it_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    counting, document = Counting(), parse("{ leaves { text } }")
    monkeypatch.setattr(CompilingExecutor, "completers", counting)
    short = root(leaves=[leaf()] * (WORTH_COMPILING - 1))
    await answer(CompilingExecutor, document, short)
    assert counting.begun == 0
    await answer(CompilingExecutor, document, short)
    assert counting.begun == 1


def test_only_so_many_completers_are_kept() -> None:
    completers, kind = Completers(kept=2), SCHEMA._schema.type_map["Leaf"]
    assert isinstance(kind, GraphQLObjectType)
    keys = [(kind, False, ((name, "text", None),)) for name in ("a", "b", "c")]
    made = [completers.get(key, WORTH_COMPILING) for key in keys]
    assert [made[2]([leaf()]), made[1]([leaf()])] == [[{"c": "a"}], [{"b": "a"}]]
    assert [completers.get(key, 0) for key in keys[1:]] == made[1:]
    assert completers.get(keys[0], 0) is None


async def remembered(executor: type[Stock], events: int) -> int:
    """How many selections a subscription remembers after so many events."""
    made: list[Any] = []

    class Watched(executor):  # type: ignore[misc,valid-type]
        def build_per_event_executor(self, payload: object) -> Any:
            made.append(super().build_per_event_executor(payload))
            return made[-1]

    stream: Any = await await_maybe(
        subscribe(
            SCHEMA._schema, parse(f"subscription {{ leaves(times: {events}) {{ text }} }}"), executor_class=Watched
        )
    )
    assert [event.data async for event in stream] == [{"leaves": [{"text": "a"}]}] * events
    return len(made[-1]._relevant_sub_fields)


async def test_a_subscription_does_not_grow_with_its_events() -> None:
    assert [await remembered(CompilingExecutor, 3), await remembered(CompilingExecutor, 30)] == [1, 1]
    assert [await remembered(Stock, 3), await remembered(Stock, 30)] == [3, 30]


async def test_the_seat_map_is_completed_by_a_compiled_function(
    database: Database, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, showtime = asker(database.settings), await make_showtime(rows=15)
    for label, state in {"A1": SeatState.HELD, "B7": SeatState.BOOKED, "P10": SeatState.BOOKED}.items():
        await SeatClaim.create(showtime_id=showtime.id, label=label, state=state)
    ours = await ask(MAP, id=global_id("Showtime", showtime.id))
    assert (counting.begun, counting.done) == (1, 1)
    assert sum(seat["state"] == "AVAILABLE" for seat in ours["data"]["showtime"]["seatMap"]["seats"]) == 147
    monkeypatch.setattr(CompilingExecutor, "complete_list_value", Stock.complete_list_value)
    assert repr(await ask(MAP, id=global_id("Showtime", showtime.id))) == repr(ours)
    assert counting.begun == 1
