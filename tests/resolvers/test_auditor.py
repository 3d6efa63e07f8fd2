"""The standing auditor: silent about books that are right, and not about any that are wrong."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

import clock
from adapters import adapters_from
from domain.access import Actor
from domain.audits import PROMISES, Invariant, Report
from jobs.loops import background_loops
from models.bookings import Booking, Hold
from models.inbox import PaymentMessage
from models.offers import Offer
from models.payments import Capture
from models.refunds import Refund
from resolvers import auditor, inbox
from resolvers.auditor import audit
from settings import Settings
from tests.factories.sale import Sale
from tests.resolvers.audited import World, change, evening_of
from tests.resolvers.faults import FAULTS, Plant
from tests.resolvers.sale_fixtures import Later


@pytest.fixture
async def world(sale: Sale, later: Later) -> World:
    return await evening_of(sale, later)


def broken(report: Report) -> dict[Invariant, list[str]]:
    """What each invariant that does not hold says."""
    return {check.invariant: [each.message for each in check.violations] for check in report.checks if check.violations}


def nodes(report: Report) -> set[tuple[str, UUID]]:
    return {(node.kind, node.id) for violation in report.violations for node in violation.nodes}


async def test_every_invariant_is_checked_and_promises_something(world: World) -> None:
    report = await audit(world.now)
    assert [check.invariant for check in report.checks] == list(Invariant) == list(PROMISES)
    assert (broken(report), report.clean, report.at) == ({}, True, world.now)
    # The control: there is something of everything to be wrong about.
    for rows, count in ((Hold, 7), (Booking, 5), (Capture, 3), (Refund, 1), (Offer, 1), (PaymentMessage, 1)):
        assert await rows.all().count() == count, rows


# What cannot be wrong without another invariant being broken as well.
BESIDES = {
    "kept_and_returned": {Invariant.TWO_CAUSES, Invariant.BOOKING_WITHOUT_MONEY, Invariant.MONEY_WITHOUT_CAUSE},
    "sold_and_offered": {Invariant.TWO_CAUSES, Invariant.MONEY_WITHOUT_CAUSE, Invariant.LEDGER_UNBALANCED},
}


def test_there_is_a_fault_for_every_invariant() -> None:
    assert {invariant for invariant, _, _ in FAULTS} == set(Invariant)


@pytest.mark.parametrize(("invariant", "says", "plant"), FAULTS, ids=[plant.__name__ for _, _, plant in FAULTS])
async def test_a_planted_fault_is_found(invariant: Invariant, says: str, plant: Plant, world: World) -> None:
    named = await plant(world)
    report = await audit(world.now)
    found = broken(report)
    bookings = {name: getattr(world, name).reference for name in ("bought", "pending", "returned", "offered")}
    low, high = sorted([bookings["bought"], bookings["pending"]])
    expected = says.format(**bookings, low=low, high=high)
    assert any(message.startswith(expected) for message in found[invariant]), found
    assert named in nodes(report)
    assert set(found) == BESIDES.get(plant.__name__, {invariant}), found
    assert not report.clean


async def test_what_may_take_a_moment_is_not_wrong_at_once(world: World) -> None:
    almost = world.now - timedelta(seconds=59)
    await change("holds", world.hold.id, expires_at=almost)
    await change("offers", await world.id_of("offers", world.offered), expires_at=almost)
    refund = await world.id_of("refunds", world.returned)
    await change("refunds", refund, status="PROCESSING", created_at=world.now - timedelta(hours=23, minutes=59))
    recent = world.now - timedelta(minutes=9, seconds=59)
    await change("payment_messages", world.message.id, state="NEW", created_at=recent, try_at=recent)
    assert broken(await audit(world.now)) == {}
    assert set(broken(await audit(world.now + timedelta(minutes=2)))) == {
        Invariant.HOLD_PAST_ITS_END,
        Invariant.MESSAGE_STUCK,
        Invariant.REFUND_STUCK,
    }


async def test_only_people_know_whether_the_counter_has_handed_money_back(world: World) -> None:
    refund = await world.id_of("refunds", world.returned)
    await change("refunds", refund, created_at=world.now - timedelta(days=30), provider="COUNTER")
    assert broken(await audit(world.now)) == {}


async def test_a_failed_refund_that_is_tried_again_is_not_stuck(world: World) -> None:
    refund = await Refund.get(booking_id=world.returned.id)
    await Refund.filter(id=refund.id).update(status="FAILED", followed_by=UUID(int=2))
    await Refund.create(
        **{name: getattr(refund, name) for name in refund._meta.db_fields} | {"id": UUID(int=2), "attempt": 2}
    )
    assert broken(await audit(world.now)) == {}


async def test_an_old_message_that_is_replayed_is_as_good_as_new(world: World) -> None:
    await change(
        "payment_messages", world.message.id, state="DEAD", created_at=world.now - timedelta(days=3), attempts=8
    )
    await inbox.replay(Actor.system(), world.message.id)
    assert broken(await audit(world.now)) == {}


async def test_no_more_than_the_first_hundred_are_told(world: World) -> None:
    for number in range(105):
        row = PaymentMessage(
            provider="SANDBOX", event_id=f"dead_{number}", kind="", body="", state="DEAD", try_at=world.now
        )
        row.created_at = world.now
        await row.save()
    assert {invariant: len(told) for invariant, told in broken(await audit(world.now)).items()} == {
        Invariant.DEAD_LETTERS: 100
    }


async def test_the_loop_tells_the_log_within_a_cycle_and_counts(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = asyncio.Event()

    class Watched(auditor.Figures):
        def note(self, report: Report) -> None:
            super().note(report)
            if self.audits == 2:
                twice.set()

    monkeypatch.setattr(auditor, "figures", Watched())
    assert auditor.facts() == {"audits": 0}
    quick = settings.model_copy(update={"audit_seconds": 0.05})
    loop = background_loops(adapters_from(quick))["payments.audit"]
    await change("bookings", world.pending.id, status="CONFIRMED")
    with capture_logs() as lines:
        running = asyncio.create_task(loop())
        async with asyncio.timeout(10):
            await twice.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    told = [line for line in lines if line["event"] == "The books are wrong"]
    assert len(told) == auditor.figures.audits
    assert told[0] == {
        "event": "The books are wrong",
        "log_level": "error",
        "invariant": "BOOKING_WITHOUT_MONEY",
        "violation": f"Booking {world.pending.reference} is confirmed, but no money of exactly its price, 250.00 INR, bought"
        " its tickets.",
        "rows": [f"Booking {world.pending.id}"],
    }
    assert auditor.facts() == {
        "audits": len(told),
        "at": clock.now().isoformat(),
        "clean": False,
        "violations": {"BOOKING_WITHOUT_MONEY": 1},
        "found": {"BOOKING_WITHOUT_MONEY": len(told)},
    }
