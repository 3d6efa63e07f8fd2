"""Showtimes to sell."""

from datetime import datetime, timedelta

import clock
from domain.showtimes import local_date
from models.movies import Movie
from models.showtimes import Showtime
from models.venues import Screen
from tests.factories.movies import make_movie
from tests.factories.screens import drawn, make_screen

TOMORROW = timedelta(days=1)


async def make_showtime(
    *,
    rows: int = 10,
    base_price: int = 25_000,
    starts_in: timedelta = TOMORROW,
    starts_at: datetime | None = None,
    lasts: timedelta = timedelta(hours=2),
    sales_open_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    screen: Screen | None = None,
    movie: Movie | None = None,
) -> Showtime:
    """A showtime on sale, tomorrow, in rows of ten standard seats at `base_price` in minor units.

    Its screen, venue and movie are its own unless they are given.
    """
    place = screen or await make_screen(drawing=drawn(rows))
    venue = await place.venue
    begins = starts_at or clock.now() + starts_in
    return await Showtime.create(
        created_at=clock.now(),
        movie=movie or await make_movie(),
        venue=venue,
        screen=place,
        layout_id=place.layout_id,
        starts_at=begins,
        ends_at=begins + lasts,
        local_date=local_date(begins, venue.timezone),
        sales_open_at=sales_open_at,
        cancelled_at=cancelled_at,
        base_price_minor=base_price,
        currency=venue.currency,
    )
