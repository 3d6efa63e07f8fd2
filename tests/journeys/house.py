"""A small house, and the servers that sell it: as many showtimes as a story needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import clock
from models.database import connect, disconnect
from models.movies import Movie
from models.showtimes import Showtime
from models.venues import Screen, SeatLayout, Venue
from tests.databases import settings_for
from tests.servers import Server

ROWS = 10
SEATS_A_ROW = 20
DRAWING = "\n".join(f"{'ABCDEFGHIJ'[row]} {'s' * SEATS_A_ROW}" for row in range(ROWS))
LIST = "{ showtimes(first: 100) { nodes { id startsAt } } }"


async def open_house(database_url: str, showtimes: int, currency: str = "INR") -> None:
    """One venue, one screen of 200 seats, and this many showtimes from tomorrow on."""
    await connect(settings_for(database_url))
    now = clock.now()
    venue = await Venue.create(created_at=now, name="Aurora", timezone="Asia/Kolkata", currency=currency)
    layout = await SeatLayout.create(created_at=now, drawing=DRAWING, capacity=ROWS * SEATS_A_ROW)
    screen = await Screen.create(created_at=now, name="1", venue=venue, layout=layout)
    movie = await Movie.create(created_at=now, title="The Long Take", opens_on=now.date(), runtime_minutes=120)
    for number in range(showtimes):
        starts_at = now + timedelta(days=1, hours=3 * number)
        await Showtime.create(
            created_at=now,
            movie=movie,
            venue=venue,
            screen=screen,
            layout=layout,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            local_date=starts_at.date(),
            base_price_minor=25000,
            currency=currency,
        )
    await disconnect()


@dataclass
class House:
    """Servers of one database, and the showtimes they sell."""

    servers: list[Server]
    showtimes: list[str]

    @property
    def server(self) -> Server:
        """The first of them."""
        return self.servers[0]


OpenHouse = Callable[..., Awaitable[House]]
