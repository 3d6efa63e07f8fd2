"""Everybody at once, and what must be true afterwards; and how to take the guards away, to see the race lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

import pytest

from domain.access import Actor
from domain.seat_maps import SeatState
from models import seat_claims, showtimes
from models.base import on_sqlite, sql
from models.bookings import Hold
from models.seat_claims import SeatClaim
from models.showtimes import LockedShowtime, Showtime
from resolvers import holds, unit_of_work
from tests.factories.users import actor_of, make_customer
from tests.races.history import check_history

T = TypeVar("T")
Attempt = Callable[[], Awaitable[Hold]]


async def race(attempts: Sequence[Callable[[], Awaitable[T]]]) -> list[T | BaseException]:
    """Everybody at once; what each of them got."""
    started = asyncio.Event()

    async def run(attempt: Callable[[], Awaitable[T]]) -> T:
        await started.wait()
        return await attempt()

    running = [asyncio.create_task(run(attempt)) for attempt in attempts]
    await asyncio.sleep(0)
    started.set()
    return await asyncio.gather(*running, return_exceptions=True)


async def people(count: int) -> list[Actor]:
    """Customers, each with an account."""
    return [actor_of(await make_customer()) for _ in range(count)]


def attempt(actor: Actor, showtime: Showtime, seats: list[str], terms: holds.HoldTerms) -> Attempt:
    """What each rival does."""
    return lambda: holds.place(actor, showtime.id, seats, terms)


async def check_books(showtime: Showtime, won: Sequence[Sequence[str]]) -> None:
    """Holds, claims, map and log tell the same story, and it is that of the winners and the seats they won."""
    sold = [label for seats in won for label in seats]
    assert len(sold) == len(set(sold)), "a seat was sold twice"
    made = await Hold.filter(showtime_id=showtime.id)
    assert sorted(sorted(hold.quote.labels) for hold in made) == sorted(map(sorted, won)), "a refusal left something"
    claims = await SeatClaim.filter(showtime_id=showtime.id)
    assert {(claim.label, claim.hold_id) for claim in claims} == {
        (label, hold.id) for hold in made for label in hold.quote.labels
    }
    seat_map = await check_history(showtime.id)
    assert seat_map.version == len(won)
    assert dict(seat_map.taken) == dict.fromkeys(sold, SeatState.HELD)


def seats_of(outcomes: Sequence[Hold | BaseException]) -> list[list[str]]:
    """The seats of each winner."""
    return [outcome.quote.labels for outcome in outcomes if isinstance(outcome, Hold)]


async def read_only(showtime_id: UUID, person: UUID | None = None) -> LockedShowtime:
    """What the lock answers, without locking anybody out."""
    row = await Showtime.get(id=showtime_id)
    return LockedShowtime(
        id=row.id,
        venue_id=row.venue_id,
        version=row.seat_version + 1,
        layout_id=row.layout_id,
        window=row.window,
        base_price=row.base_price,
        terms=row.terms,
        day=row.local_date,
        minimum_age=None,
    )


@asynccontextmanager
async def no_transaction() -> AsyncIterator[None]:
    """Every statement for itself."""
    yield


async def place_without_log(hold: Hold, labels: Sequence[str], *_: object) -> None:
    """The log has a guard of its own, which must not hide that the other is missing."""
    await hold.save(force_create=True)
    await seat_claims.claim(hold.showtime_id, labels, hold.id, hold.expires_at)


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read, check, write: as it is done where nobody has thought of rivals."""
    monkeypatch.setattr(showtimes, "lock_next_version", read_only)
    monkeypatch.setattr(unit_of_work, "in_transaction", no_transaction)
    monkeypatch.setattr("models.selections.place", place_without_log)


async def without_unique_claims() -> None:
    """Spoil this database: it no longer minds a seat that is claimed twice."""
    if on_sqlite():
        columns = "id INTEGER PRIMARY KEY, showtime_id, label, state, hold_id, booking_id, expires_at"
        await sql(f"CREATE TABLE bare_claims ({columns})")
        await sql("DROP TABLE seat_claims")
        await sql("ALTER TABLE bare_claims RENAME TO seat_claims")
        return
    found = await sql("SELECT conname FROM pg_constraint WHERE conrelid = 'seat_claims'::regclass AND contype = 'u'")
    assert len(found) == 1
    await sql(f'ALTER TABLE seat_claims DROP CONSTRAINT "{found[0]["conname"]}"')
