"""What is announced to live watchers after a commit, and its form on the wire."""

import json
from dataclasses import dataclass, replace
from uuid import UUID

from domain.seat_maps import SeatMapChange, SeatState


@dataclass(frozen=True)
class BookingChange:
    """A booking, or one of its payments, went from version `since` to `version`."""

    booking_id: UUID
    since: int
    version: int

    @property
    def topic(self) -> str:
        """The name under which it is announced."""
        return f"booking:{self.booking_id}"

    def then(self, later: "BookingChange") -> "BookingChange":
        """Both changes as one."""
        return self if later.version <= self.version else replace(later, since=min(self.since, later.since))


@dataclass(frozen=True)
class SessionEnd:
    """A session has ended; its open websockets must close. Told within this process only."""

    session_id: UUID


Event = SeatMapChange | BookingChange


def encode(event: Event) -> bytes:
    """The event as JSON."""
    if isinstance(event, BookingChange):
        body: dict[str, object] = {"kind": "booking", "id": str(event.booking_id)}
    else:
        body = {
            "kind": "seat-map",
            "id": str(event.showtime_id),
            "available": event.available,
            "seats": dict(event.seats),
        }
    return json.dumps({**body, "since": event.since, "version": event.version}).encode()


def decode(message: bytes | str) -> Event:
    """The event that was encoded; ValueError if it is none."""
    try:
        body = json.loads(message)
        if body["kind"] == "booking":
            return BookingChange(UUID(body["id"]), body["since"], body["version"])
        seats = {label: SeatState(state) for label, state in body["seats"].items()}
        return SeatMapChange(UUID(body["id"]), body["since"], body["version"], body["available"], seats)
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError("This is not an event.") from problem
