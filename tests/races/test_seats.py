"""No seat is ever sold twice, no pair is split, and a refusal leaves nothing behind."""

import random
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from tortoise.exceptions import IntegrityError

from domain.problems import HoldLimitReached, SeatsUnavailable
from models import showtimes
from models.bookings import Hold
from models.database import connect, disconnect
from models.seat_claims import SeatClaim
from models.showtimes import LockedShowtime
from resolvers import holds, unit_of_work
from settings import Settings
from tests.factories.showtimes import make_showtime
from tests.races.rivals import (
    attempt,
    check_books,
    no_transaction,
    people,
    race,
    seats_of,
    without_locks,
    without_unique_claims,
)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def terms(settings: Settings) -> holds.HoldTerms:
    return holds.terms(settings)


async def test_three_hundred_rivals_for_two_seats_have_one_winner(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    outcomes = await race([attempt(actor, showtime, ["F7", "F8"], terms) for actor in await people(300)])
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 1, SeatsUnavailable: 299}
    assert all(refusal.seats == ["F7", "F8"] for refusal in outcomes if isinstance(refusal, SeatsUnavailable))
    await check_books(showtime, seats_of(outcomes))


async def test_overlapping_triples_are_held_whole_or_not_at_all(terms: holds.HoldTerms) -> None:
    showtime, dice = await make_showtime(rows=3), random.Random(7)
    labels = [f"{row}{number}" for row in "ABC" for number in range(1, 11)]
    attempts = [attempt(actor, showtime, dice.sample(labels, 3), terms) for actor in await people(50)]
    outcomes = await race(attempts)
    assert {type(outcome) for outcome in outcomes} == {Hold, SeatsUnavailable}
    await check_books(showtime, seats_of(outcomes))


async def test_whoever_asks_in_the_other_order_waits_for_nobody(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    actors = await people(60)
    orders = [["A1", "B1"], ["B1", "A1"]]
    outcomes = await race([attempt(actor, showtime, orders[i % 2], terms) for i, actor in enumerate(actors)])
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 1, SeatsUnavailable: 59}
    await check_books(showtime, seats_of(outcomes))


async def test_with_one_seat_taken_beforehand_nobody_gets_the_other(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    first, *rivals = await people(41)
    taken = await holds.place(first, showtime.id, ["C2"], terms)
    outcomes = await race([attempt(actor, showtime, ["C1", "C2"], terms) for actor in rivals])
    assert all(isinstance(refusal, SeatsUnavailable) and refusal.seats == ["C2"] for refusal in outcomes)
    await check_books(showtime, seats_of([taken, *outcomes]))


async def test_nobody_gets_more_holds_by_asking_everywhere_at_once(terms: holds.HoldTerms) -> None:
    houses = [await make_showtime() for _ in range(10)]
    (greedy,) = await people(1)
    outcomes = await race([attempt(greedy, house, ["A1"], terms) for house in houses])
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 3, HoldLimitReached: 7}
    assert await SeatClaim.all().count() == 3


async def test_twins_with_one_key_get_one_hold(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    (actor,) = await people(1)
    outcomes = await race([lambda: holds.place(actor, showtime.id, ["D4"], terms, key="k") for _ in range(20)])
    assert len({outcome.id for outcome in outcomes if isinstance(outcome, Hold)}) == 1
    assert {type(outcome) for outcome in outcomes} == {Hold}
    assert await Hold.all().count() == 1


async def test_control_without_a_key_the_twins_are_rivals(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    (actor,) = await people(1)
    outcomes = await race([attempt(actor, showtime, ["D4"], terms) for _ in range(20)])
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 1, SeatsUnavailable: 19}


@pytest.fixture
async def scratch(new_database_url: Callable[[], str], settings: Settings) -> None:
    """A database of this test's own, to be spoiled."""
    await disconnect()
    await connect(settings.model_copy(update={"database_url": new_database_url()}))


async def test_control_without_the_guards_the_same_race_oversells(
    terms: holds.HoldTerms, scratch: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    showtime = await make_showtime()
    actors = await people(60)
    without_locks(monkeypatch)
    await without_unique_claims()
    outcomes = await race([attempt(actor, showtime, ["F7", "F8"], terms) for actor in actors])
    winners = [outcome for outcome in outcomes if isinstance(outcome, Hold)]
    assert len(winners) > 1, "without its guards the race must be lost, or the tests above prove nothing"


async def test_control_without_the_lock_the_unique_claim_still_has_the_last_word(
    terms: holds.HoldTerms, monkeypatch: pytest.MonkeyPatch
) -> None:
    showtime = await make_showtime()
    actors = await people(40)
    without_locks(monkeypatch)
    outcomes = await race([attempt(actor, showtime, ["F7", "F8"], terms) for actor in actors])
    kinds = Counter(type(outcome) for outcome in outcomes)
    assert set(kinds) <= {Hold, IntegrityError, SeatsUnavailable}
    assert kinds[Hold] == 1
    assert kinds[IntegrityError] > 0, "nobody came as far as the index: the race was not run"
    claims = await SeatClaim.filter(showtime_id=showtime.id)
    assert sorted(claim.label for claim in claims) == ["F7", "F8"]
    assert len({claim.hold_id for claim in claims}) == 1


async def test_control_whoever_is_counted_without_a_lock_gets_more(
    terms: holds.HoldTerms, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = showtimes.lock_next_version

    async def lock_the_map_alone(showtime_id: UUID, person: UUID | None = None) -> LockedShowtime:
        return await lock(showtime_id)

    houses = [await make_showtime() for _ in range(10)]
    (greedy,) = await people(1)
    monkeypatch.setattr(showtimes, "lock_next_version", lock_the_map_alone)
    monkeypatch.setattr(unit_of_work, "in_transaction", no_transaction)
    outcomes = await race([attempt(greedy, house, ["A1"], terms) for house in houses])
    assert Counter(type(outcome) for outcome in outcomes)[Hold] > 3
