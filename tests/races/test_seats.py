"""No seat is ever sold twice, no pair is split, and a refusal leaves nothing behind."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from domain.access import Actor
from domain.problems import HoldLimitReached, SeatsUnavailable
from domain.seat_maps import SeatState
from models import seat_changes, showtimes
from models.base import on_sqlite, sql
from models.bookings import Hold
from models.database import connect, disconnect
from models.seat_claims import SeatClaim
from models.showtimes import LockedShowtime, Showtime
from resolvers import holds, seat_maps, unit_of_work
from settings import Settings
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer

pytestmark = pytest.mark.usefixtures("database")

Attempt = Callable[[], Awaitable[Hold]]


@pytest.fixture
def terms(settings: Settings) -> holds.HoldTerms:
    return holds.terms(settings)


async def race(attempts: Sequence[Attempt]) -> list[Hold | BaseException]:
    """Everybody at once; what each of them got."""
    started = asyncio.Event()

    async def run(attempt: Attempt) -> Hold:
        await started.wait()
        return await attempt()

    running = [asyncio.create_task(run(attempt)) for attempt in attempts]
    await asyncio.sleep(0)
    started.set()
    return await asyncio.gather(*running, return_exceptions=True)


async def people(count: int) -> list[Actor]:
    return [actor_of(await make_customer()) for _ in range(count)]


def attempt(actor: Actor, showtime: Showtime, seats: list[str], terms: holds.HoldTerms) -> Attempt:
    return lambda: holds.place(actor, showtime.id, seats, terms)


async def check_books(showtime: Showtime, outcomes: Sequence[Hold | BaseException]) -> None:
    """Holds, claims, map and log tell the same story, and it is that of the winners."""
    won = [hold for hold in outcomes if isinstance(hold, Hold)]
    sold = [label for hold in won for label in hold.quote.labels]
    assert len(sold) == len(set(sold)), "a seat was sold twice"
    claims = await SeatClaim.filter(showtime_id=showtime.id)
    assert {(claim.label, claim.hold_id) for claim in claims} == {
        (label, hold.id) for hold in won for label in hold.quote.labels
    }
    assert await Hold.filter(showtime_id=showtime.id).count() == len(won), "a refusal left a hold behind"
    seat_map = await seat_maps.of(showtime.id)
    assert seat_map is not None
    assert seat_map.version == len(won)
    log = await seat_changes.SeatChange.filter(showtime_id=showtime.id).order_by("version")
    assert [row.version for row in log] == list(range(1, len(won) + 1))
    assert dict(seat_map.taken) == {label: SeatState.HELD for row in log for label in row.seats}


async def test_three_hundred_rivals_for_two_seats_have_one_winner(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    outcomes = await race([attempt(actor, showtime, ["F7", "F8"], terms) for actor in await people(300)])
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 1, SeatsUnavailable: 299}
    assert all(refusal.seats == ["F7", "F8"] for refusal in outcomes if isinstance(refusal, SeatsUnavailable))
    await check_books(showtime, outcomes)


async def test_overlapping_triples_are_held_whole_or_not_at_all(terms: holds.HoldTerms) -> None:
    showtime, dice = await make_showtime(rows=3), random.Random(7)
    labels = [f"{row}{number}" for row in "ABC" for number in range(1, 11)]
    attempts = [attempt(actor, showtime, dice.sample(labels, 3), terms) for actor in await people(50)]
    outcomes = await race(attempts)
    assert {type(outcome) for outcome in outcomes} == {Hold, SeatsUnavailable}
    await check_books(showtime, outcomes)


async def test_whoever_asks_in_the_other_order_waits_for_nobody(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    actors = await people(60)
    orders = [["A1", "B1"], ["B1", "A1"]]
    outcomes = await race([attempt(actor, showtime, orders[i % 2], terms) for i, actor in enumerate(actors)])
    assert Counter(type(outcome) for outcome in outcomes) == {Hold: 1, SeatsUnavailable: 59}
    await check_books(showtime, outcomes)


async def test_with_one_seat_taken_beforehand_nobody_gets_the_other(terms: holds.HoldTerms) -> None:
    showtime = await make_showtime()
    first, *rivals = await people(41)
    taken = await holds.place(first, showtime.id, ["C2"], terms)
    outcomes = await race([attempt(actor, showtime, ["C1", "C2"], terms) for actor in rivals])
    assert all(isinstance(refusal, SeatsUnavailable) and refusal.seats == ["C2"] for refusal in outcomes)
    await check_books(showtime, [taken, *outcomes])


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


async def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, check, write: the guard of the lock gone, and the unique index with it."""

    async def read_only(showtime_id: UUID) -> LockedShowtime:
        row = await Showtime.get(id=showtime_id)
        return LockedShowtime(row.id, row.seat_version + 1, row.layout_id, row.window, row.base_price)

    @asynccontextmanager
    async def no_transaction() -> AsyncIterator[None]:
        yield

    async def log_nothing(*_: object) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(showtimes, "lock_next_version", read_only)
    monkeypatch.setattr(unit_of_work, "in_transaction", no_transaction)
    monkeypatch.setattr(seat_changes, "record", log_nothing)
    for statement in await _unguarded():
        await sql(statement)


async def _unguarded() -> list[str]:
    if not on_sqlite():
        found = await sql("SELECT indexname FROM pg_indexes WHERE tablename = 'seat_claims' AND indexname LIKE 'uid_%'")
        return [f'ALTER TABLE seat_claims DROP CONSTRAINT "{row["indexname"]}"' for row in found]
    return [
        "CREATE TABLE bare_claims (id INTEGER PRIMARY KEY, showtime_id, label, state, hold_id, booking_id, expires_at)",
        "DROP TABLE seat_claims",
        "ALTER TABLE bare_claims RENAME TO seat_claims",
    ]


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
    await without_locks(monkeypatch)
    outcomes = await race([attempt(actor, showtime, ["F7", "F8"], terms) for actor in actors])
    winners = [outcome for outcome in outcomes if isinstance(outcome, Hold)]
    assert len(winners) > 1, "without its guards the race must be lost, or the tests above prove nothing"


async def test_control_without_the_lock_the_unique_claim_still_has_the_last_word(
    terms: holds.HoldTerms, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read_only(showtime_id: UUID) -> LockedShowtime:
        row = await Showtime.get(id=showtime_id)
        return LockedShowtime(row.id, row.seat_version + 1, row.layout_id, row.window, row.base_price)

    showtime = await make_showtime()
    actors = await people(40)
    monkeypatch.setattr(showtimes, "lock_next_version", read_only)
    outcomes = await race([attempt(actor, showtime, ["F7", "F8"], terms) for actor in actors])
    assert Counter(type(outcome) for outcome in outcomes)[Hold] == 1
    claims = await SeatClaim.filter(showtime_id=showtime.id)
    assert sorted(claim.label for claim in claims) == ["F7", "F8"]
