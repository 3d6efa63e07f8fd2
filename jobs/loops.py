"""Everything that runs in the background, by name; the composition root supervises each."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import clock
from adapters import Adapters
from adapters.http import Http
from adapters.payments.sandbox import SandboxGateway
from domain.payments import PaymentProvider
from domain.tasks import DeliverSandboxWebhook, RefundPayment, Task
from jobs.worker import Handle, Worker
from models import idempotency, tasks
from resolvers import holds, refunds, sandbox

ANSWERS_KEPT = timedelta(hours=48)
TASKS_KEPT = timedelta(days=7)
AN_HOUR = 3600.0

Loop = Callable[[], Awaitable[None]]


def background_loops(adapters: Adapters, http: Http) -> dict[str, Loop]:
    """The loops of one process; any number of processes may run them at once."""
    settings = adapters.settings
    worker = Worker(handler(adapters, http), settings.sweep_seconds)
    return {
        "jobs.worker": worker.run,
        "jobs.sweep": every(settings.sweep_seconds, sweep),
        "jobs.tidy": every(AN_HOUR, tidy),
    }


def handler(adapters: Adapters, http: Http) -> Handle:
    """What to do for each kind of task."""

    async def handle(task: Task) -> None:
        if isinstance(task, RefundPayment):
            await refunds.carry_out(task.payment_id, adapters.gateways)
        elif isinstance(task, DeliverSandboxWebhook):
            gateway = adapters.gateways.get(PaymentProvider.SANDBOX)
            if isinstance(gateway, SandboxGateway):
                await sandbox.deliver(task.body, gateway, http, adapters.settings.own_address)

    return handle


def every(seconds: float, work: Callable[[], Awaitable[object]]) -> Loop:
    """A loop that works, rests, and works again."""

    async def loop() -> None:
        while True:
            await work()
            await asyncio.sleep(seconds)

    return loop


async def sweep() -> int:
    """Give back the seats of holds that are over, so that viewers see it."""
    return await holds.release_expired(clock.now())


async def tidy() -> None:
    """Drop what nobody will ask for again."""
    await idempotency.forget_before(clock.now() - ANSWERS_KEPT)
    await tasks.forget_finished_before(clock.now() - TASKS_KEPT)
