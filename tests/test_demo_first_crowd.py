"""The demo cinema's crowd comes: once, whoever starts, to houses nobody has been to, and only where it is wanted."""

import asyncio

import pytest
import time_machine

from domain.events import Event
from domain.holds import HoldStatus
from domain.seat_maps import SeatMapChange
from models.bookings import Booking, Hold
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim, snapshot
from models.showtimes import Showtime
from models.users import User
from resolvers import holds, unit_of_work
from scripts import demo
from scripts.demo.guests import GUESTS
from scripts.demo.people import PEOPLE
from tests.databases import Database
from tests.demo_cinema import NOW, load
from tests.factories.crowd import SOLD, counts, crowded, sold_showtimes
from tests.factories.users import actor_of, make_customer


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


async def keep_only_tonight() -> None:
    """Cancel all but the last dozen showings of today: enough to tell where there is no race."""
    tonight = await Showtime.filter(local_date=NOW.date(), starts_at__gt=NOW).order_by("-starts_at").limit(12)
    await Showtime.all().exclude(id__in=[showtime.id for showtime in tonight]).update(cancelled_at=NOW)


async def test_whoever_was_there_first_has_the_house_to_themselves(database: Database) -> None:
    assert await load(database)
    await keep_only_tonight()
    settings = crowded(database)
    showtime = await Showtime.filter(local_date=NOW.date(), starts_at__gt=NOW).order_by("-starts_at").first()
    hold = await holds.place(actor_of(await make_customer()), showtime.id, ["D7", "D8"], holds.terms(settings))
    await demo.keep_open(settings, NOW)
    claims = await SeatClaim.filter(showtime_id=showtime.id)
    assert {(claim.label, claim.hold_id) for claim in claims} == {("D7", hold.id), ("D8", hold.id)}
    assert (await Hold.get(id=hold.id)).status is HoldStatus.ACTIVE
    assert len(await sold_showtimes()) == 12
    assert await SeatClaim.all().count() > 100


async def test_many_that_start_at_once_sell_every_seat_once(database: Database) -> None:
    assert await load(database)
    await asyncio.gather(*(demo.keep_open(crowded(database), NOW) for _ in range(3)))
    for showtime in await sold_showtimes():
        seat_map = await snapshot(showtime.id, NOW)
        last = await SeatChange.get(showtime_id=showtime.id, version=showtime.seat_version)
        assert last.available == seat_map.capacity - len(seat_map.taken)
        assert seat_map.version == 2 * await Booking.filter(showtime_id=showtime.id).count()
    assert await User.all().count() == len(PEOPLE) + len(GUESTS)


async def test_watchers_are_told_what_was_written(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await load(database)
    await keep_only_tonight()
    told: list[Event] = []
    monkeypatch.setattr(unit_of_work.live, "announce", told.append)
    await demo.keep_open(crowded(database), NOW)
    assert len(told) == len(await sold_showtimes()) == 12
    for change in told:
        assert isinstance(change, SeatMapChange)
        seat_map = await snapshot(change.showtime_id, NOW)
        assert (change.since, change.version, change.seats) == (0, seat_map.version, seat_map.taken)
        assert change.available == seat_map.capacity - len(seat_map.taken)


@pytest.mark.parametrize("changed", [{"demo_crowd": False}, {"payment_providers": ""}])
async def test_nobody_comes_where_no_crowd_is_wanted(changed: dict[str, object], database: Database) -> None:
    assert await load(database)
    await demo.keep_open(crowded(database).model_copy(update=changed), NOW)
    assert await counts() == [0] * len(SOLD) + [len(PEOPLE)]


async def test_nobody_comes_where_there_is_no_demo(database: Database) -> None:
    assert await load(database)
    await User.filter(email="ben@marquee.test").delete()
    await demo.keep_open(crowded(database), NOW)
    assert await Booking.all().count() == 0
