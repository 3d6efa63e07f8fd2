"""Writing the demo cinema, once, into a database that has nothing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from adapters.passwords import Passwords
from domain import catalogue
from domain.layouts import parse_layout
from domain.scheduling import in_the_way
from domain.showtimes import MovieStatus, local_date
from models.catalogue import touch
from models.locks import lock_everybody, lock_row
from models.movies import Movie, MovieGenre
from models.price_terms import write_terms
from models.showtimes import Showtime
from models.staff import Posting
from models.users import User
from models.venues import Screen, SeatLayout, Venue
from resolvers.unit_of_work import unit_of_work
from scripts.demo import crowd
from scripts.demo.films import MOVIES
from scripts.demo.houses import VENUES, DemoScreen, DemoVenue
from scripts.demo.people import FIRST, PEOPLE, DemoPerson
from scripts.demo.programme import DAYS_AHEAD, day_of
from settings import Settings

LEAST_RUNTIME = 90  # of a movie whose editor took its runtime away


async def load(settings: Settings, passwords: Passwords, now: datetime) -> bool:
    """Fill an empty development database; whether the demo cinema is there now.

    Any number of processes may try at once: one fills, the others find it filled.
    """
    if settings.environment == "production" or not settings.demo:
        return False
    if not await _has_data():
        hashes = await _hashes_of(PEOPLE, passwords)
        async with unit_of_work():
            await lock_everybody()
            if not await _has_data():
                await _write_movies(now)
                for venue in VENUES:
                    await _write_venue(venue, now)
                await _write_people(hashes, now)
                await touch(catalogue.MOVIES)
                await touch(catalogue.VENUES)
    await _hire(passwords, now)
    await keep_open(settings, now)
    return await _is_demo()


async def keep_open(settings: Settings, now: datetime) -> None:
    """Extend the programme of a demo database, and sell seats of its next days."""
    await extend_programme(now)
    if await _is_demo():
        await crowd.sell(settings, now)


async def extend_programme(now: datetime) -> int:
    """Schedule what is missing of the next two weeks, in a demo database only; how many showtimes that was."""
    if not await _is_demo():
        return 0
    async with unit_of_work():
        await lock_everybody()
        await _hang_posters()
        movies = await Movie.filter(title__in=[movie.title for movie in MOVIES]).order_by("title")
        missing = [showtime for venue in VENUES for showtime in await _missing(venue, movies, now)]
        await Showtime.bulk_create(missing, batch_size=200)
        await touch(catalogue.SHOWTIMES)
    return len(missing)


async def _is_demo() -> bool:
    """Whether this database was filled here: nobody else has people with these addresses."""
    return await User.filter(email__in=[person.email for person in FIRST]).count() == len(FIRST)


async def _has_data() -> bool:
    return await User.exists() or await Venue.exists() or await Movie.exists()


async def _hire(passwords: Passwords, now: datetime) -> None:
    """Give a demo that is older than some of its people those that it still lacks."""
    there = {user.email for user in await User.filter(email__in=[person.email for person in PEOPLE])}
    missing = [person for person in PEOPLE if person.email not in there]
    if not missing or not await _is_demo():
        return
    hashes = await _hashes_of(missing, passwords)
    async with unit_of_work():
        await lock_everybody()
        await _write_people(hashes, now)


async def _hashes_of(people: Sequence[DemoPerson], passwords: Passwords) -> dict[str, str]:
    hashes = await asyncio.gather(*(passwords.hash(person.password) for person in people))
    return {person.email: password_hash for person, password_hash in zip(people, hashes, strict=True)}


async def _write_people(hashes: Mapping[str, str], now: datetime) -> None:
    """Write those there are hashes for, unless they are there, and post everybody to where they work."""
    for person in PEOPLE:
        user = await User.get_or_none(email=person.email)
        if user is None:
            user = await User.create(
                created_at=now,
                name=person.name,
                email=person.email,
                email_verified_at=now,
                password_hash=hashes[person.email],
                role_names=[person.role.value],
            )
        for venue in await Venue.filter(name__in=list(person.venues)):
            if not await Posting.exists(user_id=user.id, venue_id=venue.id):
                await Posting.create(created_at=now, user_id=user.id, venue_id=venue.id)


async def _write_movies(now: datetime) -> None:
    for movie in MOVIES:
        row = await Movie.create(
            created_at=now,
            title=movie.title,
            description=movie.description,
            runtime_minutes=movie.runtime_minutes,
            age_restriction=movie.age_restriction,
            poster_url=movie.poster_url,
            opens_on=_day(now, movie.opens_in),
            closes_on=_day(now, movie.closes_in),
        )
        await MovieGenre.bulk_create(MovieGenre.rows(row.id, movie.genres))


async def _hang_posters() -> None:
    """Give the movies of a demo that is older than their posters those that they still lack."""
    hung = 0
    for movie in MOVIES:
        hung += await Movie.filter(title=movie.title, poster_url=None).update(poster_url=movie.poster_url)
    if hung:
        await touch(catalogue.MOVIES)


def _day(now: datetime, days: int | None) -> date | None:
    return None if days is None else (now + timedelta(days=days)).date()


async def _write_venue(venue: DemoVenue, now: datetime) -> None:
    row = await Venue.create(
        created_at=now,
        name=venue.name,
        address=venue.address,
        city=venue.city,
        timezone=venue.timezone,
        currency=venue.currency,
        price_terms=write_terms(venue.terms),
    )
    for screen in venue.screens:
        capacity = len(parse_layout(screen.drawing).seats)
        layout = await SeatLayout.create(created_at=now, drawing=screen.drawing, capacity=capacity)
        await Screen.create(created_at=now, venue_id=row.id, name=screen.name, layout_id=layout.id)


async def _missing(venue: DemoVenue, movies: Sequence[Movie], now: datetime) -> list[Showtime]:
    """A venue's showtimes on those days and screens that have none yet."""
    place = await Venue.get_or_none(name=venue.name)
    if place is None:
        return []
    place = await lock_row(Venue, place.id)
    today = local_date(now, venue.timezone)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    missing: list[Showtime] = []
    for screen in venue.screens:
        row = await Screen.get_or_none(venue_id=place.id, name=screen.name)
        if row is not None:
            there = await Showtime.filter(screen_id=row.id, local_date__gte=today - timedelta(days=1))
            planned = {showtime.local_date for showtime in there}
            for day in [day for day in days if day not in planned]:
                plans = _plans(venue, screen, row, day, movies)
                fresh = [Showtime(created_at=now, price_terms=place.price_terms, **values) for values in plans]
                missing += [showtime for showtime in fresh if in_the_way(showtime.window, there) is None]
    return missing


def _plans(
    venue: DemoVenue, screen: DemoScreen, row: Screen, day: date, movies: Sequence[Movie]
) -> Iterator[dict[str, object]]:
    showing = [movie for movie in movies if movie.status_on(day) is MovieStatus.NOW_SHOWING]
    for slot in day_of(venue, screen, day, [movie.runtime_minutes or LEAST_RUNTIME for movie in showing]):
        yield {
            "movie_id": showing[slot.movie].id,
            "venue_id": row.venue_id,
            "screen_id": row.id,
            "layout_id": row.layout_id,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "local_date": day,
            "language": venue.language,
            "format": screen.format,
            "base_price_minor": slot.base_price_minor,
            "currency": venue.currency,
        }
