"""What people say of themselves, and what of it they may change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from domain.accounts import NOT_A_NAME, normal_name
from domain.age import date_of_birth_problem
from domain.checks import Checks
from domain.preferences import Preferences, merged

KNOWN_ALREADY: Final = "Your date of birth is known already; only the staff can correct it."
_CALLED: Final = {"name": "name", "date_of_birth": "dateOfBirth", "preferences": "preferences"}


@dataclass(frozen=True)
class Profile:
    """What people may say of themselves."""

    name: str
    date_of_birth: date | None
    preferences: Preferences


def check_changes(before: Profile, changes: Mapping[str, Any], today: date) -> Profile:
    """The profile with these changes, as it is kept; InvalidInput names every value that is wrong.

    A date of birth is set once: whoever could change it would be any age they like.
    """
    checks, wanted = Checks(), dict(changes)
    if "preferences" in wanted:
        wanted["preferences"] = merged(before.preferences, wanted["preferences"], Preferences())
    if "name" in wanted:
        wanted["name"] = normal_name(wanted["name"] or "")
        if wanted["name"] is None:
            checks.refuse(NOT_A_NAME, "name")
    born = wanted.get("date_of_birth", before.date_of_birth)
    if born != before.date_of_birth and before.date_of_birth is not None:
        checks.refuse(KNOWN_ALREADY, "dateOfBirth")
    else:
        check_date_of_birth(checks, born, today)
    checks.done()
    return replace(before, **wanted)


def check_date_of_birth(checks: Checks, born: date | None, today: date) -> None:
    """Note what is wrong with a date of birth, if anything."""
    problem = date_of_birth_problem(born, today) if born else None
    if problem is not None:
        checks.refuse(problem, "dateOfBirth")


def differing(before: Profile, after: Profile) -> list[str]:
    """What is not the same, as clients call it."""
    return [called for name, called in _CALLED.items() if getattr(before, name) != getattr(after, name)]
