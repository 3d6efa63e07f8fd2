"""Batched reads for nested fields, made afresh for every operation so that nothing grows stale."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain.accounts import WayIn
from domain.seat_maps import SeatMap
from resolvers import google, nested, second_factors
from resolvers.nested import HeldOffer
from resolvers.second_factors import SecondFactorStanding
from resolvers.subjects import Subject, subjects

if TYPE_CHECKING:
    from models import (
        Booking,
        Capture,
        Movie,
        Payment,
        PaymentMessage,
        Refund,
        Screen,
        SeatLayout,
        Showtime,
        Ticket,
        User,
        Venue,
    )
    from models.base import Row

KeyT = TypeVar("KeyT")
FoundT = TypeVar("FoundT")


class Loader(DataLoader[KeyT, FoundT]):
    """A DataLoader in which a field that is given up takes nobody along.

    All who want the same row wait for the same future; graphql-core cancels the fields beside one that fails, and a
    future that was cancelled for one of them would cancel the whole operation of the others.
    """

    def load(self, key: KeyT) -> Awaitable[FoundT]:
        """The row, once it has been read together with others."""
        return asyncio.shield(super().load(key))


class Loaders:
    """One loader per kind of row; each asks once for all that one operation wants."""

    @cached_property
    def movie(self) -> "DataLoader[UUID, Movie]":
        return _each(nested.movies)

    @cached_property
    def venue(self) -> "DataLoader[UUID, Venue]":
        return _each(nested.venues)

    @cached_property
    def screen(self) -> "DataLoader[UUID, Screen]":
        return _each(nested.screens)

    @cached_property
    def layout(self) -> "DataLoader[UUID, SeatLayout]":
        return _each(nested.layouts)

    @cached_property
    def showtime(self) -> "DataLoader[UUID, Showtime]":
        return _each(nested.showtimes)

    @cached_property
    def user(self) -> "DataLoader[UUID, User]":
        return _each(nested.users)

    @cached_property
    def second_factor(self) -> "DataLoader[UUID, SecondFactorStanding]":
        return _each(second_factors.standing_of)

    @cached_property
    def ways_in(self) -> "DataLoader[UUID, list[WayIn]]":
        return _lists(google.ways_in_of)

    @cached_property
    def booking(self) -> "DataLoader[UUID, Booking]":
        return _each(nested.bookings)

    @cached_property
    def payment(self) -> "DataLoader[UUID, Payment]":
        return _each(nested.payments)

    @cached_property
    def seat_map(self) -> "DataLoader[UUID, SeatMap]":
        return _each(nested.seat_maps_of)

    @cached_property
    def subject(self) -> "DataLoader[Subject, Row | None]":
        async def load(wanted: list[Subject]) -> Sequence["Row | None"]:
            found = await subjects(wanted)
            return [found.get(each) for each in wanted]

        return Loader(load_fn=load)

    @cached_property
    def screens(self) -> "DataLoader[UUID, list[Screen]]":
        return _lists(nested.screens_of)

    @cached_property
    def postings(self) -> "DataLoader[UUID, list[Venue]]":
        return _lists(nested.postings_of)

    @cached_property
    def genres(self) -> "DataLoader[UUID, list[str]]":
        return _lists(nested.genres_of)

    @cached_property
    def tickets(self) -> "DataLoader[UUID, list[Ticket]]":
        return _lists(nested.tickets_of)

    @cached_property
    def captures(self) -> "DataLoader[UUID, list[Capture]]":
        return _lists(nested.captures_of)

    @cached_property
    def messages(self) -> "DataLoader[UUID, list[PaymentMessage]]":
        return _lists(nested.messages_of)

    @cached_property
    def refunds(self) -> "DataLoader[UUID, list[Refund]]":
        return _lists(nested.refunds_of)

    @cached_property
    def booking_refunds(self) -> "DataLoader[UUID, list[Refund]]":
        return _lists(nested.refunds_of_bookings)

    @cached_property
    def offer(self) -> "DataLoader[UUID, list[HeldOffer]]":
        return _lists(nested.offers_of)

    @cached_property
    def payments(self) -> "DataLoader[UUID, list[Payment]]":
        return _lists(nested.payments_of)


def _each(read: Callable[[list[UUID]], Awaitable[Mapping[UUID, FoundT]]]) -> "DataLoader[UUID, FoundT]":
    async def load(ids: list[UUID]) -> Sequence[FoundT | BaseException]:
        found = await read(ids)
        return [found.get(id, LookupError(f"{id} has gone")) for id in ids]

    return Loader(load_fn=load)


def _lists(read: Callable[[list[UUID]], Awaitable[Mapping[UUID, list[FoundT]]]]) -> "DataLoader[UUID, list[FoundT]]":
    async def load(ids: list[UUID]) -> Sequence[list[FoundT] | BaseException]:
        found = await read(ids)
        return [found.get(id, []) for id in ids]

    return Loader(load_fn=load)
