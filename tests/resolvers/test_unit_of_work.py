"""One transaction: what it writes, what it has done later and what it tells stand or fall together."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings as generated, strategies as st

import clock
from domain.access import Actor
from domain.events import BookingChange, Event, SessionEnd
from domain.problems import IdempotencyConflict, Problem
from domain.tasks import CarryOutRefund
from domain.wrong_calls import BadUserInput, Unauthenticated
from models.idempotency import IdempotencyAnswer
from models.tasks import QueuedTask
from resolvers import unit_of_work as module, wake
from resolvers.unit_of_work import fingerprint_of, unit_of_work
from tests.databases import Database
from tests.factories.users import actor_of, make_customer
from tests.thoroughness import tries

FIRST, SECOND = BookingChange(UUID(int=1), 0, 1), BookingChange(UUID(int=2), 4, 5)
TASK = CarryOutRefund(UUID(int=3))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """What happened outside, in order: the end of the transaction, what was told, who was woken."""
    happened: list[object] = []
    in_transaction = module.in_transaction

    @asynccontextmanager
    async def watched() -> AsyncIterator[None]:
        try:
            async with in_transaction():
                yield
        except BaseException:
            happened.append("rolled back")
            raise
        happened.append("committed")

    monkeypatch.setattr(module, "in_transaction", watched)
    monkeypatch.setattr(module.live, "announce", happened.append)
    monkeypatch.setattr(module.sessions, "ended", lambda session_id: happened.append(("session", session_id)))
    stop_listening = wake.listen(lambda: happened.append("woken"))
    yield happened
    stop_listening()


async def test_it_tells_and_wakes_after_the_commit_and_in_order(database: Database, course: list[object]) -> None:
    async with unit_of_work() as work:
        work.announce(FIRST)
        await work.enqueue(TASK)
        work.announce(SECOND)
        assert course == []
    assert course == ["committed", FIRST, SECOND, "woken"]
    assert [(task.kind, task.run_at) for task in await QueuedTask.all()] == [("carry-out-refund", work.now)]


async def test_nobody_is_woken_for_nothing(database: Database, course: list[object]) -> None:
    async with unit_of_work() as work:
        work.announce(FIRST)
    assert course == ["committed", FIRST]


async def test_a_session_that_ended_is_told_apart(database: Database, course: list[object]) -> None:
    async with unit_of_work() as work:
        work.announce(SessionEnd(UUID(int=9)))
        work.announce(FIRST)
    assert course == ["committed", ("session", UUID(int=9)), FIRST]


@pytest.mark.parametrize("reason", [Problem(), ZeroDivisionError(), KeyboardInterrupt()])
async def test_whatever_goes_wrong_nothing_is_written_told_or_left_to_do(
    database: Database, course: list[object], reason: BaseException
) -> None:
    async def fail() -> None:
        async with unit_of_work() as work:
            await make_customer()
            await work.enqueue(TASK)
            work.announce(FIRST)
            raise reason

    with pytest.raises(type(reason)):
        await fail()
    assert course == ["rolled back"]
    assert await QueuedTask.all().count() == 0


async def test_a_commit_that_fails_is_not_told(
    database: Database, course: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_transaction = module.in_transaction

    @asynccontextmanager
    async def doomed() -> AsyncIterator[None]:
        async with in_transaction():
            yield
            raise ConnectionError("the database went away with the commit")

    async def write() -> None:
        async with unit_of_work() as work:
            await work.enqueue(TASK)
            work.announce(FIRST)

    monkeypatch.setattr(module, "in_transaction", doomed)
    with pytest.raises(ConnectionError):
        await write()
    assert course == ["rolled back"]
    assert await QueuedTask.all().count() == 0


async def test_it_knows_one_time_only(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    async with unit_of_work() as work:
        monkeypatch.setattr(clock, "now", lambda: moment + timedelta(hours=1))
        await work.enqueue(TASK)
        await work.enqueue(TASK, at=moment + timedelta(minutes=5))
    assert work.now == moment
    tasks = await QueuedTask.all().order_by("run_at")
    assert [(task.created_at, task.run_at) for task in tasks] == [
        (moment, moment),
        (moment, moment + timedelta(minutes=5)),
    ]


async def test_without_a_key_nothing_is_remembered(database: Database) -> None:
    async with unit_of_work() as work:
        assert await work.once(Actor.anonymous(), "holdSeats", None, [], uuid4()) is None
    assert await IdempotencyAnswer.all().count() == 0


async def test_a_key_is_remembered_for_its_person_and_mutation(database: Database) -> None:
    ana, ben = [actor_of(await make_customer()) for _ in range(2)]
    first, second, third = uuid4(), uuid4(), uuid4()
    async with unit_of_work() as work:
        assert await work.once(ana, "holdSeats", "k", ["A1"], first) is None
        assert await work.once(ben, "holdSeats", "k", ["B1"], second) is None
        assert await work.once(ana, "createBooking", "k", ["C1"], third) is None
    async with unit_of_work() as work:
        assert await work.once(ana, "holdSeats", "k", ["A1"], uuid4()) == first
        assert await work.once(ben, "holdSeats", "k", ["B1"], uuid4()) == second
        assert await work.once(ana, "createBooking", "k", ["C1"], uuid4()) == third
        with pytest.raises(IdempotencyConflict):
            await work.once(ana, "holdSeats", "k", ["B1"], uuid4())


async def test_a_key_needs_a_person_and_a_length(database: Database) -> None:
    ana = actor_of(await make_customer())
    async with unit_of_work() as work:
        for nobody in (Actor.anonymous(), Actor.system()):
            with pytest.raises(Unauthenticated):
                await work.once(nobody, "holdSeats", "k", [], uuid4())
        for key in ("", "k" * 256, "a\0b", "\ud800", "line\n"):
            with pytest.raises(BadUserInput, match="between 1 and 255"):
                await work.once(ana, "holdSeats", key, [], uuid4())
        assert await work.once(ana, "holdSeats", "é" * 255, [], uuid4()) is None


@pytest.mark.once
@generated(max_examples=tries(200, thorough=2_000), deadline=None)
@given(VALUES, VALUES)
def test_the_same_input_has_the_same_fingerprint_and_another_has_another(one: object, other: object) -> None:
    again = json.loads(json.dumps(one))
    assert fingerprint_of([one]) == fingerprint_of([again])
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint_of([one]) == fingerprint_of([other])) is same


@pytest.mark.once
def test_the_order_of_names_does_not_matter_to_a_fingerprint_but_that_of_seats_does() -> None:
    showtime = uuid4()
    assert fingerprint_of({"a": 1, "b": showtime}) == fingerprint_of({"b": showtime, "a": 1})
    assert fingerprint_of([showtime, ["A1", "A2"]]) != fingerprint_of([showtime, ["A2", "A1"]])


async def test_listeners_may_leave_and_are_woken_no_more() -> None:
    woken: list[Event | str] = []
    stop_listening = wake.listen(lambda: woken.append("one"))
    wake.up()
    stop_listening()
    stop_listening()
    wake.up()
    assert woken == ["one"]
