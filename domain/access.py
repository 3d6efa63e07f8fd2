"""Who may do what: roles, the permissions each holds, and the actor who asks."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from uuid import UUID


class Role(StrEnum):
    """What kind of person an account belongs to."""

    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"
    CONCIERGE = "CONCIERGE"
    EDITOR = "EDITOR"
    MANAGER = "MANAGER"
    ADMIN = "ADMIN"
    SUPER_ADMIN = "SUPER_ADMIN"


class Permission(StrEnum):
    """One right, named `noun:verb`; kept in alphabetical order."""

    AUDIT_READ = "audit:read"
    BOOKING_READ = "booking:read"
    BOOKING_READ_ANY = "booking:read-any"
    BOOKING_SEARCH = "booking:search"
    BOOKING_WRITE = "booking:write"
    HOLD_WRITE = "hold:write"
    MOVIE_WRITE = "movie:write"
    PAYMENT_READ = "payment:read"
    PAYMENT_REFUND = "payment:refund"
    PAYMENT_SETTLE = "payment:settle"
    PAYMENT_START = "payment:start"
    REPORT_READ = "report:read"
    SCREEN_WRITE = "screen:write"
    SESSION_END = "session:end"
    SHOWTIME_WRITE = "showtime:write"
    VENUE_WRITE = "venue:write"


_BUYING = frozenset(
    {
        Permission.BOOKING_READ,
        Permission.BOOKING_WRITE,
        Permission.HOLD_WRITE,
        Permission.PAYMENT_START,
        Permission.SESSION_END,
    }
)

_SERVING = _BUYING | {Permission.BOOKING_SEARCH, Permission.PAYMENT_SETTLE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: _BUYING,
    Role.STAFF: _SERVING,
    Role.CONCIERGE: _SERVING,
    Role.EDITOR: _BUYING | {Permission.MOVIE_WRITE},
    Role.MANAGER: _SERVING
    | {
        Permission.MOVIE_WRITE,
        Permission.PAYMENT_READ,
        Permission.PAYMENT_REFUND,
        Permission.REPORT_READ,
        Permission.SHOWTIME_WRITE,
    },
    Role.ADMIN: frozenset(Permission),
    Role.SUPER_ADMIN: frozenset(Permission),
}


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a person in a session, an anonymous viewer, or the system itself."""

    user_id: UUID | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    session_id: UUID | None = None
    is_system: bool = False

    @classmethod
    def anonymous(cls) -> Self:
        """Somebody who has not logged in."""
        return cls()

    @classmethod
    def system(cls) -> Self:
        """Jobs and verified webhooks, which act for nobody."""
        return cls(is_system=True)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything this actor's roles allow."""
        return frozenset().union(*(PERMISSIONS[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds the permission."""
        return self.is_system or permission in self.permissions
