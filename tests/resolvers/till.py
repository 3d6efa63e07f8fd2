"""What tests of the money look at: what is due, and whether the books are those that the rows themselves add up to."""

from collections import Counter
from uuid import UUID

from domain.ledger import Account
from domain.payments import CaptureFate
from domain.refunds import RefundStatus
from domain.tasks import CarryOutRefund, from_body
from jobs.loops import handler_of
from jobs.worker import Worker
from models.ledger import LedgerEntry
from models.payments import Capture, Payment
from models.refunds import Refund
from models.sales import Sale as SaleRow
from models.tasks import QueuedTask
from tests.factories.sale import Sale


async def refunds_due() -> list[UUID]:
    """The payments whose money the worker was asked to give back, in the order in which that was decided."""
    queued = await QueuedTask.filter(kind=CarryOutRefund.kind).order_by("created_at")
    asked = [from_body(task.kind, task.body) for task in queued]
    return [(await Refund.get(id=task.refund_id)).payment_id for task in asked if isinstance(task, CarryOutRefund)]


async def ordered() -> list[tuple[str, int, str]]:
    """Why, how much, and how far each refund has come, in the order in which they were ordered."""
    return [(row.reason.value, row.amount_minor, row.status.value) for row in await Refund.all().order_by("created_at")]


def worker(sale: Sale) -> Worker:
    """One that does what the queue holds, through the sale's gateway."""

    return Worker(handler_of(sale.gateways), idle_seconds=0.01)


async def balances(currency: str = "INR") -> dict[str, int]:
    """What the accounts of the ledger say that are not at zero."""
    found: Counter[str] = Counter()
    for entry in await LedgerEntry.filter(currency=currency):
        found[entry.account.value] += entry.amount_minor
    return {account: minor for account, minor in found.items() if minor}


async def check_books() -> None:
    """Every movement sums to zero, no capture gives back more than came, and the accounts are what the rows add up to."""
    sums: Counter[tuple[UUID, str]] = Counter()
    for entry in await LedgerEntry.all():
        sums[entry.movement, entry.currency] += entry.amount_minor
    assert set(sums.values()) <= {0}
    expected: Counter[tuple[str, str]] = Counter()
    for capture in await Capture.all():
        await _add(capture, expected)
    for currency in {currency for _, currency in expected} | {"INR"}:
        found = {account: minor for (account, of), minor in expected.items() if of == currency and minor}
        assert await balances(currency) == found
    for payment in await Payment.filter(id__in=[capture.payment_id for capture in await Capture.all()]):
        came = sum(capture.amount_minor for capture in await Capture.filter(payment_id=payment.id))
        back = sum(capture.refunded_minor for capture in await Capture.filter(payment_id=payment.id))
        assert payment.status == ("REFUNDED" if back == came else "PARTIALLY_REFUNDED" if back else "SUCCEEDED")
    sold = sum(row.amount_minor - row.refunded_minor for row in await SaleRow.all())
    assert sold == -(await balances()).get(Account.SALES.value, 0), "the reports tell what the ledger does not"


async def _add(capture: Capture, accounts: Counter[tuple[str, str]]) -> None:
    last = await Refund.filter(capture_id=capture.id, followed_by=None)
    wanted = sum(row.amount_minor for row in last)
    kept = sum(row.kept_minor for row in last)
    gone = sum(row.amount_minor for row in last if row.status is RefundStatus.SUCCEEDED)
    assert (capture.refunding_minor, capture.refunded_minor) == (wanted + kept, gone)
    assert 0 <= gone <= wanted <= capture.amount_minor - kept
    left = capture.amount_minor - wanted
    accounts[Account.PROVIDER.value, capture.currency] += capture.amount_minor - gone
    accounts[Account.REFUNDS.value, capture.currency] -= wanted - gone
    if capture.fate is CaptureFate.TICKET:
        accounts[Account.SALES.value, capture.currency] -= left
    else:
        assert left == 0 or capture.fate is CaptureFate.OFFER, "money without a cause"
        accounts[Account.CUSTOMERS.value, capture.currency] -= left
