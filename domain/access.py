"""Who may do what: roles, the permissions each holds, and the actor who asks."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self, TypeAlias
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

    AUDIT_LOG_READ = "audit-log:read"
    AUDIT_READ = "audit:read"
    BOOKING_READ = "booking:read"
    BOOKING_READ_ANY = "booking:read-any"
    BOOKING_SEARCH = "booking:search"
    BOOKING_WRITE = "booking:write"
    CUSTOMER_SERVE = "customer:serve"
    HOLD_WRITE = "hold:write"
    HOUSE_WRITE = "house:write"
    MOVIE_WRITE = "movie:write"
    PAYMENT_READ = "payment:read"
    PAYMENT_REFUND = "payment:refund"
    PAYMENT_SETTLE = "payment:settle"
    PAYMENT_START = "payment:start"
    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    REPORT_READ = "report:read"
    SCREEN_WRITE = "screen:write"
    SESSION_END = "session:end"
    SHOWTIME_WRITE = "showtime:write"
    USER_READ = "user:read"
    USER_WRITE = "user:write"
    VENUE_WRITE = "venue:write"


# What somebody may do for themselves, and a concierge for a customer.
_BUYING = frozenset(
    {
        Permission.BOOKING_READ,
        Permission.BOOKING_WRITE,
        Permission.HOLD_WRITE,
        Permission.PAYMENT_START,
    }
)

# What nobody may do for another: their profile, their ways in, their sessions.
_BEING = frozenset({Permission.PROFILE_READ, Permission.PROFILE_WRITE, Permission.SESSION_END})

_CUSTOMER = _BUYING | _BEING

_SERVING = _CUSTOMER | {Permission.BOOKING_SEARCH, Permission.PAYMENT_SETTLE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: _CUSTOMER,
    Role.STAFF: _SERVING,
    Role.CONCIERGE: _SERVING | {Permission.CUSTOMER_SERVE, Permission.USER_READ},
    Role.EDITOR: _CUSTOMER | {Permission.MOVIE_WRITE},
    Role.MANAGER: _SERVING
    | {
        Permission.AUDIT_LOG_READ,
        Permission.MOVIE_WRITE,
        Permission.PAYMENT_READ,
        Permission.PAYMENT_REFUND,
        Permission.REPORT_READ,
        Permission.SHOWTIME_WRITE,
    },
    Role.ADMIN: frozenset(Permission),
    Role.SUPER_ADMIN: frozenset(Permission),
}

# Their rights are those of the venues they are posted to; everybody else's hold for the whole house.
POSTED: Final = frozenset({Role.STAFF, Role.MANAGER})


def works_here(roles: frozenset[Role]) -> bool:
    """Whether these roles make somebody one of the house, not only a customer."""
    return bool(roles - {Role.CUSTOMER})


Reach: TypeAlias = frozenset[UUID] | None  # the venues where a permission holds; None: everywhere


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a person in a session, an anonymous viewer, or the system itself.

    `venues` are those a member of staff is posted to, `address` is where the call comes from. `served_by` is the
    concierge who acts for this customer; the rights are the customer's then, without those nobody has for another.
    `withheld` are the roles that count only once a second factor is set up.
    """

    user_id: UUID | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    session_id: UUID | None = None
    is_system: bool = False
    venues: frozenset[UUID] = field(default_factory=frozenset)
    served_by: UUID | None = None
    address: str = ""
    withheld: frozenset[Role] = field(default_factory=frozenset)

    @classmethod
    def anonymous(cls) -> Self:
        """Somebody who has not logged in."""
        return cls()

    @classmethod
    def system(cls) -> Self:
        """Jobs and verified webhooks, which act for nobody."""
        return cls(is_system=True)

    def without(self, owing: frozenset[Role]) -> Self:
        """The same person while one of their roles owes a second factor: a customer, whatever else they are."""
        if not self.roles & owing:
            return self
        return replace(self, roles=frozenset({Role.CUSTOMER}), venues=frozenset(), withheld=self.roles)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything this actor's roles allow, somewhere at least."""
        if self.served_by is not None:
            return _BUYING
        return frozenset().union(*(PERMISSIONS[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds the permission, somewhere at least."""
        return self.is_system or permission in self.permissions

    def lacks_only_a_second_factor(self, permission: Permission) -> bool:
        """Whether the actor would hold the permission, had they set up their second factor."""
        return any(permission in PERMISSIONS[role] for role in self.withheld)

    def reach(self, permission: Permission) -> Reach:
        """The venues where the actor holds the permission; None for everywhere."""
        if self.is_system:
            return None
        holding = {role for role in self.roles if permission in PERMISSIONS[role]} if self.may(permission) else set()
        if holding - POSTED:
            return None
        return self.venues if holding else frozenset()

    def may_at(self, permission: Permission, venue_id: UUID) -> bool:
        """Whether the actor holds the permission at this venue."""
        reach = self.reach(permission)
        return reach is None or venue_id in reach
