"""Looking for what must not be: one statement for each invariant, which gives the first rows that break it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from domain.audits import MESSAGE_TAKES, MESSAGE_TRIES, REFUND_TAKES, SHOWN_AT_MOST, SLACK, Finding, Invariant, Named
from domain.money import Money
from models.base import SqlRow, SqlValue, as_uuid, on_sqlite, sql

# Each statement is one moment of the books: a transaction beside it is seen whole or not at all.
# Rows come with what the domain's sentence about their fault speaks of, and with ids by which clients can ask for them.

_SEATS: Final = """
WITH live AS (
 SELECT t.id, t.seat, t.booking_id, b.showtime_id, b.reference
 FROM tickets t JOIN bookings b ON b.id = t.booking_id WHERE t.status <> 'CANCELLED'
)
SELECT 'TWO_TICKETS' AS fault, MIN(reference) AS name, MAX(reference) AS other, seat, showtime_id,
 CAST(NULL AS UUID) AS booking_id, MIN(CAST(id AS TEXT)) AS ticket_id, MAX(CAST(id AS TEXT)) AS other_ticket_id
FROM live GROUP BY showtime_id, seat HAVING COUNT(*) > 1
UNION ALL
SELECT 'TICKET_WITHOUT_SEAT', l.reference, NULL, l.seat, l.showtime_id, l.booking_id, CAST(l.id AS TEXT), NULL
FROM live l LEFT JOIN seat_claims c
 ON c.showtime_id = l.showtime_id AND c.label = l.seat AND c.booking_id = l.booking_id AND c.state = 'BOOKED'
WHERE c.id IS NULL
UNION ALL
SELECT 'SEAT_WITHOUT_TICKET', b.reference, NULL, c.label, c.showtime_id, c.booking_id, NULL, NULL
FROM seat_claims c LEFT JOIN bookings b ON b.id = c.booking_id
 LEFT JOIN tickets t ON t.booking_id = c.booking_id AND t.seat = c.label AND t.status <> 'CANCELLED'
WHERE c.state = 'BOOKED' AND t.id IS NULL"""

# The price of a booking: every number in its lines is money.
_PRICE_SQLITE: Final = "(SELECT SUM(atom) FROM json_tree(b.lines) WHERE type = 'integer')"
_PRICE_POSTGRES: Final = """
(SELECT CAST(SUM(CAST(n AS BIGINT)) AS BIGINT) FROM jsonb_path_query(b.lines, 'strict $.** ? (@.type() == "number")') n)"""
_UNPAID: Final = """
SELECT 'NOT_PAID' AS fault, s.reference AS name, s.price AS minor, s.currency, s.id AS booking_id
FROM (SELECT b.id, b.reference, b.currency, {price} AS price FROM bookings b
  WHERE b.status IN ('CONFIRMED', 'COMPLETED')) s
WHERE s.price > 0 AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.booking_id = s.id AND c.fate = 'TICKET'
  AND c.amount_minor = s.price AND c.currency = s.currency)"""

_CAUSELESS: Final = """
WITH back AS (
 SELECT capture_id, CAST(SUM(amount_minor + kept_minor) AS BIGINT) AS minor
 FROM refunds WHERE followed_by IS NULL GROUP BY capture_id
)
SELECT CASE c.fate WHEN 'TICKET' THEN 'BOUGHT_NOTHING' WHEN 'OFFER' THEN 'OFFERED_NOTHING' ELSE 'NOT_GOING_BACK' END
  AS fault,
 b.reference AS name, c.amount_minor AS minor, COALESCE(k.minor, 0) AS due, c.currency, c.payment_id, c.booking_id
FROM captures c JOIN bookings b ON b.id = c.booking_id LEFT JOIN back k ON k.capture_id = c.id
WHERE (c.fate = 'TICKET' AND COALESCE(k.minor, 0) < c.amount_minor AND NOT EXISTS
   (SELECT 1 FROM tickets t WHERE t.booking_id = c.booking_id AND t.status <> 'CANCELLED'))
 OR (c.fate = 'OFFER' AND 1 <> (SELECT COUNT(*) FROM offers o WHERE o.capture_id = c.id AND o.status = 'OPEN'))
 OR (c.fate = 'REFUND' AND COALESCE(k.minor, 0) <> c.amount_minor)"""

_TWO_CAUSES: Final = """
SELECT 'PAID_TWICE' AS fault, b.reference AS name, CAST(NULL AS BIGINT) AS minor, b.currency,
 CAST(NULL AS UUID) AS payment_id, b.id AS booking_id
FROM bookings b
WHERE b.id IN (SELECT booking_id FROM captures WHERE fate <> 'REFUND' GROUP BY booking_id HAVING COUNT(*) > 1)
UNION ALL
SELECT 'KEPT_AND_RETURNED', b.reference, c.amount_minor, c.currency, c.payment_id, b.id
FROM captures c JOIN bookings b ON b.id = c.booking_id
WHERE c.fate = 'REFUND' AND b.status IN ('CONFIRMED', 'COMPLETED')
 AND NOT EXISTS (SELECT 1 FROM captures o WHERE o.booking_id = b.id AND o.fate <> 'REFUND')
UNION ALL
SELECT 'OFFER_WITHOUT_MONEY', b.reference, c.amount_minor, c.currency, c.payment_id, b.id
FROM offers o JOIN captures c ON c.id = o.capture_id JOIN bookings b ON b.id = o.booking_id
WHERE o.status = 'OPEN' AND c.fate <> 'OFFER'"""

_OVER: Final = """
SELECT 'HOLD_OVER' AS fault, NULL AS name, NULL AS seat, h.id AS hold_id, h.showtime_id, CAST(NULL AS UUID) AS booking_id
FROM holds h WHERE h.status = 'ACTIVE' AND h.expires_at < $1
UNION ALL
SELECT 'SEAT_STILL_HELD', NULL, c.label, c.hold_id, c.showtime_id, NULL
FROM seat_claims c WHERE c.state = 'HELD' AND (c.expires_at IS NULL OR c.expires_at < $1)
UNION ALL
SELECT 'OFFER_OVER', b.reference, NULL, o.hold_id, b.showtime_id, b.id
FROM offers o JOIN bookings b ON b.id = o.booking_id WHERE o.status = 'OPEN' AND o.expires_at < $1"""

# Whether money was handed back at the counter, only people know.
_STUCK: Final = """
SELECT CASE r.status WHEN 'FAILED' THEN 'REFUND_FAILED' ELSE 'REFUND_WAITS' END AS fault, b.reference AS name,
 r.amount_minor AS minor, r.currency, r.id AS refund_id, r.payment_id, r.booking_id
FROM refunds r JOIN bookings b ON b.id = r.booking_id
WHERE (r.status = 'FAILED' AND r.followed_by IS NULL)
 OR (r.status IN ('PENDING', 'PROCESSING') AND r.created_at < $1 AND r.provider <> 'COUNTER')"""

_TOO_MUCH: Final = """
SELECT 'TOO_MUCH_BACK' AS fault, b.reference AS name, c.amount_minor AS minor, c.currency, c.payment_id, c.booking_id
FROM captures c JOIN bookings b ON b.id = c.booking_id
WHERE c.refunding_minor > c.amount_minor OR c.refunded_minor > c.amount_minor OR c.amount_minor <
 (SELECT SUM(r.amount_minor + r.kept_minor) FROM refunds r WHERE r.capture_id = c.id AND r.followed_by IS NULL)"""

_UNBALANCED: Final = """
WITH sums AS (
 SELECT capture_id, currency,
  CAST(SUM(CASE WHEN account = 'PROVIDER' AND cause = 'CAPTURED' THEN amount_minor ELSE 0 END) AS BIGINT) AS came,
  CAST(SUM(CASE WHEN account = 'PROVIDER' THEN amount_minor ELSE 0 END) AS BIGINT) AS here,
  CAST(SUM(CASE WHEN account = 'CUSTOMERS' THEN -amount_minor ELSE 0 END) AS BIGINT) AS owed
 FROM ledger_entries GROUP BY capture_id, currency
)
SELECT 'ENTRIES_UNEVEN' AS fault, b.reference AS name, e.minor, CAST(NULL AS BIGINT) AS due, e.currency, c.payment_id,
 c.booking_id
FROM (SELECT movement, currency, capture_id, CAST(SUM(amount_minor) AS BIGINT) AS minor
  FROM ledger_entries GROUP BY movement, currency, capture_id HAVING SUM(amount_minor) <> 0) e
 LEFT JOIN captures c ON c.id = e.capture_id LEFT JOIN bookings b ON b.id = c.booking_id
UNION ALL
SELECT CASE WHEN COALESCE(s.came, 0) <> c.amount_minor THEN 'NOT_IN_LEDGER'
  WHEN s.here <> c.amount_minor - c.refunded_minor THEN 'PROVIDER_OFF' ELSE 'CUSTOMER_OFF' END,
 b.reference, c.amount_minor,
 CASE WHEN s.here <> c.amount_minor - c.refunded_minor THEN s.here ELSE s.owed END, c.currency, c.payment_id, c.booking_id
FROM captures c JOIN bookings b ON b.id = c.booking_id
 LEFT JOIN sums s ON s.capture_id = c.id AND s.currency = c.currency
WHERE COALESCE(s.came, 0) <> c.amount_minor OR s.here <> c.amount_minor - c.refunded_minor
 OR (s.owed <> 0 AND c.fate <> 'OFFER')"""

# One that staff have just had replayed is as good as new, however old it is.
_WAITING: Final = """
SELECT 'MESSAGE_WAITS' AS fault, m.provider || ' ' || m.event_id AS name, m.id AS message_id, m.payment_id
FROM payment_messages m WHERE m.state = 'NEW' AND m.created_at < $1 AND (m.try_at < $1 OR m.attempts >= $2)"""

_DEAD: Final = """
SELECT 'MESSAGE_DEAD' AS fault, m.provider || ' ' || m.event_id AS name, m.id AS message_id, m.payment_id
FROM payment_messages m WHERE m.state = 'DEAD'"""

STATEMENTS: Final[Mapping[Invariant, str]] = {
    Invariant.SEAT_SOLD_TWICE: _SEATS,
    Invariant.BOOKING_WITHOUT_MONEY: _UNPAID,
    Invariant.MONEY_WITHOUT_CAUSE: _CAUSELESS,
    Invariant.TWO_CAUSES: _TWO_CAUSES,
    Invariant.HOLD_PAST_ITS_END: _OVER,
    Invariant.REFUND_STUCK: _STUCK,
    Invariant.REFUND_ABOVE_CAPTURE: _TOO_MUCH,
    Invariant.LEDGER_UNBALANCED: _UNBALANCED,
    Invariant.MESSAGE_STUCK: _WAITING,
    Invariant.DEAD_LETTERS: _DEAD,
}

# Which node an id is of.
_KINDS: Final[Mapping[str, str]] = {
    "booking_id": "Booking",
    "payment_id": "Payment",
    "refund_id": "Refund",
    "message_id": "PaymentMessage",
    "ticket_id": "Ticket",
    "other_ticket_id": "Ticket",
    "hold_id": "Hold",
    "showtime_id": "Showtime",
}


async def find(invariant: Invariant, now: datetime) -> list[Finding]:
    """The first rows that break an invariant at a moment."""
    rows = await sql(statement_of(invariant), *_given(invariant, now))
    return [_finding(row) for row in rows]


def statement_of(invariant: Invariant) -> str:
    """The statement that looks for what breaks an invariant."""
    price = _PRICE_SQLITE if on_sqlite() else _PRICE_POSTGRES
    return f"{STATEMENTS[invariant].replace('{price}', price)} LIMIT {SHOWN_AT_MOST}"


def _given(invariant: Invariant, now: datetime) -> list[SqlValue]:
    if invariant is Invariant.HOLD_PAST_ITS_END:
        return [now - SLACK]
    if invariant is Invariant.REFUND_STUCK:
        return [now - REFUND_TAKES]
    if invariant is Invariant.MESSAGE_STUCK:
        return [now - MESSAGE_TAKES, MESSAGE_TRIES]
    return []


def _finding(row: SqlRow) -> Finding:
    nodes = [Named(kind, as_uuid(row[name])) for name, kind in _KINDS.items() if row.get(name) is not None]
    return Finding(
        fault=str(row["fault"]),
        nodes=tuple(nodes),
        of=str(row.get("name") or ""),
        other=str(row.get("other") or ""),
        seat=str(row.get("seat") or ""),
        minor=_money(row, "minor"),
        due=_money(row, "due"),
    )


def _money(row: SqlRow, name: str) -> Money | None:
    minor = row.get(name)
    return None if minor is None else Money(int(str(minor)), str(row["currency"]))
