"""What an e-mail address, a name and a password of an account look like, and who may see them."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.access import Actor, Permission, Role
from domain.age import date_of_birth_problem
from domain.problems import AccountNotDeletable, FieldProblem, InvalidInput

LONGEST_EMAIL: Final = 254
LONGEST_MAILBOX: Final = 64
LONGEST_NAME: Final = 200
SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 1000
NOT_A_NAME: Final = f"A name has between 1 and {LONGEST_NAME} characters, all of them printable."
FRESH: Final = timedelta(minutes=10)

_MAILBOX = re.compile(r"[^\s@\"(),:;<>\[\]\\.]+(\.[^\s@\"(),:;<>\[\]\\.]+)*")
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_NOT_IN_A_NAME = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})  # controls, lone surrogates, line ends
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Zs"})


class WayIn(StrEnum):
    """How a session began."""

    PASSWORD = "PASSWORD"  # noqa: S105  # the name of a way, no secret
    PHONE = "PHONE"
    GOOGLE = "GOOGLE"
    INVITATION = "INVITATION"


class IdentityProvider(StrEnum):
    """Who else may say who somebody is."""

    GOOGLE = "GOOGLE"


class SessionEnding(StrEnum):
    """How a session ended."""

    LOGGED_OUT = "LOGGED_OUT"
    ENDED_ELSEWHERE = "ENDED_ELSEWHERE"
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105  # the name of an event, no secret
    CREDENTIALS_CHANGED = "CREDENTIALS_CHANGED"
    LOCKED = "LOCKED"
    DELETED = "DELETED"


@dataclass(frozen=True)
class Registration:
    """A person's wish for an account: checked, the e-mail address in its compared form."""

    name: str
    email: str
    password: str
    date_of_birth: date | None = None


def normal_email(text: str) -> str | None:
    """An e-mail address as it is kept and compared; None if it is none."""
    if len(text) > 2 * LONGEST_EMAIL:
        return None
    email = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).lower())
    mailbox, _, domain = email.rpartition("@")
    if len(email) > LONGEST_EMAIL or len(mailbox) > LONGEST_MAILBOX or not email.isprintable():
        return None
    return email if _MAILBOX.fullmatch(mailbox) and _DOMAIN.fullmatch(domain) else None


def normal_name(text: str) -> str | None:
    """A person's name as it is kept; None if nobody can be called that."""
    name = unicodedata.normalize("NFC", text.strip()) if len(text) <= 2 * LONGEST_NAME else ""
    kinds = {unicodedata.category(letter) for letter in name}
    fits = len(name) <= LONGEST_NAME and not kinds & _NOT_IN_A_NAME
    return name if fits and kinds - _INVISIBLE else None


def check_registration(
    name: str, email: str, password: str, *, born: date | None = None, today: date = date.max
) -> Registration:
    """The registration with its values as they are kept; InvalidInput names every value that is wrong."""
    kept_name, kept_email, problem = normal_name(name), normal_email(email), password_problem(password)
    birth_problem = date_of_birth_problem(born, today) if born else None
    if kept_name is not None and kept_email is not None and problem is None and birth_problem is None:
        return Registration(kept_name, kept_email, password, born)
    found = {
        "name": None if kept_name else NOT_A_NAME,
        "email": None if kept_email else "This is not an e-mail address.",
        "password": problem,
        "dateOfBirth": birth_problem,
    }
    raise InvalidInput([FieldProblem((field,), message) for field, message in found.items() if message])


def check_contact(name: str, email: str | None, phone: str | None) -> tuple[str, str | None]:
    """The name and the e-mail address of a customer as they are kept; InvalidInput without any way to reach them."""
    kept_name, kept_email = normal_name(name), normal_email(email) if email else None
    found = {
        "name": None if kept_name else f"A name has between 1 and {LONGEST_NAME} characters, all of them printable.",
        "email": "This is not an e-mail address." if email and not kept_email else None,
        "phone": None
        if email or phone
        else "Give an e-mail address or a phone number: the customer gets in by one of them.",
    }
    if any(found.values()):
        raise InvalidInput([FieldProblem((field,), message) for field, message in found.items() if message])
    return kept_name or "", kept_email


def password_problem(password: str) -> str | None:
    """What is wrong with a new password, if anything."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return f"A password has between {SHORTEST_PASSWORD} and {LONGEST_PASSWORD:,} characters."
    if not password.strip():
        return "A password cannot be all spaces."
    if any(unicodedata.category(letter) == "Cs" for letter in password):
        return "This password contains half a character."
    return None


def check_password(password: str, field: str) -> None:
    """Raise InvalidInput for what cannot be a new password, under the name of its field."""
    if problem := password_problem(password):
        raise InvalidInput([FieldProblem((field,), problem)])


def is_fresh(began: datetime, now: datetime) -> bool:
    """Whether somebody has logged in so lately that it proves who they are once more."""
    return now - began < FRESH


def check_deletable(roles: Collection[Role]) -> None:
    """Raise AccountNotDeletable for the staff: who did what must have a name, and somebody must be left to run the house."""
    if set(roles) - {Role.CUSTOMER}:
        raise AccountNotDeletable("You work here: ask an administrator to take your roles away first.")


def may_see_anybody(actor: Actor) -> bool:
    """Whether the actor may look up all people."""
    return actor.may(Permission.USER_WRITE)


def may_see_customers(actor: Actor) -> bool:
    """Whether the actor may look up customers at least."""
    return actor.may(Permission.USER_READ)


def may_see_contacts(actor: Actor, user_id: UUID, *, is_staff: bool) -> bool:
    """Whether the actor may see how to reach this person and what they bought."""
    return may_see_all_of(actor, user_id) or actor.user_id == user_id or (may_see_customers(actor) and not is_staff)


def may_see_all_of(actor: Actor, user_id: UUID) -> bool:
    """Whether the actor may see what is nobody's business but the person's own and the house's."""
    return may_see_anybody(actor) or (actor.user_id == user_id and actor.served_by is None)
