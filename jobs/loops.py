"""Everything that runs in the background, by name; the composition root supervises each."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import clock
from adapters import Adapters
from adapters.payments.sandbox import SandboxGateway
from domain.payments import PaymentProvider
from domain.tasks import (
    CarryOutRefund,
    CloseOffer,
    DeliverSandboxWebhook,
    SendCode,
    SendInvitation,
    SendNotice,
    Task,
)
from jobs.worker import Handle, Lanes, Worker
from models import idempotency, tasks
from models.users import Session
from resolvers import auditor, codes, holds, inbox, letters, offers, reconciler, refunds, sandbox, second_factors
from resolvers.refunds import Gateways
from resolvers.settlement import House

ANSWERS_KEPT = timedelta(hours=48)
CODES_KEPT = timedelta(days=2)  # a day more than the limits look back
TASKS_KEPT = timedelta(days=7)
SESSIONS_KEPT = timedelta(days=90)
AN_HOUR = 3600.0
RESTS = 50

Loop = Callable[[], Awaitable[None]]


def background_loops(adapters: Adapters) -> dict[str, Loop]:
    """The loops of one process; any number of processes may run them at once."""
    settings, gateways = adapters.settings, adapters.gateways
    house = House(adapters.ticket_codes, holds.terms(settings))
    worker = Worker(handler(adapters), settings.sweep_seconds)
    return {
        "jobs.worker": worker.run,
        "payments.inbox": Lanes(lambda: inbox.apply_next(house), settings.sweep_seconds).run,
        "payments.look": every(settings.payment_look_seconds, lambda: reconciler.look(gateways, house)),
        "payments.recent": every(
            settings.payment_recent_seconds, lambda: reconciler.find_unheard(gateways, house, clock.now())
        ),
        "payments.audit": after_each(settings.audit_seconds, auditor.watch),
        "jobs.sweep": every(settings.sweep_seconds, sweep),
        "jobs.tidy": every(AN_HOUR, tidy),
        "jobs.seal-again": every(AN_HOUR, lambda: second_factors.seal_again(adapters)),
    }


def handler(adapters: Adapters) -> Handle:
    """What to do for each kind of task."""
    of_the_sale, of_letters = handler_of(adapters.gateways), handler_of_letters(adapters)

    async def handle(task: Task) -> None:
        if isinstance(task, DeliverSandboxWebhook):
            gateway = adapters.gateways.get(PaymentProvider.SANDBOX)
            if isinstance(gateway, SandboxGateway):
                await sandbox.deliver(task.body, gateway, adapters.http, adapters.settings.own_address)
        elif isinstance(task, SendCode | SendNotice | SendInvitation):
            await of_letters(task)
        else:
            await of_the_sale(task)

    return handle


def handler_of_letters(adapters: Adapters) -> Callable[[SendCode | SendNotice | SendInvitation], Awaitable[None]]:
    """What to do for each kind of task that writes to somebody."""

    async def handle(task: SendCode | SendNotice | SendInvitation) -> None:
        if isinstance(task, SendCode):
            await letters.send_code(task, adapters)
        elif isinstance(task, SendNotice):
            await letters.send_notice(task, adapters)
        else:
            await letters.send_invitation(task, adapters)

    return handle


def handler_of(gateways: Gateways) -> Handle:
    """What to do for each kind of task of the sale."""

    async def handle(task: Task) -> None:
        if isinstance(task, CarryOutRefund):
            await refunds.carry_out(task.refund_id, gateways)
        elif isinstance(task, CloseOffer):
            await offers.close(task.offer_id)

    return handle


def every(seconds: float, work: Callable[[], Awaitable[object]]) -> Loop:
    """A loop that works, rests, and works again."""

    async def loop() -> None:
        while True:
            await work()
            await asyncio.sleep(seconds)

    return loop


def after_each(seconds: float, work: Callable[[], Awaitable[object]]) -> Loop:
    """A loop that rests before it works: what a stop has left undone is done by the others first.

    It rests at least fifty times as long as it worked, so that work which grows with the books never takes much of a core.
    """

    async def loop() -> None:
        now, took = asyncio.get_running_loop().time, 0.0
        while True:
            await asyncio.sleep(max(seconds, RESTS * took))
            began = now()
            await work()
            took = now() - began

    return loop


async def sweep() -> int:
    """Give back the seats of holds that are over, so that viewers see it."""
    return await holds.release_expired(clock.now())


async def tidy() -> None:
    """Drop what nobody will ask for again."""
    await idempotency.forget_before(clock.now() - ANSWERS_KEPT)
    await tasks.forget_finished_before(clock.now() - TASKS_KEPT)
    await codes.forget_before(clock.now() - CODES_KEPT)
    await Session.forget_before(clock.now() - SESSIONS_KEPT)
