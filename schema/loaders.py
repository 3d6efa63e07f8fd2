"""Batched reads for nested fields, made afresh for every operation so that nothing grows stale."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain.seat_maps import SeatMap
from resolvers import nested

if TYPE_CHECKING:
    from models import Booking, Movie, Payment, Screen, SeatLayout, Showtime, Ticket, User, Venue

FoundT = TypeVar("FoundT")


class Loaders:
    """One loader per kind of row; each asks once for all that one operation wants."""

    def __init__(self) -> None:
        self.movie: DataLoader[UUID, Movie] = _each(nested.movies)
        self.venue: DataLoader[UUID, Venue] = _each(nested.venues)
        self.screen: DataLoader[UUID, Screen] = _each(nested.screens)
        self.layout: DataLoader[UUID, SeatLayout] = _each(nested.layouts)
        self.showtime: DataLoader[UUID, Showtime] = _each(nested.showtimes)
        self.user: DataLoader[UUID, User] = _each(nested.users)
        self.booking: DataLoader[UUID, Booking] = _each(nested.bookings)
        self.seat_map: DataLoader[UUID, SeatMap] = _each(nested.seat_maps_of)
        self.screens: DataLoader[UUID, list[Screen]] = _lists(nested.screens_of)
        self.genres: DataLoader[UUID, list[str]] = _lists(nested.genres_of)
        self.tickets: DataLoader[UUID, list[Ticket]] = _lists(nested.tickets_of)
        self.payments: DataLoader[UUID, list[Payment]] = _lists(nested.payments_of)


def _each(read: Callable[[list[UUID]], Awaitable[Mapping[UUID, FoundT]]]) -> DataLoader[UUID, FoundT]:
    async def load(ids: list[UUID]) -> Sequence[FoundT | BaseException]:
        found = await read(ids)
        return [found.get(id, LookupError(f"{id} has gone")) for id in ids]

    return DataLoader(load_fn=load)


def _lists(read: Callable[[list[UUID]], Awaitable[Mapping[UUID, list[FoundT]]]]) -> DataLoader[UUID, list[FoundT]]:
    async def load(ids: list[UUID]) -> Sequence[list[FoundT] | BaseException]:
        found = await read(ids)
        return [found.get(id, []) for id in ids]

    return DataLoader(load_fn=load)
