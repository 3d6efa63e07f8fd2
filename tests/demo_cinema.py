"""The demo cinema on an evening of its own, for tests to look at."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from adapters.passwords import Passwords
from domain.scheduling import TURNAROUND
from domain.showtimes import local_date, local_time
from models.movies import Movie
from models.showtimes import Showtime
from models.users import User
from models.venues import Screen, SeatLayout, Venue
from scripts import demo
from settings import Settings
from tests.databases import Database, settings_for

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TABLES = (User, Venue, Screen, SeatLayout, Movie, Showtime)


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def developing(database: Database) -> Settings:
    return settings_for(database.url).model_copy(update={"demo": True, "demo_crowd": False})


async def load(database: Database, now: datetime = NOW) -> bool:
    return await demo.load(developing(database), Passwords(4), now)


async def counts() -> list[int]:
    return [await table.all().count() for table in TABLES]


@pytest.fixture
async def cinema(database: Database) -> Database:
    assert await load(database)
    return database


async def assert_programme(now: datetime) -> None:
    """Two weeks ahead on every screen, in opening hours, with time to clean."""
    screens = {screen.id: await screen.venue for screen in await Screen.all()}
    rows = await Showtime.all().order_by("screen_id", "starts_at")
    for screen_id, venue in screens.items():
        mine = [row for row in rows if row.screen_id == screen_id]
        today = local_date(now, venue.timezone)
        ahead = {today + timedelta(days=days) for days in range(15)}
        assert ahead <= {row.local_date for row in mine}
        assert all(later.starts_at - row.ends_at >= TURNAROUND for row, later in pairwise(mine))
        for row in mine:
            assert row.local_date == local_date(row.starts_at, venue.timezone)
            local = local_time(row.starts_at, venue.timezone)
            assert 10 <= local.hour <= 22
            assert local.minute % 15 == 0
            assert row.currency == venue.currency
            assert row.base_price_minor > 0
            assert row.price_terms == venue.price_terms != {}
