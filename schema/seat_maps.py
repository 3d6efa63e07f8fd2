"""Seat maps: a snapshot by query, every change by subscription."""

from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Annotated

import strawberry

from domain import seat_maps as domain
from domain.layouts import Layout
from domain.money import Money as Price
from domain.price_terms import NO_TERMS, PriceTerms
from domain.pricing import seat_price
from domain.seat_maps import SeatState
from schema.context import Info
from schema.enums import publish
from schema.gate import shared
from schema.ids import require_id
from schema.money import Money
from schema.seat_kinds import SeatKind
from schema.streams import LiveStream
from subscriptions.seat_maps import Shown, WatchedSeatMap

PRICED_LAYOUTS_KEPT = 64

publish(
    SeatState,
    "What can be done with a seat now. It never says who has it.",
    {
        "AVAILABLE": "It can be held.",
        "HELD": "Somebody is about to buy it; it may come back.",
        "BOOKED": "It is sold.",
        "BLOCKED": "The house does not sell it.",
    },
)


@strawberry.type(
    description="One seat of one showtime. It has no id on purpose: its state belongs to one showtime, "
    "and normalising caches must not mix them."
)
class Seat:
    label: str = strawberry.field(description='What is printed on the ticket: "F7". Unique within a screen.')
    row: str = strawberry.field(description='The row: "F".')
    number: int = strawberry.field(description="The number within the row, from 1 on the left.")
    section: str | None = strawberry.field(description="The part of the screen it lies in, if it has parts.")
    x: float = strawberry.field(description="Seat widths from the screen's left front corner to the right.")
    y: float = strawberry.field(description="Seat widths from the screen's left front corner to the back.")
    kind: SeatKind = strawberry.field(description="What sort of seat it is.")
    paired_with: str | None = strawberry.field(
        description="Half of a love seat: the label of its other half. The two are sold together only."
    )
    price: Money = strawberry.field(
        description="What it adds to a total now, fees and taxes included. A hold fixes it."
    )
    state: SeatState = strawberry.field(description="What can be done with it.")


@strawberry.type(description="All seats of one showtime at one version. It says what is taken, never by whom.")
class SeatMap:
    version: int = strawberry.field(
        description="Grows by one with every change: one hold, release or booking is one change, however many seats."
    )
    capacity: int = strawberry.field(description="How many seats there are.")
    available: int = strawberry.field(description="How many of them are free.")
    source: strawberry.Private[domain.SeatMap]
    base_price: strawberry.Private[Price]
    terms: strawberry.Private[PriceTerms]

    @classmethod
    def of(cls, found: domain.SeatMap, base_price: Price, terms: PriceTerms = NO_TERMS) -> "SeatMap":
        """The shape of a seat map whose standard seats cost `base_price` and what the terms add."""
        return cls(
            version=found.version,
            capacity=found.capacity,
            available=found.available,
            source=found,
            base_price=base_price,
            terms=terms,
        )

    @strawberry.field(description="Every seat in reading order: front row first, left to right.")
    def seats(self) -> list[Seat]:
        return _seats_of(self.source.layout, self.base_price, self.terms).in_states(self.source.taken)


class _Seats:
    """The seats of one layout at one price. They never change, so each is made once and shown again and again."""

    def __init__(self, layout: Layout, base_price: Price, terms: PriceTerms) -> None:
        self._layout = layout
        self._prices = {kind: Money.of(seat_price(base_price, kind, terms)) for kind in SeatKind}
        self._places = {seat.label: place for place, seat in enumerate(layout.seats)}
        self._free = [self._made(place, SeatState.AVAILABLE) for place in range(len(layout.seats))]
        self._taken: dict[tuple[int, SeatState], Seat] = {}

    def in_states(self, taken: Mapping[str, SeatState]) -> list[Seat]:
        """Every seat in reading order; those that `taken` does not name are free."""
        seats = self._free.copy()
        for label, state in taken.items():
            if (place := self._places.get(label)) is not None:
                seats[place] = self._in_state(place, state)
        return seats

    def _in_state(self, place: int, state: SeatState) -> Seat:
        seat = self._taken.get((place, state))
        if seat is None:
            seat = self._taken[place, state] = self._made(place, state)
        return seat

    def _made(self, place: int, state: SeatState) -> Seat:
        seat = self._layout.seats[place]
        return Seat(
            label=seat.label,
            row=seat.row,
            number=seat.number,
            section=seat.section,
            x=seat.x,
            y=seat.y,
            kind=seat.kind,
            paired_with=seat.paired_with,
            price=self._prices[seat.kind],
            state=state,
        )


_seats_of = lru_cache(maxsize=PRICED_LAYOUTS_KEPT)(_Seats)


@strawberry.type(description="One seat's new state.")
class SeatChange:
    label: str = strawberry.field(description="Which seat.")
    state: SeatState = strawberry.field(description="The state it is in now.")


@strawberry.type(
    description="A change of a seat map, or several merged into one. It applies to any version from `since` up to, "
    "not including, `version`; applying one twice does no harm."
)
class SeatMapChange:
    since: int = strawberry.field(description="The oldest version it can be applied to.")
    version: int = strawberry.field(description="The version it leads to.")
    available: int = strawberry.field(description="How many seats are free then.")
    seats: list[SeatChange] = strawberry.field(description="The seats that changed, each in its new state.")

    @classmethod
    def of(cls, change: domain.SeatMapChange) -> "SeatMapChange":
        """The shape of a change."""
        seats = [SeatChange(label=label, state=state) for label, state in change.seats.items()]
        return cls(since=change.since, version=change.version, available=change.available, seats=seats)


SeatMapEvent = Annotated[
    SeatMap | SeatMapChange,
    strawberry.union(
        "SeatMapEvent", description="What a viewer is told: replace your map on SeatMap, patch it on SeatMapChange."
    ),
]

WATCHED = Annotated[strawberry.ID, strawberry.argument(description="The showtime to watch.")]
AFTER = Annotated[
    int | None,
    strawberry.argument(
        description="The version you have: you get the changes since then (nothing, until the next one, if there are "
        "none yet), or a SeatMap where they are no longer kept or the version was never reached."
    ),
]


@strawberry.type
class SeatMapSubscription:
    @strawberry.subscription(
        extensions=[shared()],
        description="Every viewer's live map. Without `afterVersion` the first event is a SeatMap. Then every change, "
        "in order, none missed. Replace your map on SeatMap, patch it on SeatMapChange; you need no more. "
        "An unknown showtime is NOT_FOUND.",
    )
    async def seat_map(
        self, info: Info, showtime_id: WATCHED, after_version: AFTER = None
    ) -> AsyncIterator[SeatMapEvent]:
        async def shape(shown: Shown) -> SeatMap | SeatMapChange:
            if isinstance(shown, domain.SeatMapChange):
                return SeatMapChange.of(shown)
            info.context.look_again()
            showtime = await info.context.loaders.showtime.load(shown.showtime_id)
            return SeatMap.of(shown, showtime.base_price, showtime.terms)

        return LiveStream(lambda: WatchedSeatMap(require_id("Showtime", showtime_id), after_version), shape)
