"""What is sent to people, and what whoever carries it promises."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """One letter: the same words as plain text and as HTML. `reference` is the same if it is sent twice."""

    to: str
    subject: str
    text: str
    html: str
    reference: str = ""


@dataclass(frozen=True)
class Text:
    """One text message to a phone in E.164."""

    to: str
    text: str


class NotSent(Exception):
    """It did not go out, and should be tried again. Says why in words that name nobody: it is logged and kept."""


class Undeliverable(Exception):
    """It can never be delivered: trying again is no use. Names nobody either."""


class Mailer(Protocol):
    """Carries letters."""

    async def send(self, mail: Mail) -> None:
        """Hand a letter over; NotSent, Undeliverable."""


class Texter(Protocol):
    """Carries text messages."""

    async def send(self, text: Text) -> None:
        """Hand a text message over; NotSent, Undeliverable."""
