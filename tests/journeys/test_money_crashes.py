"""SIGKILL anywhere between hold and refund, webhooks lost, doubled and out of order: each captured cent has its one end.

`MONEY_CRASHES=200` kills the server so often; the seed of a run that fails is in its message.
"""

import asyncio
import logging
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from domain.money import Money
from domain.payments import PaymentProvider
from tests.journeys.books import at_provider, auditor_agrees, books_are_clean, summary, unfinished
from tests.journeys.house import open_house
from tests.journeys.people import Answer, Person, a_customer
from tests.journeys.tills import IMPATIENT, Till, open_till, send
from tests.money.bank import CURRENCIES, FAILURE, less
from tests.servers import Server, StartServer

RUNS = -(-int(os.environ.get("MONEY_CRASHES", "6")) // len(CURRENCIES))
FIRST_SEED = int(os.environ.get("MONEY_SEED", "1"))
CUSTOMERS = 3
HASTY = {
    "HOLD_MINUTES": "0.04",
    "PAYMENT_GRACE_MINUTES": "0.03",
    "PAYMENT_LOOK_AFTER_SECONDS": "0.3",
    "PAYMENT_LOOK_SECONDS": "0.2",
    "PAYMENT_RECENT_SECONDS": "0.5",
    "GATEWAY_SECONDS": "3",
    "AUDIT_SECONDS": "0.3",
    "SEAT_RULES": "",
}
LIST = "{ showtimes(first: 100) { nodes { id } } }"
REST_SECONDS = 40.0
Dice = random.Random
log = logging.getLogger(__name__)


@dataclass
class Courier:
    """Carries webhooks, badly: some never arrive, some twice, none in order. A provider repeats what was not taken."""

    till: Till
    server: Server
    dice: Dice
    bag: list[object] = field(default_factory=list)
    is_over: bool = False

    async def run(self) -> None:
        """Carry until it is over and the bag is empty; cancelled, it would leave one between here and the server."""
        while not self.is_over or self.bag or self.till.double.outbox:
            await asyncio.sleep(self.dice.uniform(0, 0.1))
            await self.go()

    async def go(self) -> None:
        """Carry what there is."""
        fresh, self.till.double.outbox = list(self.till.double.outbox), []
        for webhook in fresh:
            self.bag += [webhook] * self.dice.choice((0, 1, 1, 2))
        self.dice.shuffle(self.bag)
        for webhook in [self.bag.pop() for _ in range(len(self.bag))]:
            try:
                taken = (await send(self.server, self.till.door, webhook)).status_code == 200
            except httpx2.HTTPError:
                taken = False
            if not taken:
                self.bag.append(webhook)


@dataclass
class Shopper:
    """Buys two seats in one of many ways; may be told to begin again, and then repeats what they did."""

    person: Person
    till: Till
    dice: Dice
    showtime: str
    has_paid: bool = False

    def __post_init__(self) -> None:
        first = 2 * self.dice.randrange(3) + 1
        self.seats = [f"A{first}", f"A{first + 1}"]
        self.pays = self.dice.choice(WAYS_TO_PAY)
        self.returns = self.dice.random() < 0.5
        self.cancels = self.dice.random() < 0.3
        self.dawdles = self.dice.choice((0, 0, 0, 0.3, 2.5))

    async def shop(self) -> None:
        """Hold, book, pay, perhaps come back, perhaps cancel; ends where the house says no."""
        hold = await self.person.hold(self.showtime, self.seats, key="hold")
        if hold["__typename"] != "Hold":
            return
        booking = await self.person.book(hold["id"], key="book")
        if booking["__typename"] != "Booking":
            return
        payment = await self.till.start(self.person, booking["id"], idempotencyKey="pay")
        if payment["__typename"] != "Payment" or payment["providerRef"] is None:
            return
        await self.go_and_pay(payment)
        if self.returns and self.has_paid:
            answer = await self.till.come_back(self.person.server, payment)
            assert answer.status_code in (303, 400), answer.text
        if self.cancels:
            await self.person.cancel(booking["id"], key="cancel")

    async def go_and_pay(self, payment: Answer) -> None:
        """Do at the provider's what this payer does there, once."""
        if self.has_paid:
            return
        await asyncio.sleep(self.dawdles)
        self.has_paid = self.pays is not leave
        await self.pays(self.till, self.till.go_to_checkout(payment), payment)


async def pay(till: Till, ref: str, payment: Answer) -> None:
    await till.double.pay(ref)


async def pay_twice(till: Till, ref: str, payment: Answer) -> None:
    """Where the provider lets a payer do that."""
    if till.provider is PaymentProvider.STRIPE:
        await till.double.pay_twice(ref)
    else:
        await till.double.pay(ref)
    if till.provider is PaymentProvider.RAZORPAY:
        await till.double.pay(ref)


async def pay_too_little(till: Till, ref: str, payment: Answer) -> None:
    await till.double.pay(ref, amount=less(Money.parse(payment["amount"]["amount"], till.currency)))


async def fail_first(till: Till, ref: str, payment: Answer) -> None:
    """A declined card, and then one that is not."""
    await (till.double.decline if till.provider is PaymentProvider.STRIPE else till.double.fail)(ref)
    if till.provider is not PaymentProvider.VNPAY:  # which ends a payment with its first failure
        await till.double.pay(ref)


async def take_time(till: Till, ref: str, payment: Answer) -> None:
    """A method whose money comes later."""
    await till.double.process(ref)
    await till.double.pay(ref)


async def leave(till: Till, ref: str, payment: Answer) -> None:
    """Look at the page and go."""


WAYS_TO_PAY = (pay, pay, pay, pay, pay, pay_twice, pay_too_little, fail_first, take_time, leave)


@pytest.mark.parametrize("provider", CURRENCIES)
async def test_killed_anywhere_no_money_is_lost(
    provider: PaymentProvider, database_url: str, live_url: str, tmp_path: Path, start_server: StartServer
) -> None:
    await open_house(database_url, RUNS, CURRENCIES[provider])
    async with (
        open_till(provider) as till,
        start_server(
            database_url=database_url,
            redis_url=live_url,
            env={**HASTY, **till.env},
            arguments=[IMPATIENT],
            directory=tmp_path,
        ) as server,
    ):
        showtimes = (await Person(server).ask(LIST))["showtimes"]["nodes"]
        assert len(showtimes) == RUNS
        for number, showtime in enumerate(showtimes):
            seed = FIRST_SEED + number
            try:
                await one_evening(server, till, showtime["id"], Dice(seed), tmp_path / "fuse")
                await until_at_rest(database_url, till)
                await books_are_clean(database_url, till)
            except Exception as problem:
                problem.add_note(f"MONEY_SEED={seed} {server.log()[-4_000:]}")
                raise
        assert len(at_provider(till)) >= RUNS  # the control: money has moved
        await auditor_agrees(server)
        log.info("%s: %s", provider.value, await summary(database_url))


async def one_evening(server: Server, till: Till, showtime: str, dice: Dice, fuse: Path) -> None:
    """Some customers at once; the server dies somewhere, perhaps once more while it recovers; who wants comes back."""
    if dice.random() < 0.2 and not till.double.refund_outcomes:  # three failures in a row are for staff
        till.double.refund_outcomes.append(FAILURE[till.provider])
    shoppers = [Shopper(await a_customer(server), till, Dice(dice.random()), showtime) for _ in range(CUSTOMERS)]
    async with courier(Courier(till, server, Dice(dice.random()))):
        everybody = list(shoppers)
        for _ in range(dice.choice((1, 1, 2))):
            fuse.write_text(f"{dice.choice(('before', 'after'))} {dice.choice(FUSES)}")  # noqa: ASYNC240  # a test may block
            await asyncio.gather(*(persist(shopper) for shopper in everybody))
            await until_dead(server, dice.uniform(0, 1))
            fuse.unlink()  # noqa: ASYNC240
            await server.restart()
            everybody = [shopper for shopper in shoppers if dice.random() < 0.6]
        await asyncio.gather(*(shopper.shop() for shopper in everybody))


FUSES = [*(f"commit {number}" for number in range(1, 25)), *(f"call {number}" for number in range(1, 7))]


async def persist(shopper: Shopper) -> None:
    """Shop until the server dies."""
    with suppress(httpx2.HTTPError):
        await shopper.shop()


async def until_dead(server: Server, seconds: float) -> None:
    """Wait for the fuse so long, then pull the plug."""
    for _ in range(int(seconds / 0.02)):
        if not server.running:
            return
        await asyncio.sleep(0.02)


@asynccontextmanager
async def courier(worker: Courier) -> AsyncIterator[None]:
    """Webhooks are carried while the block lasts; what is in the bag then comes at last."""
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        try:
            yield
        finally:
            worker.is_over = True


async def until_at_rest(database_url: str, till: Till) -> None:
    """Wait until the house has heard of everything, and has nothing left to do."""
    ends = time.monotonic() + REST_SECONDS
    while busy := await unfinished(database_url, till):
        till.double.outbox.clear()  # from here on every webhook is lost
        assert time.monotonic() < ends, busy
        await asyncio.sleep(0.1)
