"""100 signed webhooks a second for a minute, while 50 clients hold, book and start payments.

Two webhooks tell of each paid booking, as Stripe's do, in any order; some say nothing about money. The clients go on
while the yardstick has its minute, so that both share the machine with the same work.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import asyncpg
import orjson

import clock
from bench import http
from bench.figures import Figure, percentile
from bench.holds import pair
from bench.house import House, cpu_of, cpu_of_database, open_house
from bench.maps import content_file, yardstick
from bench.scale import scaled
from bench.unpaid import BOOKINGS_A_SHOW, PRICE, unpaid
from models.payments import Payment
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_objects import charge_object, intent_object, session_object
from tests.doubles.stripe_server import WEBHOOK_SECRET

PER_SECOND = 100
SECONDS = scaled(60, 3)
CLIENTS = scaled(50, 5)
SALE_SECONDS = 2.5  # how often each client begins a sale
CARRIERS = 32
PATIENCE = 120  # seconds until what still waits counts as lost
WEBHOOKS = PER_SECOND * SECONDS
ALONE = scaled(500, 60)  # of these so many come first, while nobody buys
SILENT = WEBHOOKS // 15  # of these so many say nothing about money
BOOKINGS = (WEBHOOKS - SILENT) // 2
HOLD = "mutation H($i: HoldSeatsInput!) { holdSeats(input: $i) { ... on Hold { id } } }"
BOOK = "mutation B($i: CreateBookingInput!) { createBooking(input: $i) { ... on Booking { id } } }"
PAY = "mutation P($i: StartPaymentInput!) { startPayment(input: $i) { ... on Payment { id providerRef } } }"
COUNTS = """
SELECT (SELECT COUNT(*) FROM payment_messages WHERE state = 'APPLIED') AS applied,
 (SELECT COUNT(*) FROM payment_messages WHERE state = 'IGNORED') AS ignored,
 (SELECT COUNT(*) FROM payment_messages WHERE state = 'NEW') AS waiting,
 (SELECT COUNT(*) FROM bookings WHERE status = 'CONFIRMED') AS confirmed"""
APPLIED = """
SELECT EXTRACT(EPOCH FROM applied_at - created_at)::float8 AS seconds FROM payment_messages WHERE state = 'APPLIED'"""


@dataclass
class Sales:
    """What the clients did beside the webhooks."""

    seconds: list[float] = field(default_factory=list)
    pairs: list[Iterator[int]] = field(default_factory=lambda: [count() for _ in range(CLIENTS)])


async def measure() -> dict[str, list[Figure]]:
    """The webhooks at the server's door, then at the yardstick's, both while the clients buy."""
    double = StripeDouble()
    async with double.serving():
        env = {**double.settings_env(), "PAYMENT_PROVIDERS": "STRIPE", "PAYMENT_LOOK_AFTER_SECONDS": "3600"}
        shows = -(-BOOKINGS // BOOKINGS_A_SHOW)
        async with open_house(showtimes=CLIENTS + shows, customers=CLIENTS, env=env, seats=1_976) as house:
            payments = await unpaid(house, CLIENTS, BOOKINGS)
            told, bare = _webhooks(double, payments), _webhooks(double, payments)
            sales, cost = Sales(), await _cost_alone(house, told[:ALONE])
            async with _buying(house, sales):
                ours = await _carry(house.server.port, told[ALONE:])
            busy = len(sales.seconds) / SECONDS, percentile(sales.seconds, 0.99)
            counts, waited = await _results(house)
            with content_file(f"{house.database_url}\n{WEBHOOK_SECRET}".encode()) as file:
                async with yardstick("bench.bare_webhooks", file) as (port, _), _buying(house, sales):
                    theirs = await _carry(port, bare)
    return {TITLE: [*_figures(ours, theirs, counts, waited, busy), *cost]}


async def _cost_alone(house: House, told: Sequence[bytes]) -> list[Figure]:
    """What a webhook and what it brings about take while nobody buys."""
    application, database = cpu_of(house.server.pid), cpu_of_database(house)
    await _carry(house.server.port, told)
    await _results(house)
    application, database = cpu_of(house.server.pid) - application, cpu_of_database(house) - database
    return [
        Figure("CPU of the application per webhook and its effect", application / len(told) * 1000, "ms"),
        Figure("CPU of the database per webhook and its effect", database / len(told) * 1000, "ms"),
    ]


async def _results(house: House) -> tuple[asyncpg.Record, list[float]]:
    """What became of the webhooks once none waits any more: counts, and how long each waited."""
    connection = await asyncpg.connect(house.database_url)
    for _ in range(PATIENCE):
        counts = await connection.fetchrow(COUNTS)
        if not counts["waiting"]:
            break
        await asyncio.sleep(1)
    waited = [row["seconds"] for row in await connection.fetch(APPLIED)]
    await connection.close()
    return counts, waited


TITLE = f"{PER_SECOND} webhooks a second for {SECONDS} seconds, while {CLIENTS} clients hold, book and start payments"
BESIDE = "bare Starlette: verifies, inserts a row with asyncpg"


def _figures(
    ours: Sequence[float],
    theirs: Sequence[float],
    counts: asyncpg.Record,
    waited: Sequence[float],
    busy: tuple[float, float],
) -> list[Figure]:
    lost = WEBHOOKS - counts["applied"] - counts["ignored"]
    return [
        Figure("webhooks answered with 200", float(len(ours)), "", float(WEBHOOKS - ALONE), "sent"),
        Figure("webhooks lost: neither applied nor rightly ignored", float(lost), "", 0.0, "none"),
        Figure("rightly ignored", float(counts["ignored"]), "", float(SILENT), "said nothing about money"),
        Figure("paid bookings CONFIRMED", float(counts["confirmed"]), "", float(BOOKINGS), "paid"),
        Figure("p50 of the answer", _ms(ours, 0.5), "ms", _ms(theirs, 0.5), BESIDE),
        Figure("p99 of the answer", _ms(ours, 0.99), "ms", _ms(theirs, 0.99), BESIDE),
        Figure("p50 from its arrival until it is being applied", _ms(waited, 0.5), "ms"),
        Figure("p99 from its arrival until it is being applied", _ms(waited, 0.99), "ms"),
        Figure("sales brought to the checkout meanwhile", busy[0], "/s", CLIENTS / SALE_SECONDS, "asked for"),
        Figure("p99 of hold, book and startPayment together", busy[1] * 1000, "ms"),
    ]


def _ms(seconds: Sequence[float], share: float) -> float:
    return percentile(seconds, share) * 1000


def _webhooks(double: StripeDouble, payments: Sequence[Payment]) -> list[bytes]:
    """Two of each payment and some of neither, shuffled, signed now."""
    now, dice = clock.now(), random.Random(7)
    double.outbox.clear()
    for number, payment in enumerate(payments):
        intent = intent_object(
            {"amount": 2 * PRICE, "currency": "inr", "metadata": {"payment_id": str(payment.id)}}, now
        )
        intent.update(status="succeeded", amount_received=2 * PRICE, latest_charge=f"ch_{payment.id.hex}")
        item = {"price_data": {"unit_amount": 2 * PRICE, "currency": "inr"}, "quantity": 1}
        session = session_object({"line_items": [item], "mode": "payment", "success_url": "https://bench.test"}, now)
        session.update(id=payment.provider_ref, client_reference_id=str(payment.id), status="complete")
        session.update(payment_intent=intent["id"], payment_status="paid")
        double.tell("payment_intent.succeeded", intent)
        double.tell("checkout.session.completed", session)
        if number < SILENT:
            double.tell("charge.succeeded", charge_object(intent))
    told = [http.post("/webhooks/stripe", webhook.body, webhook.headers) for webhook in double.outbox]
    double.outbox.clear()
    dice.shuffle(told)
    return told


async def _carry(port: int, told: Sequence[bytes]) -> list[float]:
    """Send each at its moment; the seconds from that moment to its answer, so that waiting in line counts."""
    waiting, seconds, began = iter(enumerate(told)), list[float](), time.perf_counter()

    async def carrier() -> None:
        async with http.connection(port) as ask:
            for number, request in waiting:
                due = began + number / PER_SECOND
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await ask(request)
                seconds.append(time.perf_counter() - due)

    await asyncio.gather(*(carrier() for _ in range(CARRIERS)))
    return seconds


@asynccontextmanager
async def _buying(house: House, sales: Sales) -> AsyncIterator[None]:
    """Clients who buy until the block ends, each on a showtime of its own; what one meets ends the measurement."""
    async with asyncio.TaskGroup() as group:
        clients = [group.create_task(_client(house, number, sales)) for number in range(CLIENTS)]
        try:
            yield
        finally:
            for client in clients:
                client.cancel()


async def _client(house: House, number: int, sales: Sales) -> None:
    showtime, token = house.showtime_ids[number], house.tokens[number]
    await asyncio.sleep(SALE_SECONDS * number / CLIENTS)
    async with http.connection(house.server.port) as ask:

        async def told(document: str, **given: object) -> str:
            body = orjson.dumps({"query": document, "variables": {"i": given}})
            answer = orjson.loads(await ask(http.post("/graphql", body, {"Authorization": f"Bearer {token}"})))
            return str(next(iter(answer["data"].values()))["id"])

        for place in sales.pairs[number]:
            began = time.perf_counter()
            hold = await told(HOLD, showtimeId=showtime, seats=pair(place))
            booking = await told(BOOK, holdId=hold)
            await told(PAY, bookingId=booking, provider="STRIPE")
            sales.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, SALE_SECONDS - sales.seconds[-1]))
