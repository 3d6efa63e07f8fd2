"""Puts the events of one topic in order: each passed-on event begins where the one before ended."""

from domain.events import Event

AHEAD_MAX = 100


class Chain:
    """Where a topic is, and what has arrived too early."""

    def __init__(self) -> None:
        self.position: int | None = None
        self.target = 0
        self._ahead: dict[int, Event] = {}

    @property
    def behind(self) -> bool:
        """Whether something is known to be missing."""
        return self.position is not None and self.target > self.position

    def begin(self, position: int) -> list[Event]:
        """Start, or start again, from a version; returns what had arrived early and now follows."""
        self.position = position
        return self._following()

    def accept(self, event: Event) -> list[Event]:
        """Take an event in whatever order it comes; returns what may be passed on now."""
        if event.version <= max(event.since, self.position or 0):
            return []
        self.notice(event.version)
        if len(self._ahead) < AHEAD_MAX or event.since == self.position:  # what is left out, the source knows
            self._ahead[event.since] = event
        return self._following()

    def notice(self, version: int) -> None:
        """Remember that this version exists."""
        self.target = max(self.target, version)

    def give_up(self) -> None:
        """Stop looking for what nobody has; the next event or check says again what is missing."""
        self.target = self.position or 0

    def _following(self) -> list[Event]:
        ready: list[Event] = []
        while self.position is not None and (event := self._ahead.pop(self.position, None)) is not None:
            ready.append(event)
            self.position = event.version
        if self.position is not None and self._ahead:
            self._ahead = {since: event for since, event in self._ahead.items() if since > self.position}
        return ready
