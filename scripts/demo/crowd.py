"""A crowd for the demo cinema: today's and tomorrow's showtimes, partly sold, exactly as real sales would leave them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta, tzinfo
from random import Random
from uuid import UUID

from domain.access import Role
from domain.bookings import new_reference
from domain.payments import PaymentProvider
from domain.showtimes import local_date, local_time
from models import seat_claims, showtimes
from models.bookings import Booking
from models.locks import lock_everybody
from models.showtimes import Showtime
from models.users import User
from models.venues import Venue
from resolvers.unit_of_work import unit_of_work
from scripts.demo.audience import parties, share_sold
from scripts.demo.guests import GUESTS, address_of
from scripts.demo.tills import Purchase, Till
from settings import Settings

A_DAY = timedelta(days=1)
SOLD_WITHIN = timedelta(hours=60)
GUESTS_SINCE = timedelta(days=90)
ASLEEP = range(1, 8)  # hours in which hardly anybody buys


async def sell(settings: Settings, now: datetime) -> int:
    """Sell seats of those showtimes of today and tomorrow of which nobody has any; how many bookings that was."""
    if not settings.demo_crowd or PaymentProvider.SANDBOX.value not in settings.providers:
        return 0
    till, sold, guests = Till(settings), 0, list[UUID]()
    async for showtime in _untouched(now):
        guests = guests or await _guests(now)
        latest = min(now, showtime.starts_at) - till.takes
        is_today = showtime.local_date == local_date(now, showtime.venue.timezone)
        purchases = await _purchases(showtime, guests, latest, is_today=is_today)
        if purchases:
            sold += await _write(till, showtime, purchases)
    return sold


async def _untouched(now: datetime) -> AsyncIterator[Showtime]:
    for venue in await Venue.all().order_by("name"):
        today = local_date(now, venue.timezone)
        wanted = Showtime.filter(venue_id=venue.id, local_date__in=[today, today + A_DAY], seat_version=0)
        for showtime in await wanted.filter(cancelled_at=None).select_related("movie", "screen", "venue"):
            yield showtime


async def _write(till: Till, showtime: Showtime, purchases: Sequence[Purchase]) -> int:
    """Write what was bought of a showtime, unless somebody has been there meanwhile."""
    async with unit_of_work() as work:
        locked = await showtimes.lock(showtime.id)
        if locked.version:
            return 0
        await till.write(work, showtime, purchases)
    return len(purchases)


async def _purchases(showtime: Showtime, guests: Sequence[UUID], latest: datetime, *, is_today: bool) -> list[Purchase]:
    """Who has bought which seats of a showtime: the same parties whenever it is asked on that day."""
    luck = Random(f"{showtime.screen.name} {showtime.starts_at.isoformat()}")
    starts = local_time(showtime.starts_at, showtime.venue.timezone)
    share = share_sold(showtime.movie.title, starts, is_today=is_today, luck=luck)
    seats = parties(await seat_claims.layout_of(showtime.layout_id), share, luck)
    luck.shuffle(seats)
    first = luck.randrange(len(guests))
    references = await _references(len(seats))
    return [
        Purchase(guests[(first + index) % len(guests)], labels, _moment(latest, starts.tzinfo, luck), reference)
        for index, (labels, reference) in enumerate(zip(seats, references, strict=True))
    ]


def _moment(latest: datetime, zone: tzinfo | None, luck: Random) -> datetime:
    """When somebody bought: most of them lately, few of them at night."""
    for _ in range(4):
        moment = latest - SOLD_WITHIN * luck.random() ** 2
        if moment.astimezone(zone).hour not in ASLEEP:
            return moment
    return moment


async def _references(many: int) -> list[str]:
    """So many references that no booking has."""
    fresh = {new_reference() for _ in range(many)}
    while taken := await Booking.filter(reference__in=list(fresh)).values_list("reference", flat=True):
        fresh.difference_update(map(str, taken))
        fresh.update(new_reference() for _ in range(many - len(fresh)))
    return sorted(fresh)


async def _guests(now: datetime) -> list[UUID]:
    """The guests' accounts, opened if they are not there yet."""
    addresses = [address_of(name) for name in GUESTS]
    async with unit_of_work():
        await lock_everybody()
        known = {user.email for user in await User.filter(email__in=addresses)}
        new = [
            User(created_at=now - GUESTS_SINCE, name=name, email=address, role_names=[Role.CUSTOMER.value])
            for name, address in zip(GUESTS, addresses, strict=True)
            if address not in known
        ]
        await User.bulk_create(new)
    return [user.id for user in await User.filter(email__in=addresses).order_by("email")]
