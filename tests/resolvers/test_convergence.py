"""Whatever of a provider's messages comes, in whatever order and how often, and whatever is lost: after one look at all that
the provider knows, everything stands as if each had come once and in its order.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings as generated, strategies as st

import clock
from adapters.payments.base import Message
from domain.money import Money
from domain.payments import GatewayEvent, MessageState, News, PaymentProvider
from domain.refunds import RefundStatus
from models.bookings import Booking, Ticket
from models.inbox import PaymentMessage
from models.ledger import LedgerEntry
from models.payments import Capture, Payment
from models.refunds import Refund
from models.tasks import QueuedTask
from resolvers import cancellations, holds, inbox, payments
from tests.factories.sale import FakeGateway, Sale, others
from tests.factories.showtimes import make_showtime
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import check_books, worker

State: TypeAlias = dict[str, object]
COST = 50_000

# What the provider knows in the end, in the order in which it happened; each is news, an amount, and a name of its own.
PROCESSING, FAILED, CANCELLED = ("PROCESSING", COST, ""), ("FAILED", COST, ""), ("CANCELLED", COST, "")
CAPTURED, TOO_LITTLE, TWICE = ("CAPTURED", COST, "c1"), ("CAPTURED", 100, "c1"), ("CAPTURED", COST, "c2")
OURS_BACK, OURS_FAILED = ("REFUNDED", COST, "ours"), ("REFUND_FAILED", COST, "ours")
STRANGE, STRANGE_PART, STRANGE_REST = ("REFUNDED", COST, "s1"), ("REFUNDED", 20_000, "s1"), ("REFUNDED", 30_000, "s2")
BOUNCED = ("REFUND_FAILED", COST, "s1")
Fact: TypeAlias = tuple[str, int, str]

TRUTHS: dict[str, list[Fact]] = {
    "paid": [PROCESSING, CAPTURED],
    "failed": [PROCESSING, FAILED],
    "given up and failed": [CANCELLED, PROCESSING, FAILED],
    "failed, then captured after all": [PROCESSING, FAILED, CAPTURED],
    "too little": [PROCESSING, TOO_LITTLE],
    "captured twice": [PROCESSING, CAPTURED, TWICE],
    "given back in the dashboard": [PROCESSING, CAPTURED, STRANGE],
    "given back in part": [CAPTURED, STRANGE_PART],
    "given back in two parts": [FAILED, CAPTURED, STRANGE_PART, STRANGE_REST],
    "given back, and bounced": [CAPTURED, STRANGE, BOUNCED],
}
# Here the booking is cancelled first: its refund is ordered, and the provider tells later what became of it.
CANCELLING: dict[str, list[Fact]] = {
    "our refund": [PROCESSING, CAPTURED, OURS_BACK],
    "our refund failed": [PROCESSING, CAPTURED, OURS_FAILED],
    "our refund succeeded and failed": [CAPTURED, OURS_BACK, OURS_FAILED],
}


@dataclass
class Story:
    """One payment in a house of its own, and what its provider knows of it."""

    sale: Sale
    later: Later
    payment: Payment
    truth: list[GatewayEvent] = field(default_factory=list)

    @classmethod
    async def begin(cls, sale: Sale, later: Later, facts: Sequence[Fact], *, is_cancelled: bool) -> "Story":
        (person,) = await others(1)
        house = replace(sale, showtime=await make_showtime(rows=2), ana=person, gateway=FakeGateway())
        payment = await house.start(await house.book("A1", "A2"))
        story = cls(house, later, payment)
        if is_cancelled:
            await story.cancel()
        refund = await Refund.get_or_none(payment_id=payment.id)
        for news, minor, name in facts:
            known = {"capture_ref": name if name.startswith("c") else "c1"}
            known |= {"refund_id": refund.id} if name == "ours" and refund else {}
            known |= {"refund_ref": f"{name} {payment.id}"} if name.startswith("s") else {}
            known["capture_ref"] = f"{known['capture_ref']} {payment.id}"
            story.truth.append(house.event(payment, News(news), amount=Money(minor, "INR"), **known))
        return story

    async def cancel(self) -> None:
        """Pay, cancel, and have the refund taken by a provider that tells later what became of it."""
        paid = self.sale.event(self.payment, News.CAPTURED, capture_ref=f"c1 {self.payment.id}")
        await self.hear([paid])
        await cancellations.cancel(self.sale.ana, self.payment.booking_id)
        self.sale.gateway.outcomes.append(None)
        await worker(self.sale).drain()

    async def hear(self, events: Sequence[GatewayEvent]) -> None:
        """Messages come, and are applied for as long as any can be."""
        for event in events:
            await inbox.receive(Message(event.event_id, event.news.value, "{}", event), PaymentProvider.SANDBOX)
            while await inbox.apply_next(self.sale.house):
                pass

    async def come_to_rest(self) -> None:
        """Ask the provider for all it knows; do, and have done, what is due later."""
        self.sale.gateway.told = list(self.truth)
        assert await payments.ask(self.payment, self.sale.gateways, self.sale.house)
        for _ in range(4):
            self.later(minutes=5)
            await holds.release_expired(clock.now())
            while await inbox.apply_next(self.sale.house):
                pass
            await worker(self.sale).drain()
        assert not await QueuedTask.exists(finished_at=None)
        await check_books()

    async def state(self) -> State:
        """All that matters in the end, without names and moments."""
        booking = await Booking.get(id=self.payment.booking_id)
        captures = await Capture.filter(payment_id=self.payment.id)
        entries = await LedgerEntry.filter(capture_id__in=[capture.id for capture in captures])
        balances: dict[str, int] = {}
        for entry in entries:
            balances[entry.account.value] = balances.get(entry.account.value, 0) + entry.amount_minor
        refunds = await Refund.filter(payment_id=self.payment.id)
        return {
            "booking": booking.status.value,
            "payment": (await Payment.get(id=self.payment.id)).status.value,
            # Of money that came twice either may buy the seats.
            "captures": sorted((c.amount_minor, c.fate.value, c.refunded_minor) for c in captures),
            "refunds": sorted((r.reason, r.amount_minor, r.status, r.attempt) for r in refunds),
            "tickets": sorted([(t.seat, t.status.value) for t in await Ticket.filter(booking_id=booking.id)]),
            "seats": sorted([await self.sale.state_of(seat) for seat in ("A1", "A2")], key=str),
            "balances": {account: minor for account, minor in balances.items() if minor},
            "waiting": await PaymentMessage.filter(payment_id=self.payment.id, state=MessageState.NEW).count(),
        }


async def told(sale: Sale, later: Later, name: str, order: Sequence[int] | None) -> State:
    """How a story ends whose messages come in this order; None: each once, as they happened."""
    facts = (TRUTHS | CANCELLING)[name]
    story = await Story.begin(sale, later, facts, is_cancelled=name in CANCELLING)
    await story.hear(story.truth if order is None else [story.truth[each] for each in order])
    await story.come_to_rest()
    return await story.state()


ORDERS = st.sampled_from([*TRUTHS, *CANCELLING]).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(st.integers(0, len((TRUTHS | CANCELLING)[name]) - 1), max_size=6))
)


async def test_any_messages_in_any_order_end_as_all_in_their_order(
    sale: Sale, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    expected = {}
    for name in TRUTHS | CANCELLING:
        monkeypatch.setattr(clock, "now", lambda: moment)
        expected[name] = await told(sale, later, name, None)
    assert len({str(state) for state in expected.values()}) >= 9, "the stories end differently"
    loop = asyncio.get_running_loop()

    @generated(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(ORDERS)
    def check(example: tuple[str, list[int]]) -> None:
        name, order = example
        monkeypatch.setattr(clock, "now", lambda: moment)
        ended = asyncio.run_coroutine_threadsafe(told(sale, later, name, order), loop).result(timeout=60)
        assert ended == expected[name], (name, order)

    await asyncio.to_thread(check)


async def test_how_each_story_ends(sale: Sale, later: Later) -> None:
    """The control of the test above: these are the ends that all the orders have in common."""
    ends = {}
    for name in TRUTHS | CANCELLING:
        state = await told(sale, later, name, None)
        ends[name] = (state["booking"], state["payment"], state["balances"])
    paid = {"PROVIDER": COST, "SALES": -COST}
    assert ends == {
        "paid": ("CONFIRMED", "SUCCEEDED", paid),
        "failed": ("EXPIRED", "FAILED", {}),
        "given up and failed": ("EXPIRED", "CANCELLED", {}),
        "failed, then captured after all": ("CONFIRMED", "SUCCEEDED", paid),
        "too little": ("EXPIRED", "REFUNDED", {}),
        "captured twice": ("CONFIRMED", "PARTIALLY_REFUNDED", paid),
        "given back in the dashboard": ("CANCELLED", "REFUNDED", {}),
        "given back in part": ("CONFIRMED", "PARTIALLY_REFUNDED", {"PROVIDER": 30_000, "SALES": -30_000}),
        "given back in two parts": ("CANCELLED", "REFUNDED", {}),
        "given back, and bounced": ("CANCELLED", "REFUNDED", {}),
        "our refund": ("CANCELLED", "REFUNDED", {}),
        "our refund failed": ("CANCELLED", "REFUNDED", {}),
        "our refund succeeded and failed": ("CANCELLED", "REFUNDED", {}),
    }
    assert {RefundStatus.SUCCEEDED} == {row.status for row in await Refund.filter(followed_by=None)}
