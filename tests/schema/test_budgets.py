"""What operations cost: what is made costs what it is estimated at, what is at hand next to nothing, for all processes together."""

import asyncio
from uuid import UUID, uuid4

import pytest
from graphql import GraphQLError, get_introspection_query

from adapters.limiter import Limiter, MemoryLimiter, SharedLimiter
from domain.attempts import Allowance
from domain.wrong_calls import RateLimited
from schema.budgets import FREE, Budgets, Purse
from schema.calls import Call
from schema.ids import global_id
from settings import Settings
from tests.databases import Database
from tests.factories.sale import open_sale
from tests.factories.users import actor_of, make_customer
from tests.schema.asking import asker, codes, context_of

pytestmark = pytest.mark.usefixtures("new_window")

ANA = UUID(int=1)
MOVIES = "query($n: Int) { movies(first: $n) { nodes { id title } } }"


class Counting:
    """A purse that is never empty, and remembers."""

    def __init__(self) -> None:
        self.paid: list[int] = []

    async def pay(self, points: int) -> None:
        self.paid.append(points)


class Asked:
    """A limiter, and how often it was asked."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter, self.times = limiter, 0

    async def take(self, allowance: Allowance, *who: str, amount: int = 1) -> float:
        self.times += 1
        return await self._limiter.take(allowance, *who, amount=amount)

    async def close(self) -> None:
        await self._limiter.close()


def budgets(limiter: Limiter, points: int = 1_000, **more: bool) -> Budgets:
    return Budgets(Settings(_env_file=None, cost_per_minute=points, **more), limiter)


async def spent(purse: Purse, points: int, times: int) -> int:
    """How many of so many operations could be paid for."""
    paid = 0
    for _ in range(times):
        try:
            await purse.pay(points)
            paid += 1
        except RateLimited:
            pass
    return paid


@pytest.mark.once
@pytest.mark.parametrize("points", [1, 7, 30, 100, 999, 1_000])
async def test_the_minute_is_used_up_to_the_last_point_and_no_further(points: int) -> None:
    purse = budgets(MemoryLimiter()).of_person(ANA)
    assert 1_000 - 1_000 // 10 <= await spent(purse, points, 1_500) * points <= 1_000 or points > 500
    assert await spent(purse, points, 1) == 0


@pytest.mark.once
async def test_an_address_has_five_times_as_much_and_everybody_their_own() -> None:
    shared = budgets(MemoryLimiter())
    assert await spent(shared.of_address("192.0.2.1"), 100, 99) == 50
    assert await spent(shared.of_address("192.0.2.2"), 100, 99) == 50
    assert await spent(shared.of_person(ANA), 100, 99) == 10
    assert await spent(shared.of_person(uuid4()), 100, 99) == 10


@pytest.mark.once
async def test_what_is_dearer_than_a_minute_can_be_had_once() -> None:
    purse = budgets(MemoryLimiter()).of_person(ANA)
    assert await spent(purse, 5_000, 3) == 1


@pytest.mark.once
async def test_the_limiter_is_asked_a_few_times_a_minute() -> None:
    asked = Asked(MemoryLimiter())
    assert await spent(budgets(asked).of_person(ANA), 1, 1_000) == 1_000
    assert asked.times == 10


@pytest.mark.once
async def test_two_processes_share_a_minute(redis_url: str) -> None:
    limiters = [SharedLimiter(redis_url, patience=5.0) for _ in range(2)]
    purses = [budgets(limiter).of_person(ANA) for limiter in limiters]
    paid = await asyncio.gather(*(spent(purse, 10, 100) for purse in purses))
    assert 90 <= sum(paid) <= 110, "a tenth too much at most"
    for limiter in limiters:
        await limiter.close()


@pytest.mark.once
async def test_off_costs_nothing() -> None:
    free = budgets(MemoryLimiter(), 1, rate_limits=False)
    assert free.of_person(ANA) is FREE
    assert await spent(free.of_address("192.0.2.1"), 1_000, 100) == 100


async def test_an_answer_is_paid_for_when_it_is_made_and_hardly_when_it_is_kept(database: Database) -> None:
    calls, purse = asker(database.settings).calls, Counting()
    operation = await calls.read(Call(MOVIES, {"n": 50}, None), purse)
    reading = purse.paid.pop()
    assert reading == len(MOVIES) // 10
    for _ in range(3):
        assert await calls.find(operation, purse) is not None
    assert purse.paid == [1 + 50 * 3, 1, 1]
    await calls.read(Call(MOVIES, {"n": 7}, None), purse)
    assert purse.paid.pop() == 0, "this document is known"


async def test_who_cannot_pay_gets_nothing_made(database: Database) -> None:
    calls = asker(database.settings).calls
    purse = budgets(MemoryLimiter(), 100).of_person(ANA)
    operation = await calls.read(Call(MOVIES, {"n": 100}, None))
    assert await calls.find(operation, purse) is not None  # dearer than the whole minute: once
    other = await calls.read(Call(MOVIES, {"n": 99}, None))
    with pytest.raises(GraphQLError) as refused:
        await calls.find(other, purse)
    assert isinstance(refused.value.original_error, RateLimited)
    assert calls.answers_given["made"] == 1


async def test_a_mutation_is_paid_for_before_it_begins(database: Database) -> None:
    sale, ask = await open_sale(database.settings), asker(database.settings)
    document = "mutation($i: HoldSeatsInput!) { holdSeats(input: $i) { __typename ... on Hold { id seats } } }"
    given = {"i": {"showtimeId": global_id("Showtime", sale.showtime.id), "seats": ["A1"]}}
    operation = await ask.calls.read(Call(document, given, None))
    counting = Counting()
    actor = actor_of(await make_customer())
    broke = budgets(MemoryLimiter(), 1).of_person(ANA)
    await broke.pay(1)
    refused = await ask.calls.answer(operation, context_of(ask.adapters, actor, None), broke)
    assert codes(refused) == ["RATE_LIMITED"]
    assert "data" not in refused
    assert await sale.state_of("A1") == {"AVAILABLE"}
    await ask.calls.answer(operation, context_of(ask.adapters, actor, None), counting)
    assert counting.paid == [4]
    assert await sale.state_of("A1") == {"HELD"}


async def test_to_be_told_the_whole_schema_costs_more_than_the_question_looks(database: Database) -> None:
    calls, purse = asker(database.settings).calls, Counting()
    operation = await calls.read(Call(get_introspection_query(), {}, None))
    await calls.answer(operation, context_of(asker(database.settings).adapters, None, None), purse)
    assert 3_000 < purse.paid[0] < 6_000
    small = await calls.read(Call("{ __typename }", {}, None))
    await calls.answer(small, context_of(asker(database.settings).adapters, None, None), purse)
    assert purse.paid[1] == 1
