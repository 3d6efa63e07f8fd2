"""Whether the books are clean, asked past the server: the rows against each other, and against the provider's own."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import clock
from domain.payments import PaymentProvider
from tests.journeys.rows import read, rows
from tests.journeys.tills import Till
from tests.servers import Server

# Each of these finds what must not be there, once everything has come to rest.
WRONG = {
    "a seat sold twice": """
        SELECT b.showtime_id, t.seat FROM tickets t JOIN bookings b ON b.id = t.booking_id
        WHERE t.status <> 'CANCELLED' GROUP BY b.showtime_id, t.seat HAVING COUNT(*) > 1""",
    "a confirmed booking without the one capture that bought it": """
        SELECT b.id FROM bookings b WHERE b.status = 'CONFIRMED' AND 1 <>
        (SELECT COUNT(*) FROM captures c WHERE c.booking_id = b.id AND c.fate = 'TICKET'
         AND c.amount_minor > c.refunding_minor)""",
    "a confirmed booking without its tickets and seats": """
        SELECT b.id FROM bookings b WHERE b.status = 'CONFIRMED' AND
        ((SELECT COUNT(*) FROM tickets t WHERE t.booking_id = b.id AND t.status = 'VALID') <> 2
        OR (SELECT COUNT(*) FROM seat_claims c WHERE c.booking_id = b.id AND c.state = 'BOOKED') <> 2)""",
    "a valid ticket of a booking that is over": """
        SELECT t.id FROM tickets t JOIN bookings b ON b.id = t.booking_id
        WHERE t.status = 'VALID' AND b.status <> 'CONFIRMED'""",
    "money for tickets that are neither valid nor given back": """
        SELECT c.id FROM captures c JOIN bookings b ON b.id = c.booking_id
        WHERE c.fate = 'TICKET' AND (b.status = 'CONFIRMED') = (c.refunding_minor = c.amount_minor)""",
    "money for an offer that is not open, or holds no seats": """
        SELECT c.id FROM captures c WHERE c.fate = 'OFFER' AND (c.refunding_minor <> 0 OR NOT EXISTS
        (SELECT 1 FROM offers o JOIN seat_claims s ON s.hold_id = o.hold_id
         WHERE o.capture_id = c.id AND o.status = 'OPEN' AND s.state = 'HELD'))""",
    "money that bought nothing and has not all gone back": """
        SELECT c.id FROM captures c WHERE c.fate = 'REFUND' AND c.refunded_minor <> c.amount_minor""",
    "a refund that never ended well": """
        SELECT r.id FROM refunds r WHERE r.status <> 'SUCCEEDED' AND (r.status <> 'FAILED' OR r.followed_by IS NULL)""",
    "captures and refunds that say different sums": """
        SELECT c.id FROM captures c LEFT JOIN refunds r ON r.capture_id = c.id AND r.status = 'SUCCEEDED'
        GROUP BY c.id, c.refunded_minor HAVING COALESCE(SUM(r.amount_minor), 0) <> c.refunded_minor""",
    "two messages for one event": """
        SELECT event_id FROM payment_messages GROUP BY provider, event_id HAVING COUNT(*) > 1""",
    "a message that could not be applied": "SELECT event_id, kind, attempts, problem, body FROM payment_messages WHERE state IN ('NEW', 'DEAD')",
    "a movement that does not cancel out": """
        SELECT movement FROM ledger_entries GROUP BY movement, currency
        HAVING SUM(amount_minor) <> 0 OR COUNT(*) <> 2""",
    "a claim without a living owner": """
        SELECT c.label, h.status, b.status FROM seat_claims c
        LEFT JOIN holds h ON h.id = c.hold_id LEFT JOIN bookings b ON b.hold_id = h.id
        LEFT JOIN bookings o ON o.id = c.booking_id
        LEFT JOIN offers f ON f.hold_id = h.id AND f.status = 'OPEN'
        WHERE NOT COALESCE(o.status = 'CONFIRMED', FALSE) AND f.id IS NULL
        AND NOT COALESCE(h.status = 'ACTIVE' OR b.status = 'PENDING', FALSE)""",
    "a sale that the reports do not have": """
        SELECT c.id FROM captures c LEFT JOIN sales s ON s.payment_id = c.payment_id
        WHERE c.fate = 'TICKET' AND (s.id IS NULL OR s.amount_minor <> c.amount_minor
        OR s.refunded_minor <> c.refunding_minor)""",
    "a seat map whose log has a gap": """
        SELECT s.id FROM showtimes s LEFT JOIN seat_changes c ON c.showtime_id = s.id
        GROUP BY s.id, s.seat_version HAVING COUNT(c.version) <> s.seat_version""",
}
RESTLESS = """
    SELECT 'refund', COUNT(*) FROM refunds WHERE status IN ('PENDING', 'PROCESSING')
    UNION ALL SELECT 'order', COUNT(*) FROM tasks WHERE kind = 'carry-out-refund' AND finished_at IS NULL
    UNION ALL SELECT 'message', COUNT(*) FROM payment_messages WHERE state = 'NEW'"""
# PostgreSQL adds integers up to decimals.
BALANCES = """
    SELECT account, CAST(SUM(amount_minor) AS BIGINT) FROM ledger_entries
    GROUP BY account HAVING SUM(amount_minor) <> 0"""
FATES = """
    SELECT fate, CAST(SUM(amount_minor - refunding_minor) AS BIGINT), CAST(SUM(amount_minor - refunded_minor) AS BIGINT)
    FROM captures GROUP BY fate"""

Moved = dict[str, tuple[int, int]]


async def books_are_clean(database_url: str, till: Till) -> None:
    """Every cent that the provider took is a ticket, an open offer or given back; no seat is sold twice."""
    found = await read(database_url, *WRONG.values())
    assert {what: wrong for what, wrong in zip(WRONG, found, strict=True) if wrong} == {}
    assert await written(database_url) == at_provider(till)
    balances = {str(account): int(str(minor)) for account, minor in await rows(database_url, BALANCES)}
    fates = {str(fate): (int(str(left)), int(str(here))) for fate, left, here in await rows(database_url, FATES)}
    said = {
        "PROVIDER": sum(here for _, here in fates.values()),
        "SALES": -fates.get("TICKET", (0, 0))[0],
        "CUSTOMERS": -fates.get("OFFER", (0, 0))[0],
    }
    assert balances == {account: minor for account, minor in said.items() if minor}


async def unfinished(database_url: str, till: Till) -> list[object]:
    """What is not known yet, or still under way: nothing when everything has come to rest."""
    heard = await written(database_url)  # first: with a capture its refund is ordered
    unheard: list[object] = sorted(ref for ref, moved in at_provider(till).items() if heard.get(ref) != moved)
    return unheard + [what for what, count in await rows(database_url, RESTLESS) if count]


async def written(database_url: str) -> Moved:
    """What our rows say came, and of that went back, by the provider's name for it."""
    found = await rows(database_url, "SELECT capture_ref, amount_minor, refunded_minor FROM captures")
    return {str(ref): (int(str(came)), int(str(went))) for ref, came, went in found}


def at_provider(till: Till) -> Moved:
    """The same by the provider's own word, in the same minor units."""
    return BY_PROVIDER[till.provider](till.double)


def _stripe(double: Any) -> Moved:
    def went(intent: Mapping[str, Any]) -> int:
        refunds = [each for each in double.refunds.values() if each["payment_intent"] == intent["id"]]
        return sum(each["amount"] for each in refunds if each["status"] == "succeeded")

    paid = [each for each in double.intents.values() if each["status"] == "succeeded"]
    return {each["id"]: (each["amount_received"], went(each)) for each in paid}


def _razorpay(double: Any) -> Moved:
    def went(payment: Mapping[str, Any]) -> int:
        refunds = [each for each in double.refunds.values() if each["payment_id"] == payment["id"]]
        return sum(each["amount"] for each in refunds if each["status"] == "processed")

    paid = [each for each in double.payments.values() if each["captured"]]
    return {each["id"]: (each["amount"], went(each)) for each in paid}


def _vnpay(double: Any) -> Moved:
    paid = [each for each in double.payments.values() if each.status == "00"]
    return {
        each.number: (
            int(each.amount) // 100,
            sum(int(refund.amount) // 100 for refund in each.refunds if refund.status == "00"),
        )
        for each in paid
    }


BY_PROVIDER = {
    PaymentProvider.STRIPE: _stripe,
    PaymentProvider.RAZORPAY: _razorpay,
    PaymentProvider.VNPAY: _vnpay,
}


async def auditor_agrees(server: Server) -> None:
    """The standing auditor finds nothing either, in an audit that begins after this call."""
    asked = clock.now()
    for _ in range(300):
        audit = (await server.client.get("/health")).json()["components"]["audit"]
        if "at" in audit and datetime.fromisoformat(audit["at"]) > asked:
            assert audit["clean"], audit["violations"]
            return
        await asyncio.sleep(0.1)
    raise AssertionError("The auditor does not come.")


async def summary(database_url: str) -> str:
    """How it all ended, for whoever reads the output."""
    ends = await rows(database_url, "SELECT fate, COUNT(*) FROM captures GROUP BY fate ORDER BY fate")
    why = await rows(database_url, "SELECT reason, COUNT(*) FROM refunds GROUP BY reason ORDER BY reason")
    return f"{dict(ends)}, refunds {dict(why)}"
