"""The best free seats for a party: side by side in one row, near the best place of the house, nobody left lonely.

A party that finds no room side by side is split into as few groups as can be, near each other, if possible with nobody
alone. People in wheelchairs come first: they get wheelchair spaces, those with them the companion seats beside, and
whoever is left the nearest seats.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.layouts import Layout, LayoutSeat, SeatKind
from domain.lonely_seats import best_choice, made_lonely
from domain.neighbours import Neighbours, Place, Run, apart, neighbours_of
from domain.seat_maps import SeatMap, SeatState, Selection
from domain.wrong_calls import BadUserInput


class SeatPosition(StrEnum):
    """How near the screen somebody likes to sit."""

    FRONT = "FRONT"
    MIDDLE = "MIDDLE"
    BACK = "BACK"


# How far back each is, from the first row to the last.
_DEPTH: Mapping[SeatPosition, float] = {SeatPosition.FRONT: 0.2, SeatPosition.MIDDLE: 0.5, SeatPosition.BACK: 0.9}


@dataclass(frozen=True)
class Party:
    """How many people look for seats, of which kinds (empty: of any), and how many of them sit in wheelchairs.

    No `position`: where the film is seen best. With `aisle`, rather with nobody on one side of them; None: they said
    nothing of it.
    """

    count: int
    kinds: frozenset[SeatKind] = frozenset()
    wheelchairs: int = 0
    position: SeatPosition | None = None
    aisle: bool | None = None

    def __post_init__(self) -> None:
        if self.count < 1:
            raise BadUserInput("`count` must be at least 1.")
        if not 0 <= self.wheelchairs <= self.count:
            raise BadUserInput("`accessible` must be between 0 and `count`.")


@dataclass(frozen=True)
class BestSeats:
    """Seats in reading order, and whether they are side by side in one row."""

    labels: list[str]
    together: bool


def best_seats(seats: SeatMap | Selection, party: Party) -> BestSeats | None:
    """The best free seats for a party, the whole map being known; None if there are not that many."""
    house = _House.of(seats)
    found = house.with_wheelchairs(party) if party.wheelchairs else house.group(party, house.place_for(party))
    if found is None:
        return None
    neighbours = neighbours_of(seats.layout)
    labels = [seat.label for seat in seats.layout.seats if seat.label in found]
    return BestSeats(labels, neighbours.are_together(labels))


@dataclass(frozen=True)
class _House:
    """A layout and which of its seats are free."""

    neighbours: Neighbours
    free: frozenset[str]

    @classmethod
    def of(cls, seats: SeatMap | Selection) -> "_House":
        free = (label for label in seats.layout.by_label if seats.state_of(label) is SeatState.AVAILABLE)
        return cls(neighbours_of(seats.layout), frozenset(free))

    @property
    def layout(self) -> Layout:
        return self.neighbours.layout

    def place_for(self, party: Party) -> Place:
        """What these people want to sit near."""
        if party.position is None:
            return self.neighbours.best_place
        return self.neighbours.middle_at(_DEPTH[party.position])

    def without(self, labels: Iterable[str]) -> "_House":
        """The house once these are taken."""
        return replace(self, free=self.free.difference(labels))

    def group(self, party: Party, near: Place) -> set[str] | None:
        """Seats for people without wheelchairs, side by side if that can be, else in groups; near a place."""
        for size in _sizes(party.count):
            side_by_side = self._window(replace(party, count=size), near)
            if side_by_side is None:
                continue
            rest = party.count - size
            if rest == 0:
                return side_by_side
            others = self.without(side_by_side).group(replace(party, count=rest), self._center(side_by_side))
            return None if others is None else self._settled(side_by_side | others)
        return None

    def with_wheelchairs(self, party: Party) -> set[str] | None:
        """Seats for people in wheelchairs and those with them."""
        spaces = self._of_kind(SeatKind.WHEELCHAIR)
        found = [self._around_space(first, spaces, party) for first in spaces]
        possible = [labels for labels in found if labels is not None]
        return min(possible, key=self._spread, default=None)

    def _around_space(self, first: LayoutSeat, spaces: list[LayoutSeat], party: Party) -> set[str] | None:
        chosen = {seat.label for seat in _nearest(spaces, (first.x, first.y), party.wheelchairs)}
        if len(chosen) < party.wheelchairs:
            return None
        center = self._center(chosen)
        bays = {seat.label for label in chosen for seat in self.neighbours.bay_of[label]}
        beside = [seat for seat in self._of_kind(SeatKind.COMPANION) if seat.label in bays]
        chosen |= {seat.label for seat in _nearest(beside, center, party.count - party.wheelchairs)}
        rest = party.count - len(chosen)
        if rest == 0:
            return chosen
        others = self.without(chosen).group(replace(party, count=rest, wheelchairs=0), center)
        return None if others is None else chosen | others

    def _window(self, party: Party, near: Place) -> set[str] | None:
        """So many seats side by side: of those that leave the fewest lonely seats the nearest, beside an aisle if wished."""
        best: tuple[int, bool, float] | None = None
        labels: set[str] | None = None
        for window in self._windows(party):
            shut_in = bool(party.aisle) and self.neighbours.beside_aisles.isdisjoint(seat.label for seat in window)
            rank = (self._lonely_behind(window), shut_in, self._distance(window, near))
            if best is None or rank < best:
                best, labels = rank, {seat.label for seat in window}
        return labels

    def _windows(self, party: Party) -> Iterator[Run]:
        for block in self.neighbours.blocks:
            for start in range(len(block) - party.count + 1):
                yield from self._if_open(block[start : start + party.count], party)
        if party.count % 2 == 0:
            for run in self.neighbours.love_rows:
                for start in range(0, len(run) - party.count + 1, 2):
                    yield from self._if_open(run[start : start + party.count], party)

    def _if_open(self, window: Run, party: Party) -> Iterator[Run]:
        if all(seat.label in self.free and (not party.kinds or seat.kind in party.kinds) for seat in window):
            yield window

    def _lonely_behind(self, window: Run) -> int:
        block = self.neighbours.block_of.get(window[0].label)
        return len(made_lonely([block], self.free, {seat.label for seat in window})) if block else 0

    def _settled(self, labels: set[str]) -> set[str]:
        """The same groups, moved within their rows to where all of them together leave the fewest lonely seats."""
        settled = set(labels)
        for blocks in self._rows_of(labels):
            here = {seat.label for block in blocks for seat in block if seat.label in labels}
            if made_lonely(blocks, self.free, here):
                settled = (settled - here) | set(best_choice(blocks, self.free, here).seats)
        return settled

    def _rows_of(self, labels: Collection[str]) -> list[tuple[Run, ...]]:
        rows = dict.fromkeys(self.layout.by_label[label].row for label in labels)
        return [self.neighbours.rows[row] for row in rows if row in self.neighbours.rows]

    def _of_kind(self, kind: SeatKind) -> list[LayoutSeat]:
        return [seat for seat in self.layout.seats if seat.kind is kind and seat.label in self.free]

    def _center(self, labels: Collection[str]) -> Place:
        by_label: Mapping[str, LayoutSeat] = self.layout.by_label
        return (
            sum(by_label[label].x for label in labels) / len(labels),
            sum(by_label[label].y for label in labels) / len(labels),
        )

    def _spread(self, labels: set[str]) -> float:
        return self._distance([self.layout.by_label[label] for label in sorted(labels)], self._center(labels))

    def _distance(self, seats: Sequence[LayoutSeat], near: Place) -> float:
        return sum(apart(seat, near) for seat in seats) / len(seats)


def _sizes(count: int) -> list[int]:
    """How large the first group may be: as large as can be, but rather not so that one person is left alone."""
    return sorted(range(1, count + 1), key=lambda size: (count - size == 1, -size))


def _nearest(seats: Iterable[LayoutSeat], place: Place, count: int) -> list[LayoutSeat]:
    return sorted(seats, key=lambda seat: apart(seat, place))[:count]
