"""Who sits beside whom: the blocks, bays and love seats of a layout, and the place from which it is seen best.

A *block* is a run of ordinary single seats in one row with nothing between them. Wheelchair spaces, companion seats and
love seats are sold on terms of their own, so they end a block as an aisle does. A *bay* is a run of wheelchair spaces
and companion seats.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from domain.layouts import Layout, LayoutSeat, SeatKind

LAYOUTS_KEPT = 256
REACH = 2  # how far to either side of a selection a single free seat could be left behind
# Films are mixed, and meant to be seen, two thirds of the way back and in the middle.
BEST_DEPTH = 2 / 3

# Rows are about 1.1 m apart and seats 0.55 m wide: one row further is as far as two seats aside.
ROW_DEPTH = 2.0

Run = tuple[LayoutSeat, ...]
Place = tuple[float, float]


class Neighbours:
    """The blocks and bays of one layout, each seat's among them.

    `beside_aisles` are the seats with nobody on one side: one gets out without passing anybody.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.blocks = _runs(layout.seats, is_ordinary)
        self.bays = _runs(layout.seats, _is_in_bay)
        self.love_rows = _runs(layout.seats, lambda seat: seat.paired_with is not None)
        self.block_of = _by_label(self.blocks)
        self.bay_of = _by_label(self.bays)
        self.rows = _rows(self.blocks)
        self.beside_aisles = frozenset(
            seat.label for run in _runs(layout.seats, lambda _: True) for seat in (run[0], run[-1])
        )
        self.within_reach = {label: _within_reach(run, label) for label, run in self.block_of.items()}

    @property
    def best_place(self) -> Place:
        """Where the film is seen best, as (x, y) in seat widths."""
        return self.middle_at(BEST_DEPTH)

    def middle_at(self, depth: float) -> Place:
        """The middle of the house so far back, from 0 (the first row) to 1 (the last), as (x, y) in seat widths."""
        xs, ys = ([seat.x for seat in self.layout.seats], [seat.y for seat in self.layout.seats])
        return (min(xs) + max(xs)) / 2, min(ys) + (max(ys) - min(ys)) * depth

    def around(self, labels: Iterable[str]) -> list[str]:
        """The seats, besides these, whose states decide whether these may be sold together."""
        chosen = dict.fromkeys(labels)
        near = [near for label in chosen for near in self.within_reach.get(label, ())]
        halves = [half for label in chosen if (half := self.layout.by_label[label].paired_with)]
        return [label for label in dict.fromkeys(near + halves) if label not in chosen]

    def are_together(self, labels: Sequence[str]) -> bool:
        """Whether they are side by side in one row, with nobody between them."""
        seats = sorted((self.layout.by_label[label] for label in labels), key=lambda seat: seat.x)
        return all(_are_side_by_side(left, right) for left, right in pairwise(seats))


@lru_cache(maxsize=LAYOUTS_KEPT)
def neighbours_of(layout: Layout) -> Neighbours:
    """The neighbours of a layout; layouts never change, so they are looked at once."""
    return Neighbours(layout)


def is_ordinary(seat: LayoutSeat) -> bool:
    """Whether it is a seat for anybody, sold one by one."""
    return seat.paired_with is None and not _is_in_bay(seat)


def apart(seat: LayoutSeat, place: Place) -> float:
    """The square of how far a seat is from a place, in seat widths."""
    return (seat.x - place[0]) ** 2 + ((seat.y - place[1]) * ROW_DEPTH) ** 2


def _is_in_bay(seat: LayoutSeat) -> bool:
    return seat.kind in (SeatKind.WHEELCHAIR, SeatKind.COMPANION)


def _are_side_by_side(left: LayoutSeat, right: LayoutSeat) -> bool:
    return left.row == right.row and right.x - left.x == 1


def _runs(seats: Sequence[LayoutSeat], belongs: Callable[[LayoutSeat], bool]) -> tuple[Run, ...]:
    runs: list[list[LayoutSeat]] = []
    for seat in filter(belongs, seats):
        if runs and _are_side_by_side(runs[-1][-1], seat):
            runs[-1].append(seat)
        else:
            runs.append([seat])
    return tuple(tuple(run) for run in runs)


def _by_label(runs: Iterable[Run]) -> Mapping[str, Run]:
    return {seat.label: run for run in runs for seat in run}


def _rows(blocks: Iterable[Run]) -> Mapping[str, tuple[Run, ...]]:
    rows: dict[str, list[Run]] = {}
    for block in blocks:
        rows.setdefault(block[0].row, []).append(block)
    return {row: tuple(runs) for row, runs in rows.items()}


def _within_reach(run: Run, label: str) -> tuple[str, ...]:
    place = next(index for index, seat in enumerate(run) if seat.label == label)
    return tuple(seat.label for seat in run[max(0, place - REACH) : place + REACH + 1] if seat.label != label)
