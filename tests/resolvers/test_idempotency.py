"""A call that is repeated has one effect and the same answer; keys are nobody else's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from tortoise.transactions import in_transaction

import clock
from domain.bookings import BookingStatus
from domain.payments import PaymentStatus
from domain.problems import IdempotencyConflict, SeatsUnavailable
from domain.wrong_calls import BadUserInput
from models import idempotency
from models.bookings import Booking, Hold
from models.idempotency import IdempotencyAnswer
from models.payments import Payment
from models.seat_claims import SeatClaim
from resolvers import cancellations, holds, seat_maps, unit_of_work
from tests.factories.sale import Sale, others
from tests.resolvers.refusals import everything, refused


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
    booking = await sale.book_hold(hold.id, key="k")
    payment = await sale.start(booking, key="k")
    assert (await sale.book_hold(hold.id, key="k")).id == booking.id
    assert (await sale.start(booking, key="k")).id == payment.id
    assert (await cancellations.cancel(sale.ana, booking.id, key="k")).status is BookingStatus.CANCELLED
    assert (await cancellations.cancel(sale.ana, booking.id, key="k")).status is BookingStatus.CANCELLED
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
    def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    monkeypatch.setattr(seat_maps.OpenMap, "written", crash)
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


async def test_another_input_is_a_conflict_for_every_mutation(sale: Sale) -> None:
    first, second = await sale.hold("A1", key="k"), await sale.hold("A2")
    booking = await sale.book_hold(first.id, key="k")
    other = await sale.book_hold(second.id)
    await sale.start(booking, key="k")
    calls = (
        lambda: sale.hold("A1", "A3", key="k"),
        lambda: sale.book_hold(second.id, key="k"),
        lambda: sale.book_hold(first.id, "POPCORN", key="k"),
        lambda: sale.start(other, key="k"),
    )
    for call in calls:
        await refused(IdempotencyConflict, call)
    await cancellations.cancel(sale.ana, booking.id, key="k")
    await refused(IdempotencyConflict, lambda: cancellations.cancel(sale.ana, other.id, key="k"))


async def test_a_repetition_is_answered_with_what_is_true_now(sale: Sale) -> None:
    hold = await sale.hold("A1")
    booking = await sale.book_hold(hold.id, key="k")
    payment = await sale.start(booking, key="k")
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    before = await everything()
    assert (await sale.book_hold(hold.id, key="k")).status is BookingStatus.CONFIRMED
    assert (await sale.start(booking, key="k")).status is PaymentStatus.SUCCEEDED
    await cancellations.cancel(sale.ana, booking.id)
    assert (await sale.book_hold(hold.id, key="k")).status is BookingStatus.CANCELLED
    assert len((await everything())["IdempotencyAnswer"]) == len(before["IdempotencyAnswer"]) == 2


async def test_twenty_twins_of_any_mutation_have_one_effect_and_one_answer(sale: Sale) -> None:
    hold = await one_answer(20, lambda: sale.hold("A1", "A2", key="k"))
    booking = await one_answer(20, lambda: sale.book_hold(hold, key="k"))
    payment = await one_answer(20, lambda: sale.start(Booking(id=booking), key="k"))
    assert await one_answer(20, lambda: cancellations.cancel(sale.ana, booking, key="k")) == booking
    rows = await everything()
    assert {table: len(rows[table]) for table in ("Hold", "Booking", "Payment", "IdempotencyAnswer")} == {
        "Hold": 1,
        "Booking": 1,
        "Payment": 1,
        "IdempotencyAnswer": 4,
    }
    assert (rows["Payment"][0]["id"], rows["Payment"][0]["status"]) == (payment, PaymentStatus.CANCELLED)
    assert set(sale.gateway.opened) == {payment}
    assert (await sale.map()).version == 2
    # Started, opened, cancelled: three changes, whoever asked how often.
    assert rows["Booking"][0]["version"] == 1 + 3


async def one_answer(times: int, call: Callable[[], Awaitable[Hold | Booking | Payment]]) -> UUID:
    """The id that all of so many simultaneous calls answered."""
    answers = await asyncio.gather(*(call() for _ in range(times)))
    (id,) = {answer.id for answer in answers}
    return id


async def test_twins_that_are_refused_are_all_refused_and_none_is_remembered(sale: Sale) -> None:
    (ben,) = await others(1)
    await sale.hold("A1", actor=ben)
    before = await everything()
    calls = (sale.hold("A1", key="k") for _ in range(20))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {SeatsUnavailable}
    assert await everything() == before


async def test_one_key_of_twenty_people_at_once_is_twenty_keys(sale: Sale) -> None:
    people = await others(20)
    seats = [f"{row}{number}" for row in "AB" for number in range(1, 11)]
    made = await asyncio.gather(
        *(sale.hold(seat, actor=person, key="k") for person, seat in zip(people, seats, strict=True))
    )
    assert len({hold.id for hold in made}) == 20
    assert (await IdempotencyAnswer.all().count(), (await sale.map()).available) == (20, 80)


async def test_twins_and_a_stranger_to_their_input_at_once_are_told_apart(sale: Sale) -> None:
    calls = [sale.hold("A1" if number % 2 else "A2", key="k") for number in range(20)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 10, IdempotencyConflict: 10}
    assert await SeatClaim.all().count() == 1


@pytest.mark.parametrize("step", ["hold", "book", "start", "cancel"])
async def test_a_commit_that_never_happens_leaves_no_answer_and_the_repetition_does_it(
    sale: Sale, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    hold = await sale.hold("A1")
    booking = await sale.book_hold((await sale.hold("A2")).id)
    calls = {
        "hold": lambda: sale.hold("A3", key="k"),
        "book": lambda: sale.book_hold(hold.id, key="k"),
        "start": lambda: sale.start(booking, key="k"),
        "cancel": lambda: cancellations.cancel(sale.ana, booking.id, key="k"),
    }
    before = await everything()
    with monkeypatch.context() as dying:
        dying.setattr(unit_of_work, "in_transaction", dying_at_the_commit)
        with pytest.raises(ConnectionError):
            await calls[step]()
    assert await everything() == before
    done = await calls[step]()
    assert (await calls[step]()).id == done.id
    assert await IdempotencyAnswer.all().count() == 1


@asynccontextmanager
async def dying_at_the_commit() -> AsyncIterator[None]:
    """A transaction whose machine is switched off before the commit."""
    async with in_transaction():
        yield
        raise ConnectionError("switched off")
