"""A call that is repeated has one effect and the same answer; keys are nobody else's."""

import asyncio
from datetime import timedelta

import pytest

import clock
from domain.bookings import BookingStatus
from domain.payments import PaymentStatus
from domain.problems import BadUserInput, IdempotencyConflict, SeatsUnavailable
from models import idempotency
from models.bookings import Hold
from models.idempotency import IdempotencyAnswer
from models.payments import Payment
from models.seat_claims import SeatClaim
from resolvers import bookings, holds, seat_maps
from tests.factories.sale import Sale, others
from tests.resolvers.refusals import refused


async def test_the_same_key_and_input_give_the_same_hold_read_now(sale: Sale) -> None:
    first = await sale.hold("A1", key="k")
    await holds.release(sale.ana, first.id)
    again = await sale.hold("A1", key="k")
    assert (again.id, again.status) == (first.id, "RELEASED")
    assert await Hold.all().count() == 1
    assert (await sale.map()).version == 2


async def test_another_input_under_the_same_key_is_a_conflict(sale: Sale) -> None:
    await sale.hold("A1", key="k")
    await refused(IdempotencyConflict, lambda: sale.hold("A2", key="k"))


async def test_a_key_belongs_to_its_person(sale: Sale) -> None:
    (ben,) = await others(1)
    mine = await sale.hold("A1", key="k")
    theirs = await sale.hold("A2", actor=ben, key="k")
    assert mine.id != theirs.id


async def test_a_key_belongs_to_its_mutation(sale: Sale) -> None:
    hold = await sale.hold("A1", key="k")
    booking = await bookings.book(sale.ana, hold.id, key="k")
    payment = await sale.start(booking, key="k")
    assert (await bookings.book(sale.ana, hold.id, key="k")).id == booking.id
    assert (await sale.start(booking, key="k")).id == payment.id
    assert (await bookings.cancel(sale.ana, booking.id, key="k")).status is BookingStatus.CANCELLED
    assert (await bookings.cancel(sale.ana, booking.id, key="k")).status is BookingStatus.CANCELLED
    assert await IdempotencyAnswer.all().count() == 4


async def test_a_refusal_is_not_kept_and_never_overwrites_a_success(sale: Sale) -> None:
    (ben,) = await others(1)
    bens = await sale.hold("A1", actor=ben)
    await refused(SeatsUnavailable, lambda: sale.hold("A1", key="k"))
    assert await IdempotencyAnswer.all().count() == 0
    await holds.release(ben, bens.id)
    mine = await sale.hold("A1", key="k")
    assert (await sale.hold("A1", key="k")).id == mine.id


async def test_twenty_twins_at_once_pay_once(sale: Sale) -> None:
    booking = await sale.book("A1")
    answers = await asyncio.gather(*(sale.start(booking, key="k") for _ in range(20)))
    assert len({answer.id for answer in answers}) == 1
    assert {answer.status for answer in answers} == {PaymentStatus.PENDING}
    assert await Payment.all().count() == 1


async def test_a_crash_before_the_commit_leaves_neither_effect_nor_answer(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    monkeypatch.setattr(seat_maps.seat_changes, "record", crash)
    with pytest.raises(ConnectionError):
        await sale.hold("A1", key="k")
    assert (await Hold.all().count(), await SeatClaim.all().count(), await IdempotencyAnswer.all().count()) == (0, 0, 0)
    monkeypatch.undo()
    hold = await sale.hold("A1", key="k")
    assert (await IdempotencyAnswer.get()).entity_id == hold.id


async def test_a_payment_whose_checkout_was_never_opened_is_opened_by_the_repetition(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking, key="k")
    await Payment.filter(id=payment.id).update(provider_ref=None, checkout_url=None)  # killed between the commits
    again = await sale.start(booking, key="k")
    assert (again.id, again.provider_ref, again.checkout_url) == (
        payment.id,
        payment.provider_ref,
        payment.checkout_url,
    )
    assert sale.gateway.opened == [payment.id, payment.id]


@pytest.mark.parametrize("key", ["", "x" * 256, "nul\x00", "half \ud800", "two\nlines"])
async def test_a_key_has_a_length_and_can_be_printed(sale: Sale, key: str) -> None:
    await refused(BadUserInput, lambda: sale.hold("A1", key=key))


async def test_answers_are_kept_for_a_day_and_more(sale: Sale) -> None:
    await sale.hold("A1", key="k")
    assert await idempotency.forget_before(clock.now() - timedelta(hours=24)) == 0
    assert await idempotency.forget_before(clock.now() + timedelta(seconds=1)) == 1


async def test_the_answer_is_kept_in_the_transaction_of_its_effect(sale: Sale) -> None:
    hold = await sale.hold("A1", key="k")
    kept = await IdempotencyAnswer.get()
    assert (kept.user_id, kept.mutation, kept.key, kept.entity_id) == (sale.ana.user_id, "holdSeats", "k", hold.id)
