"""The ledger of a sale: every movement of its money, with its cause, in its order, and nothing that is not one."""

from domain.payments import News, PaymentStatus
from domain.refunds import RefundReason
from models.bookings import Ticket
from models.ledger import LedgerEntry
from models.payments import Capture
from models.refunds import Refund
from models.venues import Venue
from resolvers import cancellations, offers, settlement
from tests.factories.sale import Sale, others
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import balances, check_books, worker

Side = tuple[str, str, int]


async def entries() -> list[Side]:
    """Every entry: its cause, its account, its amount."""
    return [(row.cause.value, row.account.value, row.amount_minor) for row in await LedgerEntry.all().order_by("id")]


def moved(cause: str, to: str, minor: int, by: str) -> list[Side]:
    return [(cause, to, minor), (cause, by, -minor)]


async def test_a_sale_of_which_a_part_goes_back(sale: Sale) -> None:
    await Venue.all().update(refund_policy=[[0, 60]])
    booking, _ = await sale.buy("A1", "A2")
    sold = moved("CAPTURED", "PROVIDER", 50_000, "CUSTOMERS") + moved("SOLD", "CUSTOMERS", 50_000, "SALES")
    assert await entries() == sold
    one = await Ticket.get(seat="A1")
    await cancellations.refund_tickets(sale.ana, booking.id, [one.id], None)
    ordered = [*sold, *moved("REFUND_ORDERED", "SALES", 15_000, "REFUNDS")]
    assert await entries() == ordered
    await worker(sale).drain()
    assert await entries() == [*ordered, *moved("REFUND_PAID", "REFUNDS", 15_000, "PROVIDER")]
    assert await balances() == {"PROVIDER": 35_000, "SALES": -35_000}
    rows = await LedgerEntry.all().order_by("id")
    refund = await Refund.get()
    assert {row.capture_id for row in rows} == {(await Capture.get()).id}
    assert [row.refund_id for row in rows] == [None] * 4 + [refund.id] * 4
    assert len({row.movement for row in rows}) == 4
    assert rows[4].at == refund.created_at
    assert rows[6].at == (await Refund.get()).settled_at


async def test_money_that_bought_nothing_was_never_ours(sale: Sale, later: Later) -> None:
    payment = await sale.start(await sale.book("A1"))
    later(days=1, hours=1)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    await worker(sale).drain()
    assert (await Refund.get()).reason is RefundReason.SHOWTIME_STARTED
    assert await entries() == [
        *moved("CAPTURED", "PROVIDER", 25_000, "CUSTOMERS"),
        *moved("REFUND_ORDERED", "CUSTOMERS", 25_000, "REFUNDS"),
        *moved("REFUND_PAID", "REFUNDS", 25_000, "PROVIDER"),
    ]


async def test_money_of_an_open_offer_is_the_customer_s_until_it_is_taken(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=11)
    await sale.hold("A1", actor=ben)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    came = moved("CAPTURED", "PROVIDER", 25_000, "CUSTOMERS")
    assert await entries() == came
    await offers.accept(sale.ana, booking.id, sale.ticket_codes)
    assert await entries() == [*came, *moved("SOLD", "CUSTOMERS", 25_000, "SALES")]
    await check_books()


async def test_a_refund_that_bounces_is_two_movements_more(sale: Sale, later: Later) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    await worker(sale).drain()
    before = await entries()
    refund = await Refund.get()
    await settlement.settle(sale.event(payment, News.REFUND_FAILED, refund_id=refund.id), sale.house)
    bounced = moved("REFUND_BOUNCED", "PROVIDER", 25_000, "REFUNDS")
    assert await entries() == [*before, *bounced]
    later(minutes=1)
    await worker(sale).drain()
    assert await entries() == [*before, *bounced, *moved("REFUND_PAID", "REFUNDS", 25_000, "PROVIDER")]


async def test_what_costs_nothing_moves_no_money(sale: Sale) -> None:
    await sale.hold("A1")
    await sale.start(await sale.book("A2"))
    assert await entries() == []
