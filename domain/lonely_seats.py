"""The rule of the lonely seat: nobody buys a single seat with taken ones on both sides, so none is left behind.

A selection of n seats in a row may leave new single seats only where it must: where every other way for the same party
(n seats of the same kinds, in no more groups) in that row would leave as many. So the last seats always stay sellable,
and nobody is refused who could not have chosen better.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.layouts import LayoutSeat, SeatKind

Block = Sequence[LayoutSeat]
Kinds = tuple[SeatKind, ...]


@dataclass(frozen=True)
class Choice:
    """Some seats of a row: how many lonely ones they leave behind, and how far they are from what was asked for."""

    lonely: int
    distance: float
    seats: tuple[str, ...]


@dataclass(frozen=True)
class _State:
    """How far a choice has come: the free seats just behind it, whether its last group goes on, what it has used."""

    free: int  # in a row just before this place; 2 stands for more
    was_lonely: bool  # the one free seat was lonely before as well
    in_group: bool
    groups: int
    used: Kinds


_Found = dict[_State, Choice]


def left_lonely(blocks: Sequence[Block], free: Collection[str]) -> set[str]:
    """The free seats that have no free neighbour in their block."""
    return {
        seat.label
        for block in blocks
        for place, seat in enumerate(block)
        if seat.label in free and not any(near.label in free for near in _beside(block, place))
    }


def made_lonely(blocks: Sequence[Block], free: Collection[str], chosen: Collection[str]) -> set[str]:
    """The seats that choosing these leaves alone, and that were not alone before."""
    rest = set(free) - set(chosen)
    return left_lonely(blocks, rest) - left_lonely(blocks, free)


def groups_of(blocks: Sequence[Block], chosen: Collection[str]) -> int:
    """In how many groups they sit."""
    return sum(
        seat.label in chosen and (place == 0 or block[place - 1].label not in chosen)
        for block in blocks
        for place, seat in enumerate(block)
    )


def best_choice(blocks: Sequence[Block], free: Collection[str], chosen: Collection[str]) -> Choice:
    """Of all ways to seat the same party in the row, the nearest that leaves the fewest lonely seats.

    The way that was chosen is one of them, if its seats are free; so there is always an answer.
    """
    wanted = [seat for block in blocks for seat in block if seat.label in chosen]
    search = _Search(wanted, groups_of(blocks, chosen), free, left_lonely(blocks, free))
    found: _Found = {_State(0, False, False, 0, ()): Choice(0, 0.0, ())}
    for block in blocks:
        found = search.across(block, found)
    return min(
        (choice for state, choice in found.items() if len(state.used) == len(wanted)),
        key=lambda choice: (choice.lonely, choice.distance),
    )


class _Search:
    """Goes along a row from left to right and keeps, for every state that it can be in, the best choice so far."""

    def __init__(
        self, wanted: Sequence[LayoutSeat], groups: int, free: Collection[str], lonely_before: Collection[str]
    ) -> None:
        self._wanted = wanted
        self._most: Mapping[SeatKind, int] = {
            kind: sum(seat.kind is kind for seat in wanted) for kind in {seat.kind for seat in wanted}
        }
        self._groups = groups
        self._free = free
        self._lonely_before = lonely_before

    def across(self, block: Block, found: _Found) -> _Found:
        """What there is at the end of a block, from what there was at its beginning."""
        for seat in block:
            stepped: _Found = {}
            for state, choice in found.items():
                for after, better in self._steps(seat, state, choice):
                    _keep(stepped, after, better)
            found = stepped
        ended: _Found = {}
        for state, choice in found.items():
            end = _State(0, False, False, state.groups, state.used)
            _keep(ended, end, _closed(state, choice))
        return ended

    def _steps(self, seat: LayoutSeat, state: _State, choice: Choice) -> Iterator[tuple[_State, Choice]]:
        if seat.label not in self._free:
            yield _State(0, False, False, state.groups, state.used), _closed(state, choice)
            return
        was_lonely = state.free == 0 and seat.label in self._lonely_before
        yield _State(min(2, state.free + 1), was_lonely, False, state.groups, state.used), choice
        groups = state.groups + (not state.in_group)
        if groups <= self._groups and state.used.count(seat.kind) < self._most.get(seat.kind, 0):
            used = _in_order((*state.used, seat.kind))
            yield _State(0, False, True, groups, used), self._taken(seat, _closed(state, choice))

    def _taken(self, seat: LayoutSeat, choice: Choice) -> Choice:
        asked_for = self._wanted[len(choice.seats)]
        return Choice(choice.lonely, choice.distance + abs(seat.x - asked_for.x), (*choice.seats, seat.label))


def _keep(found: _Found, state: _State, choice: Choice) -> None:
    """Keep the better of two ways to the same state."""
    known = found.get(state)
    if known is None or (choice.lonely, choice.distance) < (known.lonely, known.distance):
        found[state] = choice


def _closed(state: _State, choice: Choice) -> Choice:
    """The choice once the free seats behind it are known to be no more: a single one is lonely."""
    is_new = state.free == 1 and not state.was_lonely
    return Choice(choice.lonely + is_new, choice.distance, choice.seats)


def _in_order(kinds: Kinds) -> Kinds:
    return tuple(sorted(kinds))


def _beside(block: Block, place: int) -> list[LayoutSeat]:
    return [block[near] for near in (place - 1, place + 1) if 0 <= near < len(block)]
