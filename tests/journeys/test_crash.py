"""SIGKILL at every commit of a sale: nothing is lost, nothing is half done, and repeating finishes it."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import suppress
from pathlib import Path

import asyncpg
import httpx2
import pytest

from tests.journeys.conftest import open_house
from tests.journeys.people import Answer, Person, a_customer, map_of, states
from tests.servers import Server, started_server

CRASHING = str(Path(__file__).with_name("crash_server.py"))
ENV = {"HOLD_MINUTES": "0.5", "JOBS": "true"}
LIST = "{ showtimes(first: 1) { nodes { id } } }"
SEATS = ["E5", "E6"]
# Hold, booking, payment, its checkout, the decision, two webhooks, the cancellation, the refund. What has been done
# after one commit is what has been done before the next, so each is visited once.
MOMENTS = [("before", 1), *(("after", number) for number in range(1, 10))]


class Died(Exception):
    """The server was killed before it answered."""


async def sell(ana: Person, showtime: str) -> Answer:
    """Hold, book, pay, cancel: every step with its key, so that it may be repeated whole."""
    hold = await ana.hold(showtime, SEATS, key="hold")
    assert hold["__typename"] == "Hold", hold
    booking = await ana.book(hold["id"], key="book")
    assert booking["__typename"] == "Booking", booking
    payment = await ana.pay(booking["id"], key="pay")
    assert payment["__typename"] == "Payment", payment
    await ana.at_checkout(payment["checkoutUrl"])
    return booking


async def sell_and_cancel(ana: Person, showtime: str) -> Answer:
    booking = await sell(ana, showtime)
    await settled(ana, booking["id"])
    return await ana.cancel(booking["id"], key="cancel")


async def settled(ana: Person, booking_id: str, seconds: float = 30.0, *, refunded: bool = False) -> Answer:
    """The booking once its money has come to rest; a lease or a retry may have to pass first."""
    wanted = ("REFUNDED",) if refunded else ("SUCCEEDED", "REFUNDED")
    async with asyncio.timeout(seconds):
        for _ in range(int(seconds * 20)):
            booking = await ana.booking(booking_id)
            paid = [payment["status"] for payment in booking["payments"]]
            if booking["status"] in ("CONFIRMED", "CANCELLED") and paid[-1] in wanted:
                return booking
            await asyncio.sleep(0.05)
    raise AssertionError(booking)


async def rows(database_url: str, statement: str) -> list[tuple[object, ...]]:
    """What the database says, asked past the server."""
    if database_url.startswith("sqlite"):
        with sqlite3.connect(database_url.removeprefix("sqlite://")) as connection:
            found = connection.execute(statement).fetchall()
        connection.close()
        return [tuple(row) for row in found]
    connection = await asyncpg.connect(database_url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def check_books(database_url: str) -> None:
    """Each claim has an owner, each confirmed booking its money and tickets, each version its row."""
    orphans = await rows(
        database_url,
        "SELECT c.label FROM seat_claims c LEFT JOIN holds h ON h.id = c.hold_id LEFT JOIN bookings b"
        " ON b.id = c.booking_id WHERE COALESCE(b.status, h.status) NOT IN ('CONFIRMED', 'ACTIVE', 'BOOKED')",
    )
    assert orphans == []
    moneyless = await rows(
        database_url,
        "SELECT b.id FROM bookings b WHERE b.status = 'CONFIRMED' AND NOT EXISTS"
        " (SELECT 1 FROM payments p WHERE p.booking_id = b.id AND p.status = 'SUCCEEDED')",
    )
    assert moneyless == []
    causeless = await rows(
        database_url,
        "SELECT p.id FROM payments p JOIN bookings b ON b.id = p.booking_id WHERE p.status = 'SUCCEEDED'"
        " AND b.status <> 'CONFIRMED' AND NOT p.refund_due",
    )
    assert causeless == []
    versions = await rows(database_url, "SELECT version FROM seat_changes ORDER BY version")
    assert [int(str(version)) for (version,) in versions] == list(range(1, len(versions) + 1))
    made = await rows(database_url, "SELECT mutation FROM idempotency_answers")
    assert max(Counter(made).values(), default=1) == 1


async def until_dead(server: Server, work: asyncio.Task[Answer]) -> None:
    """Wait until the server has died in the middle of the story, or of what follows it."""
    for _ in range(1000):
        if not server.running:
            break
        await asyncio.sleep(0.02)
    with suppress(httpx2.HTTPError, TimeoutError):
        await asyncio.wait_for(work, 5)


@pytest.mark.parametrize(("when", "number"), MOMENTS)
async def test_killed_around_a_commit(database_url: str, live_url: str, tmp_path: Path, when: str, number: int) -> None:
    await open_house(database_url, 1)
    async with started_server(
        database_url=database_url,
        redis_url=live_url,
        env=ENV,
        arguments=[CRASHING, when, str(number)],
        directory=tmp_path,
    ) as dying:
        ana = await a_customer(dying)
        showtime = (await ana.ask(LIST))["showtimes"]["nodes"][0]["id"]
        (tmp_path / "fuse").touch()
        await until_dead(dying, asyncio.create_task(sell_and_cancel(ana, showtime)))
        (tmp_path / "fuse").unlink()
        assert not dying.running, "it was to die here"
        await dying.restart()
        await check_books(database_url)
        booking = await sell(ana, showtime)
        await settled(ana, booking["id"])
        cancelled = await ana.cancel(booking["id"], key="cancel")
        assert cancelled["status"] == "CANCELLED"
        rest = await settled(ana, booking["id"], refunded=True)
        await check_books(database_url)
        assert (len(rest["payments"]), len(rest["tickets"])) == (1, 2)
        assert states(await map_of(dying, showtime))["E5"] == "AVAILABLE"
        for table in ("holds", "bookings", "payments"):
            assert (await rows(database_url, f"SELECT COUNT(*) FROM {table}"))[0][0] == 1
