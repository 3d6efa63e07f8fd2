"""The checker of histories finds what it is there to find."""

import pytest

import clock
from domain.seat_maps import SeatMapChange, SeatState
from models import seat_changes
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from settings import Settings
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.races.history import check_history

HELD, BOOKED, FREE = SeatState.HELD, SeatState.BOOKED, SeatState.AVAILABLE


@pytest.fixture
async def sale(database: Database, settings: Settings) -> Sale:
    return await open_sale(settings)


async def forge(sale: Sale, available: int, seats: dict[str, SeatState], cause: str) -> None:
    """Write a log row, and the version with it, that no code of ours would write."""
    version = (await Showtime.get(id=sale.showtime.id)).seat_version + 1
    await Showtime.all().update(seat_version=version)
    change = SeatMapChange(sale.showtime.id, version - 1, version, available, seats)
    await seat_changes.record(change, cause, clock.now())


async def test_an_honest_history_passes(sale: Sale) -> None:
    await sale.buy("A1", "A2")
    await sale.hold("A3")
    assert (await check_history(sale.showtime.id)).version == 3


async def test_a_seat_held_twice_is_found(sale: Sale) -> None:
    await sale.hold("A1", "A2")
    await forge(sale, 97, {"A2": HELD, "A3": HELD}, "HELD")
    with pytest.raises(AssertionError, match="A2 was HELD when version 2 had it HELD"):
        await check_history(sale.showtime.id)


async def test_a_seat_sold_twice_is_found(sale: Sale) -> None:
    await sale.buy("A1")
    await forge(sale, 99, {"A1": BOOKED}, "BOOKED")
    with pytest.raises(AssertionError, match="A1 was BOOKED when version 3 had it BOOKED"):
        await check_history(sale.showtime.id)


async def test_a_booked_seat_that_expires_is_found(sale: Sale) -> None:
    await sale.buy("A1")
    await forge(sale, 100, {"A1": FREE}, "EXPIRED")
    with pytest.raises(AssertionError, match="A1 was BOOKED when version 3 had it AVAILABLE"):
        await check_history(sale.showtime.id)


async def test_a_pair_that_was_split_is_found(sale: Sale) -> None:
    await sale.hold("A1", "A2")
    await seat_changes.SeatChange.all().update(seats={"A1": "HELD"}, available=99)
    await SeatClaim.filter(label="A2").delete()
    with pytest.raises(AssertionError):
        await check_history(sale.showtime.id)


async def test_a_wrong_count_a_lost_version_and_a_map_that_knows_better_are_found(sale: Sale) -> None:
    await sale.hold("A1")
    await sale.hold("A2")
    log = seat_changes.SeatChange
    await log.filter(version=2).update(available=99)
    with pytest.raises(AssertionError, match="version 2 says 99 are free; 98 are"):
        await check_history(sale.showtime.id)
    await log.filter(version=2).update(available=98)
    await check_history(sale.showtime.id)
    await SeatClaim.filter(label="A2").update(state=BOOKED)
    with pytest.raises(AssertionError, match="the map is not what its log says"):
        await check_history(sale.showtime.id)
    await log.filter(version=1).delete()
    with pytest.raises(AssertionError, match="a version is missing or double"):
        await check_history(sale.showtime.id)
