"""What may be selected on a seat map: real seats, each once, free, not too many, and sold as the house sells them.

The rules of the house, each with a name of its own:

- no lonely seat: see `domain/lonely_seats.py`;
- a companion seat goes with a wheelchair space of its bay (of the screen, if its bay has none) in the same selection;
- the halves of a love seat are sold together, as long as both are free.

Whoever breaks one is told which, and the nearest selection that keeps them all.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import TypeAlias

from domain.layouts import Layout, SeatKind
from domain.lonely_seats import best_choice, made_lonely
from domain.neighbours import Neighbours, apart, neighbours_of
from domain.problems import SeatSelectionRefused, SeatsUnavailable, TooManySeats
from domain.seat_maps import SeatMap, SeatState, Selection
from domain.wrong_calls import BadUserInput

SeatRules: TypeAlias = "frozenset[SeatRule]"


class SeatRule(StrEnum):
    """A rule of the house about which seats may be sold together."""

    NO_LONELY_SEAT = "NO_LONELY_SEAT"
    COMPANION_WITH_WHEELCHAIR = "COMPANION_WITH_WHEELCHAIR"
    LOVE_SEAT_IN_PAIRS = "LOVE_SEAT_IN_PAIRS"


ALL_RULES: SeatRules = frozenset(SeatRule)
_WHY = {
    SeatRule.NO_LONELY_SEAT: "This would leave a single seat between taken ones: {seats}.",
    SeatRule.COMPANION_WITH_WHEELCHAIR: "A companion seat is for whoever comes with a wheelchair; choose the space beside it too: {seats}.",
    SeatRule.LOVE_SEAT_IN_PAIRS: "A love seat is sold as a pair; its other half is missing: {seats}.",
}


def check_labels(layout: Layout, labels: Sequence[str], at_most: int) -> None:
    """Raise BadUserInput for an empty, repeated or unknown label, TooManySeats above the limit."""
    if not labels:
        raise BadUserInput("Name at least one seat.")
    if len(labels) > at_most:
        raise TooManySeats(at_most)
    repeated = [label for label, times in Counter(labels).items() if times > 1]
    if repeated:
        raise BadUserInput(f"Each seat may be named once; repeated: {_list(repeated)}.")
    unknown = [label for label in labels if label not in layout.by_label]
    if unknown:
        raise BadUserInput(f"This screen has no seat {_list(unknown)}.")


def check_available(seat_map: SeatMap | Selection, labels: Sequence[str]) -> None:
    """Raise SeatsUnavailable, naming exactly the seats that are taken."""
    taken = [label for label in labels if seat_map.state_of(label) is not SeatState.AVAILABLE]
    if taken:
        raise SeatsUnavailable(taken)


def check_room(seats_before: int, count: int, at_most: int) -> None:
    """Raise TooManySeats if a person who has some seats of a showtime would have more than one person may."""
    if seats_before + count > at_most:
        raise TooManySeats(at_most, f"One person may have at most {at_most} seats of a showtime.")


def is_plain(seats: SeatMap | Selection, labels: Sequence[str], rules: SeatRules) -> bool:
    """Whether a selection breaks no rule, as far as the seats around it show; if not, `check_rules` decides.

    Only the states of the labels and of `Neighbours.around` them are looked at.
    """
    neighbours = neighbours_of(seats.layout)
    around = [*labels, *neighbours.around(labels)]
    free = {label for label in around if seats.state_of(label) is SeatState.AVAILABLE}
    return not any(_broken_by(neighbours, free, labels, rule) for rule in rules)


def check_rules(seats: SeatMap | Selection, labels: Sequence[str], rules: SeatRules) -> None:
    """Raise SeatSelectionRefused if free seats may not be sold together; the whole map has been read.

    It names the rule, the seats the rule is about, and the nearest selection that keeps all rules.
    """
    free = {label for label in seats.layout.by_label if seats.state_of(label) is SeatState.AVAILABLE}
    neighbours = neighbours_of(seats.layout)
    for rule in _in_order(rules):
        about = _refused_by(neighbours, free, labels, rule)
        if about:
            message = _WHY[rule].format(seats=", ".join(about))
            raise SeatSelectionRefused(message, rule.value, about, nearest(neighbours, free, labels, rules))


def nearest(neighbours: Neighbours, free: Collection[str], labels: Sequence[str], rules: SeatRules) -> list[str] | None:
    """The nearest selection of as many free seats that keeps the rules; None if there is none."""
    chosen: list[str] | None = list(labels)
    if SeatRule.COMPANION_WITH_WHEELCHAIR in rules:
        for companion in _alone_companions(neighbours, labels):
            chosen = _exchanged(neighbours, free, chosen, companion)
    if SeatRule.LOVE_SEAT_IN_PAIRS in rules:
        chosen = _paired(neighbours, free, chosen)
    if chosen is not None and SeatRule.NO_LONELY_SEAT in rules:
        chosen = _moved_together(neighbours, free, chosen)
    return chosen


def _refused_by(neighbours: Neighbours, free: Collection[str], labels: Sequence[str], rule: SeatRule) -> list[str]:
    """The seats for which a rule refuses a selection. A lonely seat is no reason where there is no better way."""
    about = _broken_by(neighbours, free, labels, rule)
    if rule is not SeatRule.NO_LONELY_SEAT or not about:
        return about
    better = []
    for row, blocks in neighbours.rows.items():
        here = [label for label in labels if neighbours.layout.by_label[label].row == row]
        lonely = made_lonely(blocks, free, here) if here else set()
        if lonely and best_choice(blocks, free, here).lonely < len(lonely):
            better += [label for label in about if label in lonely]
    return better


def _broken_by(neighbours: Neighbours, free: Collection[str], labels: Sequence[str], rule: SeatRule) -> list[str]:
    """The seats for which a selection does not look plain under a rule."""
    match rule:
        case SeatRule.COMPANION_WITH_WHEELCHAIR:
            return _alone_companions(neighbours, labels)
        case SeatRule.LOVE_SEAT_IN_PAIRS:
            return _missing_halves(neighbours, free, labels)
        case SeatRule.NO_LONELY_SEAT:
            rows = dict.fromkeys(neighbours.layout.by_label[label].row for label in labels)
            blocks = [block for row in rows for block in neighbours.rows.get(row, ())]
            lonely = made_lonely(blocks, free, labels)
            return [seat.label for block in blocks for seat in block if seat.label in lonely]


def _alone_companions(neighbours: Neighbours, labels: Sequence[str]) -> list[str]:
    """The selected companion seats without a selected wheelchair space that they belong to."""
    seats = [neighbours.layout.by_label[label] for label in labels]
    wheelchairs = {seat.label for seat in seats if seat.kind is SeatKind.WHEELCHAIR}
    companions = [seat.label for seat in seats if seat.kind is SeatKind.COMPANION]
    return [label for label in companions if not wheelchairs & _spaces_of(neighbours, label)]


def _spaces_of(neighbours: Neighbours, companion: str) -> set[str]:
    """The wheelchair spaces a companion seat belongs to."""
    bay = {seat.label for seat in neighbours.bay_of[companion] if seat.kind is SeatKind.WHEELCHAIR}
    return bay or {seat.label for seat in neighbours.layout.seats if seat.kind is SeatKind.WHEELCHAIR}


def _missing_halves(neighbours: Neighbours, free: Collection[str], labels: Sequence[str]) -> list[str]:
    """The free other halves of selected love seats that are not selected."""
    halves = [neighbours.layout.by_label[label].paired_with for label in labels]
    return [half for half in halves if half is not None and half in free and half not in labels]


def _exchanged(
    neighbours: Neighbours, free: Collection[str], chosen: list[str] | None, unwanted: str
) -> list[str] | None:
    """The selection with a seat exchanged for the one nearest to the others: a companion's where that is right."""
    if chosen is None:
        return None
    kept = [label for label in chosen if label != unwanted]
    places = [(seat.x, seat.y) for seat in map(neighbours.layout.by_label.__getitem__, kept or [unwanted])]
    candidates = [
        seat
        for seat in neighbours.layout.seats
        if seat.label in free
        and seat.label not in chosen
        and (seat.label in neighbours.block_of or _goes_with(neighbours, seat.label, kept))
    ]
    if not candidates:
        return None
    best = min(
        candidates,
        key=lambda seat: (seat.label in neighbours.block_of, min(apart(seat, place) for place in places)),
    )
    return [*kept, best.label]


def _goes_with(neighbours: Neighbours, label: str, chosen: Sequence[str]) -> bool:
    is_companion = neighbours.layout.by_label[label].kind is SeatKind.COMPANION
    return is_companion and bool(set(chosen) & _spaces_of(neighbours, label))


def _paired(neighbours: Neighbours, free: Collection[str], chosen: list[str] | None) -> list[str] | None:
    """The selection with whole love seats only: two single halves become one love seat, a last one an ordinary seat.

    Where no ordinary seat is left, its own other half comes with it.
    """
    while chosen is not None:
        missing = _missing_halves(neighbours, free, chosen)
        if not missing:
            return chosen
        if len(missing) == 1:
            half = str(neighbours.layout.by_label[missing[0]].paired_with)
            return _exchanged(neighbours, free, chosen, half) or [*chosen, *missing]
        other = str(neighbours.layout.by_label[missing[1]].paired_with)
        chosen = [*(label for label in chosen if label != other), missing[0]]
    return chosen


def _moved_together(neighbours: Neighbours, free: Collection[str], chosen: list[str]) -> list[str]:
    """The selection with its ordinary seats moved, within their rows, to where they leave the fewest lonely ones."""
    moved: list[str] = [label for label in chosen if label not in neighbours.block_of]
    for blocks in neighbours.rows.values():
        here = [seat.label for block in blocks for seat in block if seat.label in chosen]
        moved += best_choice(blocks, free, here).seats if made_lonely(blocks, free, here) else here
    places = {seat.label: place for place, seat in enumerate(neighbours.layout.seats)}
    return sorted(moved, key=places.__getitem__)


def _in_order(rules: SeatRules) -> list[SeatRule]:
    return [rule for rule in SeatRule if rule in rules]


def _list(labels: Sequence[str]) -> str:
    return ", ".join(repr(label[:20]) for label in labels[:20])
