"""A screen's seats: rows, aisles, kinds and sections, drawn as text and numbered for people.

A layout is drawn as lines, front row first: a row's name, then one letter a place.
`s` standard, `p` premium, `v` VIP, `w` wheelchair, `c` companion, `.` or a space: no seat (an aisle, a corner).
`S`, `P`, `V` are halves of love seats: two equal capitals side by side are one, and are sold together.
An empty line is a cross aisle. `[Name]` on a line of its own begins a section.
Seats are numbered 1, 2, 3 … from the left within their row; a label is row and number: "F7".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import dropwhile

MAX_SEATS = 2_000
MAX_LINES = 200
_ROW = re.compile(r"^(?P<name>[A-Z]{1,2}) (?P<places>[spvwcSPV. ]{1,200})$")
_SECTION = re.compile(r"^\[(?P<name>[^\[\]]{1,40})\]$")


class LayoutError(ValueError):
    """The drawing of a layout cannot be read."""


class SeatKind(StrEnum):
    """What sort of seat it is."""

    STANDARD = "STANDARD"
    PREMIUM = "PREMIUM"
    VIP = "VIP"
    WHEELCHAIR = "WHEELCHAIR"
    COMPANION = "COMPANION"


_KINDS = {
    "s": SeatKind.STANDARD,
    "p": SeatKind.PREMIUM,
    "v": SeatKind.VIP,
    "w": SeatKind.WHEELCHAIR,
    "c": SeatKind.COMPANION,
    "S": SeatKind.STANDARD,
    "P": SeatKind.PREMIUM,
    "V": SeatKind.VIP,
}


@dataclass(frozen=True)
class LayoutSeat:
    """One seat; `x` and `y` are its place in seat widths from the screen's left front corner.

    `paired_with` is the label of the other half of a love seat, and null for every other seat.
    """

    label: str
    row: str
    number: int
    section: str | None
    x: float
    y: float
    kind: SeatKind
    paired_with: str | None = None


@dataclass(frozen=True)
class Layout:
    """All seats of a screen in reading order: front row first, left to right."""

    seats: tuple[LayoutSeat, ...]

    @cached_property
    def by_label(self) -> Mapping[str, LayoutSeat]:
        """Each seat under its label."""
        return {seat.label: seat for seat in self.seats}

    @cached_property
    def _hash(self) -> int:
        return hash(self.seats)

    def __hash__(self) -> int:
        return self._hash


def parse_layout(drawing: str) -> Layout:
    """Read a drawing; LayoutError names the line that cannot be read."""
    seats: list[LayoutSeat] = []
    rows: set[str] = set()
    section: str | None = None
    y = 0
    for number, line in _lines(drawing):
        heading = _SECTION.match(line)
        if heading and heading["name"].isprintable():
            section = heading["name"]
            continue
        if line:
            row = _ROW.match(line)
            if row is None or row["name"] in rows:
                raise LayoutError(f"Line {number} is not a new row of seats: {line[:40]!r}.")
            rows.add(row["name"])
            try:
                seats += _row_seats(row["name"], row["places"], section, float(y))
            except LayoutError as problem:
                raise LayoutError(f"Line {number}: {problem}") from problem
        y += 1
    if not 1 <= len(seats) <= MAX_SEATS:
        raise LayoutError(f"A layout has between 1 and {MAX_SEATS:,} seats; this one has {len(seats):,}.")
    return Layout(tuple(seats))


def _lines(drawing: str) -> Iterator[tuple[int, str]]:
    """The lines from the first that is not empty to the last, numbered as in the whole text."""
    lines = [line.rstrip() for line in drawing.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > MAX_LINES:
        raise LayoutError(f"A drawing has at most {MAX_LINES} lines; this one has {len(lines):,}.")
    numbered = enumerate(lines, start=1)
    return dropwhile(lambda each: not each[1], numbered)


def _row_seats(row: str, places: str, section: str | None, y: float) -> list[LayoutSeat]:
    taken = [(x, place) for x, place in enumerate(places) if place in _KINDS]
    halves = _halves(places)
    numbers = {x: number for number, (x, _) in enumerate(taken, start=1)}
    return [
        LayoutSeat(
            f"{row}{numbers[x]}",
            row,
            numbers[x],
            section,
            float(x),
            y,
            _KINDS[place],
            f"{row}{numbers[halves[x]]}" if x in halves else None,
        )
        for x, place in taken
    ]


def _halves(places: str) -> dict[int, int]:
    """Where the other half of each love seat is: in a run of equal capitals, two by two from the left."""
    halves: dict[int, int] = {}
    for run in re.finditer(r"S+|P+|V+", places):
        if len(run[0]) % 2:
            raise LayoutError(f"love seats are drawn in twos, and {run[0]!r} has one half too many.")
        for x in range(run.start(), run.end(), 2):
            halves |= {x: x + 1, x + 1: x}
    return halves
