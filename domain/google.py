"""What Google says of a person, and what we make of it."""

from dataclasses import dataclass

from domain.accounts import normal_email, normal_name


@dataclass(frozen=True)
class GoogleAccount:
    """A person as Google knows them: `subject` for ever, the e-mail address for now; it has been verified."""

    subject: str
    email: str
    name: str


def google_account(subject: str, email: str, name: str) -> GoogleAccount | None:
    """A person, with values as they are kept; None if the address is none. Who has no name is called by their mailbox."""
    kept = normal_email(email)
    if kept is None:
        return None
    return GoogleAccount(subject, kept, normal_name(name) or kept.partition("@")[0])
