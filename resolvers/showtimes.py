"""Showtimes: finding them, and putting them on."""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import clock
from domain.access import Actor, Permission
from domain.catalogue import SHOWTIMES
from domain.problems import ShowtimeOverlaps
from domain.scheduling import LONGEST_SHOW, PlannedShowtime, ShowtimeDetails, in_the_way, plan
from domain.showtimes import ShowtimeStatus, local_date, next_turn, on_sale, status_at
from domain.traces import Trace, facts
from domain.wrong_calls import NotFound
from models.catalogue import touch
from models.locks import lock_row
from models.movies import Movie
from models.search import found
from models.showtimes import Showtime
from models.venues import Screen, Venue
from resolvers.dependencies import on_time
from resolvers.pages import Page, page
from resolvers.unit_of_work import Work, unit_of_work

NOWHERE = UUID(int=0)
MOMENT = timedelta(seconds=1)  # how long a list may be shown that showtimes enter at moments of their own


@dataclass(frozen=True)
class Wanted:
    """Which showtimes to list; None does not matter."""

    movie_id: UUID | None = None
    venue_id: UUID | None = None
    day: date | None = None
    on_sale: bool | None = None

    def of(self, movie_id: UUID | None) -> "Wanted":
        """Only those of this movie; of none if there is no such movie."""
        return replace(self, movie_id=movie_id or NOWHERE)

    def at(self, venue_id: UUID | None) -> "Wanted":
        """Only those at this venue; at none if there is no such venue."""
        return replace(self, venue_id=venue_id or NOWHERE)


async def find(wanted: Wanted, first: int | None, after: str | None) -> Page[Showtime]:
    """A page of showtimes, the earliest first; without a date those that are not over."""
    now = clock.now()
    query = Showtime.all() if wanted.day else Showtime.to_come(now)
    if wanted.day is not None:
        query = query.filter(local_date=wanted.day)
    if wanted.movie_id is not None:
        query = query.filter(movie_id=wanted.movie_id)
    if wanted.venue_id is not None:
        query = query.filter(venue_id=wanted.venue_id)
    if wanted.on_sale is not None:
        query = Showtime.sold_at(query, now, sold=wanted.on_sale)
        on_time(now + MOMENT)
    return await page(query, ["starts_at"], first, after)


async def one(showtime_id: UUID) -> Showtime | None:
    """A showtime."""
    return await Showtime.get_or_none(id=showtime_id)


def standing_now(showtime: Showtime) -> tuple[ShowtimeStatus, bool]:
    """A showtime's status, and whether it is on sale, at this moment."""
    now = clock.now()
    if (turn := next_turn(showtime.window, now)) is not None:
        on_time(turn)
    return status_at(showtime.window, now), on_sale(showtime.window, now)


async def schedule(
    actor: Actor, movie_id: UUID, screen_id: UUID, wanted: ShowtimeDetails, *, key: str | None = None
) -> Showtime:
    """Put a movie on; ShowtimeOverlaps if the screen is taken then, cleaning time included."""
    async with unit_of_work() as work:
        showtime_id = uuid4()
        given = [movie_id, screen_id, asdict(wanted)]
        if first := await work.once(actor, "createShowtime", key, given, showtime_id):
            return await found(Showtime, first)
        # The venue's lock keeps its screens and their programme for this transaction, the movie's keeps it from deletion.
        venue_id = (await found(Screen, screen_id)).venue_id
        if not actor.may_at(Permission.SHOWTIME_WRITE, venue_id):
            raise NotFound
        venue = await lock_row(Venue, venue_id)
        screen = await Screen.get(id=screen_id)
        movie = await lock_row(Movie, movie_id)
        planned = plan(wanted, movie.runtime_minutes, venue.currency, work.now)
        others = await Showtime.around(screen_id, planned.window, LONGEST_SHOW)
        if other := in_the_way(planned.window, others):
            raise ShowtimeOverlaps(other.id)
        written = await _write(work, Showtime(id=showtime_id, movie_id=movie_id), screen, venue, planned)
        await work.record(actor, _trace(showtime_id, movie, screen, planned))
        return written


def _trace(showtime_id: UUID, movie: Movie, screen: Screen, planned: PlannedShowtime) -> Trace:
    told = facts(
        movie_id=movie.id,
        screen_id=screen.id,
        starts_at=planned.window.starts_at,
        ends_at=planned.window.ends_at,
        sales_open_at=planned.window.sales_open_at,
        base_price=planned.base_price,
        language=planned.language,
        format=planned.format,
    )
    return Trace("CREATE_SHOWTIME", "Showtime", showtime_id, screen.venue_id, after=told)


async def _write(work: Work, showtime: Showtime, screen: Screen, venue: Venue, planned: PlannedShowtime) -> Showtime:
    window = planned.window
    showtime.created_at = work.now
    showtime.venue_id = venue.id
    showtime.screen_id, showtime.layout_id = screen.id, screen.layout_id
    showtime.starts_at, showtime.ends_at = window.starts_at, window.ends_at
    showtime.local_date = local_date(window.starts_at, venue.timezone)
    showtime.sales_open_at = window.sales_open_at
    showtime.base_price_minor, showtime.currency = planned.base_price.minor, planned.base_price.currency
    showtime.price_terms = venue.price_terms
    showtime.language, showtime.format = planned.language, planned.format
    await showtime.save()
    await touch(SHOWTIMES)
    return showtime
