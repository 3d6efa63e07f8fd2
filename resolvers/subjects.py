"""What entries and other records point at by kind and id: many at a time, as far as whoever asks may see them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.access import Actor
from models.base import Row
from models.bookings import Booking, Hold, Ticket
from models.inbox import PaymentMessage
from models.movies import Movie
from models.payments import Payment
from models.refunds import Refund
from models.showtimes import Showtime
from models.staff import Invitation
from models.users import User
from models.venues import Screen, Venue


@dataclass(frozen=True)
class Subject:
    """Something that has an id, for somebody who asks."""

    actor: Actor
    kind: str
    id: UUID


Seen: TypeAlias = Callable[[Actor], Any]


def _open(kind: type[Row]) -> Seen:
    """For what everybody may see."""
    return lambda actor: kind.all()


ROWS: Final[Mapping[str, Seen]] = {
    "User": User.visible_to,
    "Movie": _open(Movie),
    "Venue": _open(Venue),
    "Screen": _open(Screen),
    "Showtime": _open(Showtime),
    "Hold": Hold.visible_to,
    "Booking": Booking.visible_to,
    "Ticket": Ticket.visible_to,
    "Payment": Payment.visible_to,
    "Refund": Refund.visible_to,
    "PaymentMessage": PaymentMessage.visible_to,
    "Invitation": Invitation.visible_to,
}


async def subjects(wanted: Collection[Subject]) -> dict[Subject, Row]:
    """Those that are there and may be seen: one query a kind, however many there are."""
    found: dict[Subject, Row] = {}
    for actor, kind in {(each.actor, each.kind) for each in wanted if each.kind in ROWS}:
        ids = [each.id for each in wanted if (each.actor, each.kind) == (actor, kind)]
        rows = await ROWS[kind](actor).filter(id__in=ids)
        found |= {Subject(actor, kind, row.id): row for row in rows}
    return found
