"""The house as it is now: what the rows and the viewers say, looked at once a tick."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

import clock
from domain.access import Actor, Reach
from domain.payments import PaymentStatus
from domain.seat_maps import SeatState
from domain.showtimes import local_date
from domain.wrong_calls import NotFound
from models.house import SeatCounts
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from resolvers import holds
from settings import Settings
from subscriptions import house, live
from subscriptions.house import House
from subscriptions.presence import watched_by
from subscriptions.seat_maps import WatchedSeatMap, topic_of
from subscriptions.watching import told
from tests.databases import Database
from tests.factories.sale import Sale, open_sale, others
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue

HOUSE = Actor.system()
NOON = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)  # at noon in Kolkata


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def sale(database: Database, settings: Settings) -> Sale:
    """Seats are sold for a showtime of the day after tomorrow."""
    return await open_sale(settings, starts_in=timedelta(days=2))


def shown(found: House) -> dict[UUID, tuple[int, SeatCounts]]:
    return {now.showtime.id: (now.viewers, now.seats) for now in found.showtimes}


async def test_a_showtime_matters_while_it_is_watched_held_or_of_today(sale: Sale) -> None:
    assert shown(await house.look(None)) == {}
    with watched_by(topic_of(sale.showtime.id), [1, 2, 3]):
        assert shown(await house.look(None)) == {sale.showtime.id: (3, SeatCounts())}
    hold = await sale.hold("A1", "A2")
    assert shown(await house.look(None)) == {sale.showtime.id: (0, SeatCounts(1, 2, 0))}
    await holds.release(sale.ana, hold.id)
    assert shown(await house.look(None)) == {}
    await sale.buy("A3")
    assert shown(await house.look(None)) == {}
    await Showtime.filter(id=sale.showtime.id).update(local_date=NOON.date())
    assert shown(await house.look(None)) == {sale.showtime.id: (0, SeatCounts(0, 0, 1))}
    await Showtime.filter(id=sale.showtime.id).update(cancelled_at=NOON)
    assert shown(await house.look(None)) == {}


async def test_an_unpaid_booking_is_a_hold_and_a_lapsed_hold_is_none(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sale.book("A1", "A2")
    await sale.hold("A3")
    assert shown(await house.look(None)) == {sale.showtime.id: (0, SeatCounts(2, 3, 0))}
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=10))
    assert await SeatClaim.all().count() == 3  # no sweep has come by
    assert shown(await house.look(None)) == {}


async def test_today_is_each_venue_s_own(sale: Sale) -> None:
    moment = NOON.replace(hour=20)  # the 22nd in Kolkata, still the 21st in New York
    there = {}
    for zone in ("Asia/Kolkata", "America/New_York"):
        screen = await make_screen(await make_venue(timezone=zone))
        for hours in (-30, -3, 8, 30):
            shown_at = moment + timedelta(hours=hours)
            showtime = await make_showtime(screen=screen, starts_at=shown_at)
            there[showtime.id] = local_date(shown_at, zone) == local_date(moment, zone)
    assert sorted(there.values()) == [False] * 5 + [True] * 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: moment)
        found = await house.look(None)
    assert set(shown(found)) == {id for id, is_today in there.items() if is_today}
    assert [now.showtime.starts_at for now in found.showtimes] == sorted(
        now.showtime.starts_at for now in found.showtimes
    )


async def test_a_venue_sees_what_is_its_own(sale: Sale) -> None:
    other = await make_showtime(starts_in=timedelta(minutes=30))
    await sale.hold("A1")
    with watched_by(topic_of(sale.showtime.id), [1]), watched_by(topic_of(other.id), [1, 2]):
        assert shown(await house.look(frozenset({sale.showtime.venue_id}))) == {
            sale.showtime.id: (1, SeatCounts(1, 1, 0))
        }
        assert shown(await house.look(frozenset({other.venue_id}))) == {other.id: (2, SeatCounts())}
        assert set(shown(await house.look(None))) == {sale.showtime.id, other.id}
        assert [now.showtime.id for now in (await house.look(None)).showtimes] == [other.id, sale.showtime.id]


@pytest.mark.parametrize("seed", range(3))
async def test_the_seats_are_counted_as_the_rows_stand(sale: Sale, seed: int) -> None:
    dice, people = random.Random(seed), [sale.ana, *await others(12)]
    labels = [f"{row}{number}" for row in "ABCDEFGH" for number in range(1, 11)]
    for person in people:
        seats = [labels.pop() for _ in range(dice.randint(1, 3))]
        hold = await sale.hold(*seats, actor=person)
        step = dice.choice(["hold", "book", "buy", "release"])
        if step == "release":
            await holds.release(person, hold.id)
        elif step != "hold":
            booking = await sale.book_hold(hold.id, actor=person)
            if step == "buy":
                await sale.tell(await sale.start(booking, actor=person), PaymentStatus.SUCCEEDED)
    claims = await SeatClaim.all()
    held = [claim for claim in claims if claim.state is SeatState.HELD]
    booked = [claim for claim in claims if claim.state is SeatState.BOOKED]
    wanted = SeatCounts(len({claim.hold_id for claim in held}), len(held), len(booked))
    assert len(booked) + len(held) > 5
    with watched_by(topic_of(sale.showtime.id), [1]):
        assert shown(await house.look(None)) == {sale.showtime.id: (1, wanted)}


async def test_whoever_watches_a_map_alone_is_a_viewer_until_they_leave(sale: Sale) -> None:
    watching = [told(WatchedSeatMap(sale.showtime.id, None)) for _ in range(3)]
    for each in watching:
        await anext(each)
    assert shown(await house.look(None)) == {sale.showtime.id: (3, SeatCounts())}
    await watching[0].aclose()
    assert shown(await house.look(None))[sale.showtime.id][0] == 2
    await watching[1].aclose()
    waiting = asyncio.ensure_future(anext(watching[2]))  # cut off in the middle of waiting
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert shown(await house.look(None)) == {}
    assert live.current().health()["watchers"] == 0


async def many(venue_id: UUID | None, desks: int, every: float) -> list[AsyncIterator[House]]:
    return [house.events(HOUSE, venue_id, every) for _ in range(desks)]


async def test_many_desks_look_once_a_tick(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Reach] = []
    real = house.look

    async def look(venues: Reach) -> House:
        looks.append(venues)
        await asyncio.sleep(0.01)
        return await real(venues)

    monkeypatch.setattr(house, "look", look)
    desks = await many(None, 20, 0.2)
    for tick in range(1, 4):
        seen = await asyncio.gather(*(anext(desk) for desk in desks))
        assert len({id(each) for each in seen}) <= 2  # those of one tick share; the first may meet the end of one
        assert len(looks) <= tick + 1
    for desk in desks:
        await desk.aclose()
    before = len(looks)
    await asyncio.sleep(0.5)
    assert len(looks) == before  # nobody watches: nothing is looked at
    assert house._lookouts == {}


async def test_who_comes_later_in_a_tick_is_shown_the_same(sale: Sale) -> None:
    first, second = house.events(HOUSE, None, 3600.0), house.events(HOUSE, None, 3600.0)
    seen = await anext(first)
    assert await anext(second) is seen
    for desk in (first, second):
        await desk.aclose()
    again = house.events(HOUSE, None, 3600.0)
    assert await anext(again) is not seen
    await again.aclose()


async def test_a_venue_that_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound):
        await anext(house.events(HOUSE, uuid4(), 1.0))
    assert house._lookouts == {}
