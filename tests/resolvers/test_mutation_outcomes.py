"""A key stands for what it made, once, and its owner can ask for that."""

from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from domain.access import Actor, Role
from domain.payments import MessageState, PaymentProvider, PaymentStatus
from domain.problems import IdempotencyConflict, PaymentRefused, SeatsUnavailable
from domain.wrong_calls import BadUserInput, NotFound
from models.idempotency import IdempotencyAnswer
from models.inbox import PaymentMessage
from models.payments import Capture, Payment
from resolvers import counter, holds, inbox, outcomes, payments, settlement
from resolvers.payments import Payer
from tests.factories.sale import FakeGateway, Sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later


async def test_a_key_says_what_it_made_and_when(sale: Sale, later: Later) -> None:
    later(seconds=0)
    hold = await sale.hold("A1", key="k")
    found = await outcomes.of(sale.ana, "k", "holdSeats")
    assert found is not None
    assert (found.mutation, found.at, found.entity_id) == ("holdSeats", clock.now(), hold.id)


async def test_a_key_of_several_mutations_says_the_latest_unless_one_is_named(sale: Sale, later: Later) -> None:
    hold = await sale.hold("A1", key="k")
    later(seconds=1)
    booking = await sale.book_hold(hold.id, key="k")
    found = [await outcomes.of(sale.ana, "k", mutation) for mutation in (None, "holdSeats", "createBooking")]
    assert [each and each.entity_id for each in found] == [booking.id, hold.id, booking.id]


async def test_what_was_never_done_or_was_refused_is_nothing(sale: Sale) -> None:
    (ben,) = await others(1)
    await sale.hold("A1", actor=ben, key="k")
    await refused(SeatsUnavailable, lambda: sale.hold("A1", key="k"))
    assert await outcomes.of(sale.ana, "k", None) is None, "another's key is no business of mine"
    assert await outcomes.of(ben, "k", "createBooking") is None
    assert await outcomes.of(Actor.anonymous(), "k", None) is None
    for wrong in ("", "x" * 256, "nul\x00"):
        await refused(BadUserInput, lambda key=wrong: outcomes.of(sale.ana, key, None))


async def test_a_key_that_goes_on_with_an_earlier_payment_stands_for_that_one(sale: Sale) -> None:
    booking = await sale.book("A1")
    earlier = await sale.start(booking)
    await Payment.filter(id=earlier.id).update(provider_ref=None, checkout_url=None)  # killed between the commits
    assert (await sale.start(booking, key="k")).id == earlier.id
    assert (await sale.start(booking, key="k")).id == earlier.id
    found = await outcomes.of(sale.ana, "k", None)
    assert found is not None
    assert (found.entity_id, await Payment.all().count()) == (earlier.id, 1)


async def test_a_hold_is_extended_once_for_a_key(sale: Sale, later: Later) -> None:
    later(seconds=0)
    hold, other = await sale.hold("A1"), await sale.hold("B1")
    later(minutes=4)
    once = await holds.extend(sale.ana, hold.id, sale.terms, key="k")
    assert once.expires_at - hold.expires_at == timedelta(minutes=4)
    later(minutes=4)
    before = await everything()
    assert (await holds.extend(sale.ana, hold.id, sale.terms, key="k")).expires_at == once.expires_at
    await refused(BadUserInput, lambda: holds.extend(sale.ana, other.id, sale.terms, key="k"))
    assert await everything() == before
    twice = await holds.extend(sale.ana, hold.id, sale.terms, key="l")
    assert twice.expires_at - once.expires_at == timedelta(minutes=4)


@pytest.mark.parametrize("payer", [Payer(return_url="http://elsewhere/"), Payer(embedded=True)])
async def test_another_way_of_paying_under_the_same_key_is_a_conflict(sale: Sale, payer: Payer) -> None:
    booking = await sale.book("A1")
    first = await sale.start(booking, key="k")
    provider, gateways = sale.gateway.provider, sale.gateways
    await refused(
        IdempotencyConflict,
        lambda: payments.start(sale.ana, booking.id, provider, gateways=gateways, payer=payer, key="k"),
    )
    moved = Payer(address="192.0.2.77")  # a telephone that has left the café
    again = await payments.start(sale.ana, booking.id, provider, gateways=gateways, payer=moved, key="k")
    assert (again.id, await Payment.all().count()) == (first.id, 1)


async def test_a_proof_that_is_refused_is_not_kept(sale: Sale) -> None:
    payment = await sale.start(await sale.book("A1"))
    given = (sale.ana, payment.id, {"ref": "forged"}, sale.gateways, sale.house)
    await refused(PaymentRefused, lambda: payments.confirm(*given, key="k"))
    assert await outcomes.of(sale.ana, "k", None) is None
    confirmed = await payments.confirm(sale.ana, payment.id, {}, sale.gateways, sale.house, key="k")
    found = await outcomes.of(sale.ana, "k", None)
    assert found is not None
    assert (confirmed.id, found.entity_id) == (payment.id, payment.id)


async def test_a_confirmation_that_died_after_its_key_was_kept_is_done_by_the_repetition(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = await sale.start(await sale.book("A1"))
    sale.gateway.told.append(sale.event(payment, settlement.News.CAPTURED))

    async def crash(*_: object) -> bool:
        raise ConnectionError("the machine died")

    monkeypatch.setattr(payments, "ask", crash)
    with pytest.raises(ConnectionError):
        await payments.confirm(sale.ana, payment.id, {}, sale.gateways, sale.house, key="k")
    monkeypatch.undo()
    assert await Capture.all().count() == 0
    for _ in range(2):
        again = await payments.confirm(sale.ana, payment.id, {}, sale.gateways, sale.house, key="k")
        assert (again.status, await Capture.all().count()) == (PaymentStatus.SUCCEEDED, 1)


async def test_money_at_the_counter_is_settled_with_its_key_or_not_at_all(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)
    sale.gateway = FakeGateway(PaymentProvider.COUNTER)
    payment = await sale.start(await sale.book("A1"))
    before = await everything()

    async def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    monkeypatch.setattr(settlement, "apply", crash)
    with pytest.raises(ConnectionError):
        await counter.settle_payment(staff, payment.id, sale.house, key="k")
    monkeypatch.undo()
    assert await everything() == before
    for _ in range(2):
        done = await counter.settle_payment(staff, payment.id, sale.house, key="k")
        assert (done.status, await Capture.all().count()) == (PaymentStatus.SUCCEEDED, 1)
    await refused(NotFound, lambda: counter.settle_payment(staff, uuid4(), sale.house, key="l"))
    assert await IdempotencyAnswer.filter(user_id=staff.user_id).count() == 1


async def test_a_message_is_applied_again_once_for_a_key(sale: Sale) -> None:
    staff = actor_of(await make_staff(Role.ADMIN))
    dead = await PaymentMessage.create(
        id=uuid4(),
        created_at=clock.now(),
        provider=PaymentProvider.SANDBOX,
        event_id="1",
        kind="payment.succeeded",
        body="{}",
        state=MessageState.DEAD,
        attempts=8,
        try_at=clock.now(),
    )
    assert (await inbox.replay(staff, dead.id, key="k")).state is MessageState.NEW
    await PaymentMessage.filter(id=dead.id).update(state=MessageState.DEAD)  # it died again
    assert (await inbox.replay(staff, dead.id, key="k")).state is MessageState.DEAD
    assert (await inbox.replay(staff, dead.id, key="l")).state is MessageState.NEW
