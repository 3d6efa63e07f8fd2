"""Who comes to a showing of the demo cinema, and where they sit: the same for the same showing, whoever asks."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from domain.layouts import Layout, LayoutSeat, SeatKind
from domain.neighbours import Neighbours, Run, neighbours_of

LEAST, MOST = 0.05, 0.85
# How full an ordinary film is, from an hour of the venue's clocks on.
BY_HOUR = ((0, 0.35), (12, 0.24), (15, 0.38), (17, 0.62), (19, 0.85), (22, 0.42))
TOMORROW = 0.55  # of those who will have come, so many have bought by now
PARTIES = (2, 2, 3, 4, 4)
# A first start shall take no more than seconds: so many of the showings of today, and of tomorrow, have a crowd, and
# the others a handful of people.
TODAY_CROWDED, TOMORROW_CROWDED, HANDFUL = 0.7, 0.2, 0.1
# Free in every house of the demo, for whoever tries what the welcome says.
KEPT_FREE = frozenset(f"D{number}" for number in range(5, 11))


def share_sold(title: str, starts: datetime, *, is_today: bool, luck: Random) -> float:
    """How much of a house is sold, by its hour (on the venue's clocks), its day and how much its film is liked."""
    if luck.random() > (TODAY_CROWDED if is_today else TOMORROW_CROWDED):
        return luck.uniform(LEAST, HANDFUL)
    by_hour = max((hour, share) for hour, share in BY_HOUR if starts.hour >= hour)[1]
    liked = Random(title).uniform(0.55, 1.2)
    weekend = 1.15 if starts.weekday() >= 4 else 0.9
    share = by_hour * liked * weekend * luck.uniform(0.8, 1.2) * (1 if is_today else TOMORROW)
    return min(MOST, max(LEAST, share))


def parties(layout: Layout, share: float, luck: Random) -> list[list[str]]:
    """The seats of each party until so much of the house is sold: the best rows first, and nobody lonely anywhere.

    Parties have two to four people, and between two of them are no free seats or at least two: so no seat is ever
    left alone, in whichever order they come.
    """
    neighbours = neighbours_of(layout)
    left = int(len(layout.seats) * share)
    sold: list[list[str]] = []
    for run in _by_liking(neighbours, luck):
        if left < 2:
            break
        for party in _seated(run, share, luck):
            if 2 <= len(party) <= left:
                sold.append([seat.label for seat in party])
                left -= len(party)
    return sold


def _by_liking(neighbours: Neighbours, luck: Random) -> list[Run]:
    """The runs of seats that are sold together or side by side, the most popular first."""
    runs = [*neighbours.blocks, *neighbours.love_rows, *neighbours.bays]
    open_ = [run for run in runs if not KEPT_FREE.intersection(seat.label for seat in run)]
    x, y = neighbours.best_place

    def liking(run: Run) -> float:
        middle = sum(seat.x for seat in run) / len(run)
        return abs(middle - x) * 0.45 + abs(run[0].y - y) * 1.6 + luck.uniform(0, 9)

    return sorted(open_, key=liking)


def _seated(run: Run, share: float, luck: Random) -> Iterator[Run]:
    """The parties in one run of seats."""
    if run[0].kind in (SeatKind.WHEELCHAIR, SeatKind.COMPANION):
        yield from (pair for pair in _pairs(run) if luck.random() < share / 3)
    elif run[0].paired_with:
        yield from (pair for pair in _pairs(run) if luck.random() < min(0.9, share * 1.3))
    else:
        yield from _in_block(run, min(1.0, max(0.55, share * 1.3) * luck.uniform(0.7, 1.2)), luck)


def _pairs(run: Run) -> Iterator[Run]:
    """Two by two: the halves of love seats, or a wheelchair space with the companion's seat beside it."""
    for start in range(0, len(run) - 1, 2):
        pair = run[start : start + 2]
        if pair[0].paired_with or _are_companions(*pair):
            yield pair


def _are_companions(left: LayoutSeat, right: LayoutSeat) -> bool:
    return {left.kind, right.kind} == {SeatKind.WHEELCHAIR, SeatKind.COMPANION}


def _in_block(block: Run, share: float, luck: Random) -> Iterator[Run]:
    """Parties in a block of ordinary seats, with gaps of no seat or of at least two."""
    people = round(len(block) * share)
    sizes = _sizes(len(block) if people == len(block) - 1 else people, luck)
    if not sizes:
        return
    place = 0
    for size, gap in zip(sizes, _gaps(len(block) - sum(sizes), len(sizes) + 1, luck), strict=False):
        place += gap
        yield block[place : place + size]
        place += size


def _sizes(people: int, luck: Random) -> list[int]:
    """Parties that make up so many people; one person too many stays at home."""
    sizes: list[int] = []
    while people >= 2:
        size = min(luck.choice(PARTIES), people)
        if people - size == 1:
            size = size + 1 if size < PARTIES[-1] else size - 1
        sizes.append(size)
        people -= size
    return sizes


def _gaps(free: int, many: int, luck: Random) -> list[int]:
    """So many gaps for so many free seats, none of them of one seat."""
    gaps = [0] * many
    while free:
        some = 3 if free == 3 else 2
        gaps[luck.randrange(many)] += some
        free -= some
    return gaps
