"""The worker: each task once, what fails again later, what was dropped picked up."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from domain.tasks import CarryOutRefund, Task
from jobs.worker import LEASE, Worker
from models import tasks
from models.base import sql
from models.tasks import QueuedTask
from resolvers.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("database")


async def queue(count: int) -> list[CarryOutRefund]:
    made = [CarryOutRefund(uuid4()) for _ in range(count)]
    async with unit_of_work() as work:
        for task in made:
            await work.enqueue(task)
    return made


async def test_two_workers_do_each_task_once() -> None:
    made, done = await queue(60), Counter[Task]()

    async def handle(task: Task) -> None:
        await asyncio.sleep(0)
        done[task] += 1

    counts = await asyncio.gather(*(Worker(handle, 1).drain() for _ in range(4)))
    assert done == Counter(made)
    assert sum(counts) == 60
    assert await QueuedTask.filter(finished_at=None).count() == 0


async def test_a_task_is_done_when_it_is_committed_without_waiting_for_the_next_look() -> None:
    done = asyncio.Event()

    async def handle(task: Task) -> None:
        done.set()

    working = asyncio.create_task(Worker(handle, idle_seconds=3600).run())
    await asyncio.sleep(0.1)
    await queue(1)
    async with asyncio.timeout(5):
        await done.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_a_failed_task_comes_back_later_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    await queue(1)
    attempts = 0

    async def handle(task: Task) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 4:
            raise ConnectionError("the provider is away")

    worker, start = Worker(handle, 1), clock.now()
    for elapsed, expected in ((0, 1), (0.5, 1), (1.5, 2), (2.5, 2), (4.5, 3), (14, 4), (400, 4)):
        moment = start + timedelta(seconds=elapsed)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        await worker.drain()
        assert attempts == expected, elapsed
    (row,) = await QueuedTask.all()
    assert (row.attempts, row.last_error, row.finished_at is not None) == (4, None, True)


async def test_what_a_dead_worker_had_in_hand_is_due_again_after_its_lease() -> None:
    (made,) = await queue(1)
    now = clock.now()
    assert await tasks.take(now, LEASE) is not None
    assert await tasks.take(now + LEASE / 2, LEASE) is None
    again = await tasks.take(now + LEASE, LEASE)
    assert again is not None
    assert (again.task, again.attempts) == (made, 2)


async def test_a_task_of_a_kind_nobody_knows_stops_no_other() -> None:
    await queue(1)
    await sql("UPDATE tasks SET kind = 'from-another-release'")
    (known,) = await queue(1)
    done: list[Task] = []

    async def handle(task: Task) -> None:
        done.append(task)

    await Worker(handle, 1).drain()
    assert done == [known]
    odd = await QueuedTask.get(kind="from-another-release")
    assert odd.finished_at is None
    assert "from-another-release" in str(odd.last_error)


async def test_a_stopping_worker_finishes_what_it_has_in_hand() -> None:
    await queue(1)
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handle(task: Task) -> None:
        begun.set()
        await go_on.wait()
        ended.set()

    working = asyncio.create_task(Worker(handle, 1).run())
    await begun.wait()
    working.cancel()
    await asyncio.sleep(0.05)
    assert not working.done()
    go_on.set()
    await asyncio.gather(working, return_exceptions=True)
    assert ended.is_set()
    assert (await QueuedTask.get()).finished_at is not None
