"""One showtime's seats: what state each is in, and how a change turns one version into the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.layouts import Layout


class SeatState(StrEnum):
    """What can be done with a seat now."""

    AVAILABLE = "AVAILABLE"
    HELD = "HELD"
    BOOKED = "BOOKED"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True)
class SeatMapChange:
    """What happened to a seat map from version `since` to `version`, and how many seats are free then."""

    showtime_id: UUID
    since: int
    version: int
    available: int
    seats: Mapping[str, SeatState]

    @property
    def topic(self) -> str:
        """The name under which it is announced."""
        return f"seat-map:{self.showtime_id}"

    def then(self, later: "SeatMapChange") -> "SeatMapChange":
        """Both changes as one; `later` must begin where this one ends, or before."""
        if later.since > self.version:
            raise ValueError(f"A change since {later.since} does not follow version {self.version}.")
        if later.version <= self.version:
            return self
        return replace(later, since=min(self.since, later.since), seats={**self.seats, **later.seats})


@dataclass(frozen=True)
class SeatMap:
    """A showtime's seats at one version; `taken` has the state of every seat that is not available.

    It is right until `right_until`, when the first of its holds ends, whether or not its version has grown by then.
    """

    showtime_id: UUID
    version: int
    layout: Layout
    taken: Mapping[str, SeatState]
    right_until: datetime | None = field(default=None, compare=False)

    @property
    def capacity(self) -> int:
        """How many seats there are."""
        return len(self.layout.seats)

    @property
    def available(self) -> int:
        """How many seats are free."""
        return self.capacity - len(self.taken)

    def is_outdated(self, now: datetime) -> bool:
        """Whether a hold that it shows has ended."""
        return self.right_until is not None and now >= self.right_until

    def state_of(self, label: str) -> SeatState:
        """The state of one seat."""
        return self.taken.get(label, SeatState.AVAILABLE)

    def change(self, labels: Iterable[str], state: SeatState) -> SeatMapChange:
        """The change that brings these seats into this state, as the map's next version."""
        changed = dict.fromkeys(labels, state)
        taken = _applied(self.taken, changed)
        return SeatMapChange(self.showtime_id, self.version, self.version + 1, self.capacity - len(taken), changed)

    def apply(self, change: SeatMapChange) -> "SeatMap":
        """The map after a change; one that is already in it changes nothing."""
        if change.version <= self.version:
            return self
        if change.since > self.version:
            raise ValueError(f"A change since {change.since} does not follow version {self.version}.")
        return replace(self, version=change.version, taken=_applied(self.taken, change.seats))


@dataclass(frozen=True)
class Selection:
    """Some seats of a map that is about to change: the states of those, and how many are free in all."""

    showtime_id: UUID
    version: int
    layout: Layout
    taken: Mapping[str, SeatState]
    available: int

    def state_of(self, label: str) -> SeatState:
        """The state of one of the seats."""
        return self.taken.get(label, SeatState.AVAILABLE)

    def change(self, labels: Iterable[str], state: SeatState) -> SeatMapChange:
        """The change that brings some of the seats into this state, as the map's next version."""
        changed = dict.fromkeys(labels, state)
        free_before = sum(self.state_of(label) is SeatState.AVAILABLE for label in changed)
        free_after = len(changed) if state is SeatState.AVAILABLE else 0
        available = self.available - free_before + free_after
        return SeatMapChange(self.showtime_id, self.version, self.version + 1, available, changed)

    def apply(self, change: SeatMapChange) -> "Selection":
        """The seats after a change."""
        taken = _applied(self.taken, change.seats)
        return replace(self, version=change.version, taken=taken, available=change.available)


def _applied(taken: Mapping[str, SeatState], changed: Mapping[str, SeatState]) -> dict[str, SeatState]:
    after = {**taken, **changed}
    return {label: state for label, state in after.items() if state is not SeatState.AVAILABLE}
