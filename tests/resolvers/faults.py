"""Everything that can be wrong with the books, planted by plain SQL."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

from domain.audits import Invariant
from models.base import sql
from tests.resolvers.audited import World, change

Plant = Callable[[World], Awaitable[tuple[str, UUID]]]
FAULTS: list[tuple[Invariant, str, Plant]] = []


def fault(invariant: Invariant, says: str) -> Callable[[Plant], Plant]:
    """Something wrong that the auditor must find: what it says of it, and which node it names."""

    def note(plant: Plant) -> Plant:
        FAULTS.append((invariant, says, plant))
        return plant

    return note


@fault(Invariant.SEAT_SOLD_TWICE, "Seat A1 has two live tickets for one showtime: of the bookings {low} and {high}.")
async def another_ticket(world: World) -> tuple[str, UUID]:
    ticket = uuid4()
    await sql(
        "INSERT INTO tickets (id, created_at, booking_id, seat, code, status) VALUES ($1, $2, $3, 'A1', 'X', 'VALID')",
        ticket,
        world.now,
        world.pending.id,
    )
    return "Ticket", ticket


@fault(Invariant.SEAT_SOLD_TWICE, "Booking {bought} has a live ticket for seat A2, which is not marked as sold to it.")
async def a_freed_seat(world: World) -> tuple[str, UUID]:
    await sql("DELETE FROM seat_claims WHERE booking_id = $1 AND label = 'A2'", world.bought.id)
    return "Booking", world.bought.id


@fault(Invariant.SEAT_SOLD_TWICE, "Seat A2 is marked as sold to booking {bought}, which has no live ticket for it.")
async def a_cancelled_ticket(world: World) -> tuple[str, UUID]:
    await sql("UPDATE tickets SET status = 'CANCELLED' WHERE booking_id = $1 AND seat = 'A2'", world.bought.id)
    return "Showtime", world.sale.showtime.id


@fault(
    Invariant.BOOKING_WITHOUT_MONEY, "Booking {pending} is confirmed, but no money of exactly its price, 250.00 INR,"
)
async def an_unpaid_confirmation(world: World) -> tuple[str, UUID]:
    await change("bookings", world.pending.id, status="CONFIRMED")
    return "Booking", world.pending.id


@fault(Invariant.BOOKING_WITHOUT_MONEY, "Booking {bought} is confirmed, but no money of exactly its price, 500.01 INR,")
async def a_cent_too_little(world: World) -> tuple[str, UUID]:
    lines = '[["A1", "STANDARD", 25000], ["A2", "STANDARD", 25001]]'
    await change("bookings", world.bought.id, lines=lines)
    return "Booking", world.bought.id


@fault(
    Invariant.MONEY_WITHOUT_CAUSE,
    "250.00 INR came for booking {returned}, which has no live ticket; of it only 249.99 INR",
)
async def a_short_refund(world: World) -> tuple[str, UUID]:
    await sql("UPDATE refunds SET amount_minor = amount_minor - 1 WHERE booking_id = $1", world.returned.id)
    return "Booking", world.returned.id


@fault(
    Invariant.MONEY_WITHOUT_CAUSE, "250.00 INR that came for booking {offered} waits on an offer, but it does not have"
)
async def an_answered_offer(world: World) -> tuple[str, UUID]:
    await change("offers", await world.id_of("offers", world.offered), status="EXPIRED")
    return "Booking", world.offered.id


@fault(
    Invariant.MONEY_WITHOUT_CAUSE,
    "250.00 INR that came for booking {returned} bought nothing and must go back; ordered",
)
async def a_lost_order(world: World) -> tuple[str, UUID]:
    await change("captures", await world.id_of("captures", world.returned), fate="REFUND")
    await sql("UPDATE refunds SET kept_minor = 0, amount_minor = 1 WHERE booking_id = $1", world.returned.id)
    return "Booking", world.returned.id


@fault(Invariant.TWO_CAUSES, "More than one payment buys the tickets of booking {bought}")
async def a_second_price(world: World) -> tuple[str, UUID]:
    await change("captures", await world.id_of("captures", world.returned), booking_id=world.bought.id)
    return "Booking", world.bought.id


@fault(
    Invariant.TWO_CAUSES, "Booking {bought} is confirmed, but all the money that came for it, 500.00 INR, goes back."
)
async def kept_and_returned(world: World) -> tuple[str, UUID]:
    await change("captures", await world.id_of("captures", world.bought), fate="REFUND")
    return "Payment", world.bought_with.id


@fault(Invariant.TWO_CAUSES, "Booking {offered} has an open offer, but the money that came for it has another fate.")
async def sold_and_offered(world: World) -> tuple[str, UUID]:
    await change("captures", await world.id_of("captures", world.offered), fate="TICKET")
    return "Booking", world.offered.id


@fault(Invariant.HOLD_PAST_ITS_END, "A hold is still active after its end.")
async def a_lasting_hold(world: World) -> tuple[str, UUID]:
    await change("holds", world.hold.id, expires_at=world.now - timedelta(seconds=61))
    return "Hold", world.hold.id


@fault(Invariant.HOLD_PAST_ITS_END, "Seat C1 is still held after the hold's end.")
async def a_lasting_claim(world: World) -> tuple[str, UUID]:
    over = world.now - timedelta(seconds=61)
    await sql("UPDATE seat_claims SET expires_at = $2 WHERE hold_id = $1", world.hold.id, over)
    return "Hold", world.hold.id


@fault(Invariant.HOLD_PAST_ITS_END, "Booking {offered} has an open offer after the offer's end.")
async def a_lasting_offer(world: World) -> tuple[str, UUID]:
    offer = await world.id_of("offers", world.offered)
    await change("offers", offer, expires_at=world.now - timedelta(seconds=61))
    return "Booking", world.offered.id


@fault(Invariant.REFUND_STUCK, "A refund of 250.00 INR for booking {returned} failed, and nothing follows it.")
async def a_failed_refund(world: World) -> tuple[str, UUID]:
    refund = await world.id_of("refunds", world.returned)
    await change("refunds", refund, status="FAILED")
    return "Refund", refund


@fault(Invariant.REFUND_STUCK, "A refund of 250.00 INR for booking {returned} has waited for more than a day.")
async def a_slow_refund(world: World) -> tuple[str, UUID]:
    refund = await world.id_of("refunds", world.returned)
    await change("refunds", refund, created_at=world.now - timedelta(hours=24, seconds=1))
    return "Refund", refund


@fault(
    Invariant.REFUND_ABOVE_CAPTURE, "More goes back to booking {returned} than the 250.00 INR that came in one payment."
)
async def too_much_ordered(world: World) -> tuple[str, UUID]:
    await change("captures", await world.id_of("captures", world.returned), refunding_minor=25_001)
    return "Booking", world.returned.id


@fault(
    Invariant.REFUND_ABOVE_CAPTURE, "More goes back to booking {returned} than the 250.00 INR that came in one payment."
)
async def a_refund_too_large(world: World) -> tuple[str, UUID]:
    await change("refunds", await world.id_of("refunds", world.returned), amount_minor=25_001)
    return "Booking", world.returned.id


@fault(
    Invariant.LEDGER_UNBALANCED,
    "The entries of a movement of money of booking {bought} do not cancel out: 1.00 INR is left.",
)
async def an_uneven_movement(world: World) -> tuple[str, UUID]:
    capture = await world.id_of("captures", world.bought)
    await sql(
        "UPDATE ledger_entries SET amount_minor = amount_minor + 100 WHERE capture_id = $1 AND account = 'SALES'",
        capture,
    )
    return "Payment", world.bought_with.id


@fault(Invariant.LEDGER_UNBALANCED, "The ledger does not have the 500.00 INR that came for booking {bought}.")
async def a_lost_movement(world: World) -> tuple[str, UUID]:
    await sql("DELETE FROM ledger_entries WHERE capture_id = $1", await world.id_of("captures", world.bought))
    return "Booking", world.bought.id


@fault(
    Invariant.LEDGER_UNBALANCED,
    "By the ledger the provider holds 500.00 INR of the 500.00 INR that came for booking {bought}",
)
async def money_that_went_unnoticed(world: World) -> tuple[str, UUID]:
    await change("captures", await world.id_of("captures", world.bought), refunded_minor=1)
    return "Booking", world.bought.id


@fault(
    Invariant.LEDGER_UNBALANCED, "By the ledger 500.00 INR of the 500.00 INR that came for booking {bought} has neither"
)
async def a_sale_not_written(world: World) -> tuple[str, UUID]:
    capture = await world.id_of("captures", world.bought)
    await sql("DELETE FROM ledger_entries WHERE capture_id = $1 AND cause = 'SOLD'", capture)
    return "Payment", world.bought_with.id


@fault(Invariant.MESSAGE_STUCK, "The message SANDBOX evt_1 has waited for more than ten minutes.")
async def a_message_nobody_took(world: World) -> tuple[str, UUID]:
    old = world.now - timedelta(minutes=10, seconds=1)
    await change("payment_messages", world.message.id, state="NEW", created_at=old, try_at=old)
    return "PaymentMessage", world.message.id


@fault(Invariant.MESSAGE_STUCK, "The message SANDBOX evt_1 has waited for more than ten minutes.")
async def a_message_tried_in_vain(world: World) -> tuple[str, UUID]:
    old = world.now - timedelta(minutes=11)
    await change("payment_messages", world.message.id, state="NEW", created_at=old, try_at=world.now, attempts=9)
    return "Payment", world.bought_with.id


@fault(Invariant.DEAD_LETTERS, "The message SANDBOX evt_1 could not be applied, and was given up.")
async def a_dead_message(world: World) -> tuple[str, UUID]:
    await change("payment_messages", world.message.id, state="DEAD")
    return "PaymentMessage", world.message.id
