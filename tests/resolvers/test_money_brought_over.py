"""What was paid, sold and given back before there were reports, captures and a ledger is in them after the migrations."""

import random
from collections.abc import AsyncIterator, Callable
from importlib import import_module

import pytest

import clock
from domain.payments import CaptureFate, MessageState
from domain.tasks import CarryOutRefund
from models.base import sql
from models.database import connect, disconnect
from models.inbox import PaymentMessage
from models.ledger import LedgerEntry
from models.payments import Capture, Payment
from models.refunds import Refund
from models.sales import Sale as SaleRow
from models.tasks import QueuedTask
from tests.databases import settings_for
from tests.factories.sale import Sale, open_sale
from tests.resolvers.till import balances, check_books, worker
from tests.resolvers.trading import BEGIN, houses, weeks

# What a house could do then: nothing was given back in part, and refunds were of the whole payment.
KINDS = ("buy", "buy", "buy", "late", "twice", "unpaid", "cancel", "cancel", "refund")
OLD_TABLE = """
CREATE TABLE payment_events (id UUID, provider VARCHAR(16), event_id VARCHAR(255), payment_id UUID, status VARCHAR(24),
 amount_minor BIGINT, currency VARCHAR(3), received_at TIMESTAMPTZ)"""
OLD_EVENTS = """
INSERT INTO payment_events SELECT id, provider, CAST(id AS VARCHAR(255)), payment_id, 'SUCCEEDED', amount_minor, currency,
 created_at FROM captures"""
# A message of a payment that nobody knew was kept without one.
STRANGE = """
INSERT INTO payment_events SELECT id, provider, 'strange', NULL, 'SUCCEEDED', amount_minor, currency, created_at
FROM captures ORDER BY id LIMIT 1"""
DUE = """
UPDATE payments SET refund_due = TRUE WHERE id IN (SELECT payment_id FROM refunds WHERE status <> 'SUCCEEDED')"""


@pytest.fixture
async def old_house(new_database_url: Callable[[], str]) -> AsyncIterator[Sale]:
    """A house with a database of its own, whose tables may be changed."""
    settings = settings_for(new_database_url())
    await connect(settings)
    yield await open_sale(settings)
    await disconnect()


async def captures() -> list[dict[str, object]]:
    columns = ("payment_id", "booking_id", "provider", "capture_ref", "amount_minor", "currency", "fate", "created_at")
    return await Capture.all().order_by("payment_id").values(*columns, "refunding_minor", "refunded_minor")


async def as_it_was() -> None:
    """Bring the rows of the money into the shape that they had before."""
    for statement in (
        OLD_TABLE,
        OLD_EVENTS,
        STRANGE,
        "ALTER TABLE payments ADD COLUMN refund_due BOOLEAN DEFAULT FALSE",
        DUE,
    ):
        await sql(statement)
    for table in (Refund, LedgerEntry, Capture, PaymentMessage, QueuedTask, SaleRow):
        await table.all().delete()


async def test_every_cent_is_where_it_would_be_if_it_had_come_today(
    old_house: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(7)
    monkeypatch.setattr(clock, "now", lambda: BEGIN)
    selling = await houses(old_house, dice)
    happened = await weeks(selling, dice, lambda moment: monkeypatch.setattr(clock, "now", lambda: moment), KINDS)
    assert min(happened[kind] for kind in set(KINDS)) > 0
    columns = [name for name in SaleRow._meta.db_fields if name != "id"]
    noted = await SaleRow.all().order_by("payment_id").values(*columns)
    came, accounts = await captures(), await balances()
    back = await Refund.all().order_by("payment_id").values_list("payment_id", "amount_minor", "status")
    due = await Refund.exclude(status="SUCCEEDED").count()
    assert (len(noted) > 5, due > 0) == (True, True)
    await as_it_was()

    await import_module("migrations.0007_sales").note_what_was_sold_before(None, None)
    await import_module("migrations.0009_money").bring_the_money_over(None, None)

    assert await SaleRow.all().order_by("payment_id").values(*columns) == noted
    assert await captures() == came
    assert await balances() == accounts
    assert await Refund.all().order_by("payment_id").values_list("payment_id", "amount_minor", "status") == back
    await check_books()
    assert await QueuedTask.filter(kind=CarryOutRefund.kind, finished_at=None).count() == due
    assert await PaymentMessage.filter(state=MessageState.APPLIED).count() == len(came)
    strange = await PaymentMessage.get(state=MessageState.IGNORED)
    assert (strange.event_id, strange.payment_id) == ("strange", None)
    await worker(old_house).drain()
    assert await Refund.exclude(status="SUCCEEDED").count() == 0
    assert await Payment.filter(id__in=[each["payment_id"] for each in came], status="SUCCEEDED").count() == len(
        [each for each in came if each["fate"] is CaptureFate.TICKET and not each["refunding_minor"]]
    )
    await check_books()
