"""The queue loses nothing, gives each task to one worker at a time, and gives it again when that worker has died."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.tasks import CarryOutRefund, DeliverSandboxWebhook
from models import tasks
from models.tasks import QueuedTask, TakenTask

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=20)


def task(number: int) -> CarryOutRefund:
    return CarryOutRefund(UUID(int=number))


async def taken(now: datetime) -> TakenTask:
    found = await tasks.take(now, LEASE)
    assert found is not None
    return found


async def test_a_task_comes_back_as_it_was_written() -> None:
    webhook = DeliverSandboxWebhook('{"amount": "12.50", "name": "Góc \\u0000 \'; --"}')
    await tasks.enqueue(webhook, NOW, NOW)
    found = await taken(NOW)
    assert (found.task, found.attempts) == (webhook, 1)
    row = await QueuedTask.get()
    assert (row.id, row.created_at, row.finished_at) == (found.id, NOW, None)


async def test_a_task_is_due_at_its_moment_and_not_before() -> None:
    await tasks.enqueue(task(1), NOW + SECOND, NOW)
    assert await tasks.take(NOW, LEASE) is None
    assert await tasks.take(NOW + SECOND - INSTANT, LEASE) is None
    assert (await taken(NOW + SECOND)).task == task(1)


async def test_the_task_that_waits_longest_is_taken_first() -> None:
    for number, late in ((1, 3), (2, 1), (3, 2)):
        await tasks.enqueue(task(number), NOW - late * SECOND, NOW)
    assert [(await taken(NOW)).task for _ in range(3)] == [task(1), task(3), task(2)]
    assert await tasks.take(NOW, LEASE) is None


async def test_a_task_that_is_done_is_never_taken_again() -> None:
    await tasks.enqueue(task(1), NOW, NOW)
    found = await taken(NOW)
    await tasks.finish(found.id, NOW + SECOND)
    assert await tasks.take(NOW + timedelta(days=1), LEASE) is None
    assert (await QueuedTask.get()).finished_at == NOW + SECOND


async def test_a_task_whose_worker_died_is_due_again_when_its_lease_is_over() -> None:
    await tasks.enqueue(task(1), NOW, NOW)
    await taken(NOW)
    assert await tasks.take(NOW + LEASE - INSTANT, LEASE) is None
    again = await taken(NOW + LEASE)
    assert (again.task, again.attempts) == (task(1), 2)


async def test_a_task_that_failed_waits_and_says_why() -> None:
    await tasks.enqueue(task(1), NOW, NOW)
    found = await taken(NOW)
    await tasks.retry(found.id, NOW + 5 * SECOND, "x" * 3_000)
    row = await QueuedTask.get()
    assert (row.attempts, row.last_error, row.run_at) == (1, "x" * 2_000, NOW + 5 * SECOND)
    assert await tasks.take(NOW + 4 * SECOND, LEASE) is None
    again = await taken(NOW + 5 * SECOND)
    assert again.attempts == 2
    await tasks.finish(again.id, NOW + 6 * SECOND)
    assert (await QueuedTask.get()).last_error is None


async def test_fifty_tasks_and_ten_workers_at_once_each_task_is_taken_once() -> None:
    for number in range(50):
        await tasks.enqueue(task(number), NOW, NOW)
    done: list[CarryOutRefund] = []

    async def work() -> None:
        while (found := await tasks.take(NOW, LEASE)) is not None:
            done.append(found.task)
            await tasks.finish(found.id, NOW)

    await asyncio.gather(*(work() for _ in range(10)))
    assert sorted(found.refund_id.int for found in done) == list(range(50))
    assert await QueuedTask.filter(finished_at=None).count() == 0


async def test_what_is_done_is_forgotten_after_a_while_and_what_is_not_done_never() -> None:
    for number in range(3):
        await tasks.enqueue(task(number), NOW, NOW)
    for late in (0, 2):
        await tasks.finish((await taken(NOW)).id, NOW + late * SECOND)
    assert await tasks.forget_finished_before(NOW + SECOND) == 1
    assert await tasks.forget_finished_before(NOW + timedelta(days=9)) == 1
    (left,) = await QueuedTask.all()
    assert left.finished_at is None
