"""What may be selected on a seat map: real seats, each once, free, and not too many."""

from collections import Counter
from collections.abc import Sequence

from domain.layouts import Layout
from domain.problems import BadUserInput, SeatsUnavailable, TooManySeats
from domain.seat_maps import SeatMap, SeatState, Selection


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


def _list(labels: Sequence[str]) -> str:
    return ", ".join(repr(label[:20]) for label in labels[:20])
