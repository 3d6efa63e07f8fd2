"""Who decides over whom: giving roles, posting to venues, locking out; nobody over themselves, and never the last owner."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.access import POSTED, Role, works_here
from domain.checks import Checks
from domain.problems import FieldProblem, InvalidInput, InvitationOver, StaffingRefused

POWERFUL: Final = frozenset({Role.ADMIN, Role.SUPER_ADMIN})
LONGEST_REASON: Final = 300


@dataclass(frozen=True)
class Member:
    """A person as these rules see them."""

    id: UUID
    roles: frozenset[Role] = field(default_factory=frozenset)


def check_touch(decider: Member, person: Member) -> None:
    """Raise StaffingRefused unless the one, who may write users, decides over the other."""
    if decider.id == person.id:
        raise StaffingRefused("Nobody decides over themselves: ask another administrator.")
    _check_rank(decider, person.roles)


def check_gift(decider: Member, roles: Collection[Role]) -> None:
    """Raise StaffingRefused for roles that are not the decider's to give or to take."""
    _check_rank(decider, frozenset(roles))


def _check_rank(decider: Member, roles: frozenset[Role]) -> None:
    if roles & POWERFUL and Role.SUPER_ADMIN not in decider.roles:
        raise StaffingRefused("Only a super administrator decides over administrators.")


def check_roles(decider: Member, person: Member, roles: frozenset[Role]) -> None:
    """Raise StaffingRefused unless the decider may have the person hold exactly these roles from now on."""
    check_touch(decider, person)
    check_gift(decider, person.roles ^ roles)


def check_posting(roles: frozenset[Role], venues: Collection[UUID]) -> None:
    """Raise StaffingRefused for postings of somebody whose rights are not those of venues."""
    if venues and not roles & POSTED:
        raise StaffingRefused(
            "Only staff and managers are posted to venues; others work for the whole house, or not here."
        )


def check_somebody_is_left(others: int) -> None:
    """Raise StaffingRefused where nobody else is a super administrator who can log in."""
    if not others:
        raise StaffingRefused("This is the last super administrator: make another one first.")


def loses(before: frozenset[Role], after: frozenset[Role]) -> bool:
    """Whether the change takes something away: whoever acts on what they had must stop at once."""
    return bool(before - after)


def names_of(roles: Collection[Role]) -> list[str]:
    """Roles as they are kept and told: by name, in order."""
    return sorted(role.value for role in roles)


def check_wanted_roles(roles: Collection[Role]) -> frozenset[Role]:
    """The roles as a set; InvalidInput if there is none."""
    if not roles:
        raise _wrong("roles", "Everybody has one role at least; CUSTOMER is the least of them.")
    return frozenset(roles)


def check_invited_roles(roles: Collection[Role]) -> frozenset[Role]:
    """The roles of an invitation as a set; InvalidInput unless they make somebody one of the house."""
    if not works_here(frozenset(roles)):
        raise _wrong("roles", "An invitation is to work here: name a role that does.")
    return frozenset(roles)


def check_reason(reason: str) -> str:
    """Why somebody is locked out, as it is kept; InvalidInput if it says nothing or too much."""
    checks = Checks()
    kept = checks.required(reason, LONGEST_REASON, "reason")
    checks.done()
    return kept


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput([FieldProblem((field,), message)])


class InvitationStatus(StrEnum):
    """What has become of an invitation."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


_OVER: Final = {
    InvitationStatus.ACCEPTED: "This invitation has been accepted already.",
    InvitationStatus.WITHDRAWN: "This invitation has been withdrawn.",
    InvitationStatus.EXPIRED: "This invitation has expired: ask for another one.",
}


def status_of(
    expires_at: datetime, accepted_at: datetime | None, withdrawn_at: datetime | None, now: datetime
) -> InvitationStatus:
    """Where an invitation stands at a moment."""
    if accepted_at is not None:
        return InvitationStatus.ACCEPTED
    if withdrawn_at is not None:
        return InvitationStatus.WITHDRAWN
    return InvitationStatus.EXPIRED if expires_at <= now else InvitationStatus.OPEN


def check_open(status: InvitationStatus) -> None:
    """Raise InvitationOver, saying why, for an invitation that cannot be accepted any more."""
    if status is not InvitationStatus.OPEN:
        raise InvitationOver(_OVER[status])
