"""The second step of logging in: codes of an app, recovery codes on paper, and how many may be tried."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

APP_CODE_DIGITS: Final = 6
RECOVERY_CODES: Final = 10
TRIES: Final = 10  # codes that may be wrong for one account within TRIES_WITHIN
TRIES_WITHIN: Final = timedelta(minutes=15)
LONGEST_GIVEN: Final = 100
SECOND_FACTOR_ROLES: Final = "second-factor-roles"  # the house's rule: which roles owe one

# Crockford's base32: no letter can be taken for another. Sixteen of them are 80 random bits, more than a hash need hide.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 16
_GROUP = 4
_TAKEN_FOR = str.maketrans("OIL", "011")


class Proof(StrEnum):
    """What somebody showed as their second factor."""

    APP_CODE = "APP_CODE"
    RECOVERY_CODE = "RECOVERY_CODE"


def new_recovery_codes() -> list[str]:
    """Ten codes to be written down: `7K2M-…`, each good for one log-in."""
    return [_grouped("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))) for _ in range(RECOVERY_CODES)]


def hash_of(recovery_code: str, user_id: UUID) -> str:
    """What is kept of a recovery code: 80 random bits need no slow hash, and the person's id is the salt."""
    return hashlib.sha256(user_id.bytes + recovery_code.encode()).hexdigest()


def app_code(given: str) -> str | None:
    """What was typed as six digits, spaces and all; None if it is no code of an app."""
    code = "".join(given[:LONGEST_GIVEN].split())
    return code if len(code) == APP_CODE_DIGITS and code.isascii() and code.isdigit() else None


def recovery_code(given: str) -> str | None:
    """What was typed as a recovery code, in whatever case and grouping; None if it is none."""
    letters = "".join(given[:LONGEST_GIVEN].upper().replace("-", " ").split()).translate(_TAKEN_FOR)
    return _grouped(letters) if len(letters) == _LENGTH and set(letters) <= set(_LETTERS) else None


def without(hashes: Sequence[str], used: str) -> list[str] | None:
    """The hashes that are left after one was used; None if it is not among them."""
    return [each for each in hashes if each != used] if used in hashes else None


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
