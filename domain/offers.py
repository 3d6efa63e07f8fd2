"""What is offered to somebody whose seats were sold before their money came: the best equivalent ones still free."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from domain.best_seats import Party, best_seats
from domain.layouts import Layout, SeatKind
from domain.seat_maps import SeatMap, SeatState, Selection


class OfferStatus(StrEnum):
    """Where an offer stands; only an open one holds seats and money."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"


def equivalent_seats(seats: SeatMap | Selection, lost: Sequence[SeatKind]) -> list[str] | None:
    """The best free seats of exactly these kinds, together if that can be; None where there are not that many.

    The whole map must be known. The kinds decide the price: what was paid pays for what is offered, to the cent.
    """
    wanted = Counter(lost)
    together = best_seats(seats, _party(wanted))
    if together is not None and Counter(_kinds(seats.layout, together.labels)) == wanted:
        return together.labels
    chosen: list[str] = []
    for kind, count in sorted(wanted.items()):
        group = best_seats(seats, _party(Counter({kind: count})))
        if group is None:
            return None
        chosen += group.labels
        seats = seats.apply(seats.change(group.labels, SeatState.HELD))
    return chosen if Counter(_kinds(seats.layout, chosen)) == wanted else None


def _party(kinds: Counter[SeatKind]) -> Party:
    return Party(kinds.total(), frozenset(kinds), kinds[SeatKind.WHEELCHAIR])


def _kinds(layout: Layout, labels: Sequence[str]) -> list[SeatKind]:
    return [layout.by_label[label].kind for label in labels]
