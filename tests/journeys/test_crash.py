"""SIGKILL at every commit of a sale: nothing is lost, nothing is half done, and repeating finishes it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

import httpx2
import pytest

from domain.tasks import CarryOutRefund
from tests.journeys.house import open_house
from tests.journeys.people import Answer, Person, a_customer, map_of, states
from tests.journeys.rows import read, rows
from tests.journeys.viewers import Viewer
from tests.servers import Server, StartServer

CRASHING = str(Path(__file__).with_name("crash_server.py"))
LIST = "{ showtimes(first: 1) { nodes { id } } }"
SEATS = ["E5", "E6"]
COMMITS = ["hold", "booking", "payment", "its checkout", "decision", "message", "message", "cancellation", "refund"]
MOMENTS = [(when, number) for number in range(1, len(COMMITS) + 1) for when in ("before", "after")]
ID = {"hold": "holds", "book": "bookings", "pay": "payments"}

Acknowledged = dict[str, str]
Story = Callable[[Person, str], Coroutine[object, object, Answer]]


async def sell(ana: Person, showtime: str, told: Acknowledged) -> Answer:
    """Hold, book, pay: every step with its key, so that it may be repeated whole; `told` is what was answered."""
    hold = await ana.hold(showtime, SEATS, key="hold")
    assert hold["__typename"] == "Hold", hold
    told["hold"] = hold["id"]
    booking = await ana.book(hold["id"], key="book")
    assert booking["__typename"] == "Booking", booking
    told["book"] = booking["id"]
    payment = await ana.pay(booking["id"], key="pay")
    assert payment["__typename"] == "Payment", payment
    told["pay"] = payment["id"]
    if payment["status"] == "PENDING":  # else the payer has nothing more to decide
        told["decide"] = str(await ana.at_checkout(payment["checkoutUrl"]))
    return booking


async def sell_and_cancel(ana: Person, showtime: str, told: Acknowledged) -> Answer:
    booking = await sell(ana, showtime, told)
    await settled(ana, booking["id"])
    cancelled = await ana.cancel(booking["id"], key="cancel")
    told["cancel"] = cancelled["id"]
    return cancelled


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


# Each of these finds what must not be there.
WRONG = {
    "a claim without a living owner": """
        SELECT c.label FROM seat_claims c
        LEFT JOIN holds h ON h.id = c.hold_id LEFT JOIN bookings b ON b.hold_id = h.id
        LEFT JOIN bookings o ON o.id = c.booking_id
        WHERE NOT COALESCE(o.status = 'CONFIRMED', h.status = 'ACTIVE' OR b.status = 'PENDING', FALSE)""",
    "a confirmed booking without its money": """
        SELECT b.id FROM bookings b WHERE b.status = 'CONFIRMED' AND NOT EXISTS
        (SELECT 1 FROM payments p WHERE p.booking_id = b.id AND p.status = 'SUCCEEDED')""",
    "a confirmed booking without its tickets and seats": f"""
        SELECT b.id FROM bookings b WHERE b.status = 'CONFIRMED' AND
        ((SELECT COUNT(*) FROM tickets t WHERE t.booking_id = b.id AND t.status = 'VALID') <> {len(SEATS)}
        OR (SELECT COUNT(*) FROM seat_claims c WHERE c.booking_id = b.id AND c.state = 'BOOKED') <> {len(SEATS)})""",
    "a valid ticket of a booking that is over": """
        SELECT t.id FROM tickets t JOIN bookings b ON b.id = t.booking_id
        WHERE t.status = 'VALID' AND b.status <> 'CONFIRMED'""",
    "money without a booking or a refund": """
        SELECT c.id FROM captures c JOIN bookings b ON b.id = c.booking_id
        WHERE b.status <> 'CONFIRMED' AND c.refunding_minor < c.amount_minor""",
    "money that went back and is still counted as ours": """
        SELECT c.id FROM captures c JOIN bookings b ON b.id = c.booking_id
        WHERE b.status = 'CONFIRMED' AND c.refunding_minor > 0""",
    "a ledger that does not balance": """
        SELECT movement FROM ledger_entries GROUP BY movement HAVING SUM(amount_minor) <> 0 OR COUNT(*) <> 2""",
    "a capture that the ledger does not know": """
        SELECT c.id FROM captures c WHERE c.amount_minor - c.refunded_minor <>
        (SELECT SUM(e.amount_minor) FROM ledger_entries e WHERE e.capture_id = c.id AND e.account = 'PROVIDER')""",
    "a refund that nobody will make": f"""
        SELECT r.id FROM refunds r WHERE r.status = 'PENDING' AND NOT EXISTS
        (SELECT 1 FROM tasks t WHERE t.kind = '{CarryOutRefund.kind}' AND t.finished_at IS NULL)""",
    "a key with two effects": """
        SELECT mutation FROM idempotency_answers GROUP BY mutation HAVING COUNT(*) > 1""",
    "a booked hold without its booking": """
        SELECT h.id FROM holds h WHERE h.status = 'BOOKED' AND NOT EXISTS
        (SELECT 1 FROM bookings b WHERE b.hold_id = h.id)""",
}


async def check_books(database_url: str) -> None:
    """Nothing is wrong with the sale, and each version of the map has its row in the log."""
    found = await read(database_url, *WRONG.values())
    assert {what: wrong for what, wrong in zip(WRONG, found, strict=True) if wrong} == {}
    versions = await rows(database_url, "SELECT version FROM seat_changes ORDER BY version")
    assert [int(str(version)) for (version,) in versions] == list(range(1, len(versions) + 1))
    ((reached,),) = await rows(database_url, "SELECT seat_version FROM showtimes")
    assert reached == len(versions)


async def until_dead(server: Server, work: asyncio.Task[Answer]) -> None:
    """Wait until the server has died in the middle of the story, or of what follows it."""
    deadline = time.monotonic() + 20
    while server.running:
        assert time.monotonic() < deadline, "it was to die here"
        await asyncio.sleep(0.02)
    with suppress(httpx2.HTTPError, TimeoutError):
        await asyncio.wait_for(work, 5)


Mortal = Callable[..., AbstractAsyncContextManager[Server]]


@pytest.fixture
async def mortal(database_url: str, live_url: str, tmp_path: Path, start_server: StartServer) -> Mortal:
    """A server that dies around the Nth commit after the fuse is lit, with one showtime."""
    await open_house(database_url, 1)

    def start(when: str, number: int, **env: str) -> AbstractAsyncContextManager[Server]:
        arguments = [CRASHING, when, str(number)]
        return start_server(
            database_url=database_url, redis_url=live_url, env=env, arguments=arguments, directory=tmp_path
        )

    return start


async def light(fuse: Path, database_url: str) -> None:
    """Let commits count from now on; those of what came before the story, such as letters, are over."""
    while await rows(database_url, "SELECT id FROM tasks WHERE finished_at IS NULL"):  # noqa: ASYNC110 - a table tells nobody
        await asyncio.sleep(0.02)
    fuse.touch()  # noqa: ASYNC240  # a test may block


async def live_through(server: Server, story: Coroutine[object, object, Answer], fuse: Path, database_url: str) -> None:
    """Begin the story, die in it, and come back."""
    await light(fuse, database_url)
    await until_dead(server, asyncio.create_task(story))
    fuse.unlink()  # noqa: ASYNC240
    await server.restart()


@pytest.mark.parametrize(("when", "number"), MOMENTS)
async def test_killed_around_a_commit(
    mortal: Mortal, database_url: str, tmp_path: Path, when: str, number: int
) -> None:
    async with mortal(when, number, HOLD_MINUTES="0.5") as server:
        ana = await a_customer(server)
        showtime = (await ana.ask(LIST))["showtimes"]["nodes"][0]["id"]
        told: Acknowledged = {}
        await live_through(server, sell_and_cancel(ana, showtime, told), tmp_path / "fuse", database_url)
        await check_books(database_url)
        again: Acknowledged = {}
        booking = await sell(ana, showtime, again)
        assert {step: id for step, id in told.items() if step in ID} == {
            step: again[step] for step in ID if step in told
        }
        await settled(ana, booking["id"])
        cancelled = await ana.cancel(booking["id"], key="cancel")
        assert cancelled["status"] == "CANCELLED"
        rest = await settled(ana, booking["id"], refunded=True)
        await check_books(database_url)
        assert (len(rest["payments"]), len(rest["tickets"])) == (1, 2)
        assert states(await map_of(server, showtime))["E5"] == "AVAILABLE"
        for table in ID.values():
            assert (await rows(database_url, f"SELECT COUNT(*) FROM {table}"))[0][0] == 1
        causes = await rows(database_url, "SELECT cause FROM seat_changes ORDER BY version")
        assert causes == [("HELD",), ("BOOKED",), ("CANCELLED",)]


async def test_a_sale_has_no_commit_that_is_not_visited(mortal: Mortal, database_url: str, tmp_path: Path) -> None:
    """The control of the test above: told to die one commit later, it lives. Nobody dies, so nothing is taken up twice."""
    patient = {"LEASE_SECONDS": "60", "PAYMENT_LOOK_AFTER_SECONDS": "600"}  # a slow machine shall look like any other
    async with mortal("before", len(COMMITS) + 1, **patient) as server:
        ana = await a_customer(server)
        showtime = (await ana.ask(LIST))["showtimes"]["nodes"][0]["id"]
        await light(tmp_path / "fuse", database_url)
        with suppress(httpx2.TransportError):
            cancelled = await sell_and_cancel(ana, showtime, {})
            await settled(ana, cancelled["id"], refunded=True)
            await asyncio.sleep(1)
        assert server.running, (tmp_path / "commits").read_text()


async def forget(ana: Person, showtime: str) -> Answer:
    """Hold seats and walk away."""
    return await ana.hold(showtime, SEATS, key="hold")


async def forget_to_pay(ana: Person, showtime: str) -> Answer:
    """Book, open the checkout, and walk away."""
    booking = await ana.book((await forget(ana, showtime))["id"], key="book")
    return await ana.pay(booking["id"], key="pay")


@pytest.mark.parametrize(
    ("story", "when", "number"),
    [
        (forget, "after", 1),
        (forget, "before", 2),
        (forget, "after", 2),
        (forget_to_pay, "before", 5),
        (forget_to_pay, "after", 5),
    ],
)
async def test_killed_around_the_end_of_a_hold(
    mortal: Mortal, database_url: str, tmp_path: Path, story: Story, when: str, number: int
) -> None:
    """The seats come back by themselves, once, and what was to be paid for has expired with them."""
    async with mortal(when, number, HOLD_MINUTES="0.03", PAYMENT_GRACE_MINUTES="0") as server:
        ana, ben = await a_customer(server), await a_customer(server)
        showtime = (await ana.ask(LIST))["showtimes"]["nodes"][0]["id"]
        await live_through(server, story(ana, showtime), tmp_path / "fuse", database_url)
        viewer = Viewer(server, showtime, version=0)
        viewer.seats = dict.fromkeys(SEATS, "AVAILABLE")
        watching = asyncio.create_task(viewer.watch())
        deadline = time.monotonic() + 5
        while viewer.version != 2:
            assert time.monotonic() < deadline, "the sweep does not come"
            await asyncio.sleep(0.02)
        watching.cancel()
        assert (viewer.seats, viewer.available, viewer.faults) == (dict.fromkeys(SEATS, "AVAILABLE"), 200, [])
        await check_books(database_url)
        causes = await rows(database_url, "SELECT cause FROM seat_changes ORDER BY version")
        assert causes == [("HELD",), ("EXPIRED",)]
        assert {row for table in ("holds", "bookings", "payments") for row in await ends(database_url, table)} == {
            ("EXPIRED",)
        }
        assert (await ben.hold(showtime, SEATS))["__typename"] == "Hold"


async def ends(database_url: str, table: str) -> list[tuple[object, ...]]:
    """The status of every row."""
    return await rows(database_url, f"SELECT status FROM {table}")
