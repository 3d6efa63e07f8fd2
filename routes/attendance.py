"""Open websockets by network address and by person: nobody takes the places of all others."""

from collections import Counter
from collections.abc import Hashable
from uuid import UUID

from settings import Settings


class Attendance:
    """Counts, and says when it is enough; 0 in the settings: it never is."""

    def __init__(self, settings: Settings) -> None:
        self._per_address = settings.ws_sockets_per_address
        self._per_user = settings.ws_sockets_per_user
        self._open: Counter[Hashable] = Counter()

    def enter(self, address: str) -> bool:
        """Count a socket of an address in; False if there are too many already."""
        return self._count(address, self._per_address)

    def admit(self, user_id: UUID) -> bool:
        """Count a socket of a person in; False if there are too many already."""
        return self._count(user_id, self._per_user)

    def leave(self, who: str | UUID) -> None:
        """Count a socket out that was counted in."""
        self._open[who] -= 1
        if self._open[who] <= 0:
            del self._open[who]

    def _count(self, who: Hashable, most: int) -> bool:
        if most and self._open[who] >= most:
            return False
        self._open[who] += 1
        return True
