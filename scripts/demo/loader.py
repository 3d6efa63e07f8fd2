"""Writing the demo cinema, once, into a database that has nothing."""

import asyncio
from datetime import date, datetime, timedelta

from adapters.passwords import Passwords
from domain.layouts import parse_layout
from domain.showtimes import local_date
from models.locks import lock_everybody
from models.movies import Movie, MovieGenre
from models.search import folded
from models.showtimes import Showtime
from models.users import User
from models.venues import Screen, SeatLayout, Venue
from resolvers.unit_of_work import unit_of_work
from scripts.demo.films import MOVIES
from scripts.demo.houses import VENUES, DemoScreen, DemoVenue
from scripts.demo.people import PEOPLE
from scripts.demo.programme import DAYS_AHEAD, day_of
from settings import Settings


async def load(settings: Settings, passwords: Passwords, now: datetime) -> bool:
    """Fill an empty development database; whether the demo cinema is there now.

    Any number of processes may try at once: one fills, the others find it filled.
    """
    if settings.environment == "production" or not settings.demo:
        return False
    if not await _has_data():
        hashes = await asyncio.gather(*(passwords.hash(person.password) for person in PEOPLE))
        async with unit_of_work():
            await lock_everybody()
            if not await _has_data():
                await _write_people(hashes, now)
                await _write_movies(now)
                for venue in VENUES:
                    await _write_venue(venue, now)
    if not await User.exists(email=PEOPLE[0].email):
        return False
    await extend_programme(now)
    return True


async def extend_programme(now: datetime) -> int:
    """Schedule what is missing of the next two weeks; how many showtimes that was."""
    async with unit_of_work():
        await lock_everybody()
        names = [movie.title for movie in MOVIES if movie.opens_in is not None and movie.opens_in <= 0]
        showing = await Movie.filter(title__in=names, closes_on=None).order_by("title")
        missing = [
            showtime
            for venue in VENUES
            for screen in venue.screens
            for showtime in await _missing(venue, screen, showing, now)
        ]
        await Showtime.bulk_create(missing, batch_size=200)
    return len(missing)


async def _has_data() -> bool:
    return await User.exists() or await Venue.exists() or await Movie.exists()


async def _write_people(hashes: list[str], now: datetime) -> None:
    for person, password_hash in zip(PEOPLE, hashes, strict=True):
        await User.create(
            created_at=now,
            name=person.name,
            email=person.email,
            password_hash=password_hash,
            role_names=[person.role.value],
        )


async def _write_movies(now: datetime) -> None:
    for movie in MOVIES:
        row = await Movie.create(
            created_at=now,
            title=movie.title,
            title_folded=folded(movie.title),
            description=movie.description,
            runtime_minutes=movie.runtime_minutes,
            age_restriction=movie.age_restriction,
            opens_on=_day(now, movie.opens_in),
            closes_on=_day(now, movie.closes_in),
        )
        genres = [MovieGenre(movie_id=row.id, genre=genre, position=place) for place, genre in enumerate(movie.genres)]
        await MovieGenre.bulk_create(genres)


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
    )
    for screen in venue.screens:
        capacity = len(parse_layout(screen.drawing).seats)
        layout = await SeatLayout.create(created_at=now, drawing=screen.drawing, capacity=capacity)
        await Screen.create(created_at=now, venue_id=row.id, name=screen.name, layout_id=layout.id)


async def _missing(venue: DemoVenue, screen: DemoScreen, showing: list[Movie], now: datetime) -> list[Showtime]:
    place = await Screen.get_or_none(name=screen.name, venue__name=venue.name)
    if place is None or not showing:
        return []
    today = local_date(now, venue.timezone)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    planned = set(await Showtime.filter(screen_id=place.id, local_date__in=days).values_list("local_date", flat=True))
    runtimes = [movie.runtime_minutes or 0 for movie in showing]
    return [
        Showtime(
            created_at=now,
            movie_id=showing[slot.movie].id,
            venue_id=place.venue_id,
            screen_id=place.id,
            layout_id=place.layout_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            local_date=day,
            language=venue.language,
            format=screen.format,
            base_price_minor=slot.base_price_minor,
            currency=venue.currency,
        )
        for day in days
        if day not in planned
        for slot in day_of(venue, screen, day, runtimes)
    ]
