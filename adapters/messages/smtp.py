"""Letters over SMTP."""

import asyncio
from dataclasses import dataclass
from email.headerregistry import Address
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

import clock
from adapters.messages.base import Mail, NotSent, Undeliverable
from adapters.messages.mime import written
from settings import MissingSettings

_PORTS = {"smtp": 587, "smtps": 465}
_FOR_EVER = range(500, 600)  # RFC 5321 section 4.2.1: the same request will not succeed later either


@dataclass(frozen=True)
class SmtpAddress:
    """What MAIL_URL says: `start_tls` None takes it where it is offered."""

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None


def read_mail_url(url: str) -> SmtpAddress:
    """MAIL_URL in its parts; MissingSettings if it is none. A password never goes out in the clear unless told so."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as problem:
        raise MissingSettings("MAIL_URL must begin with smtp:// or smtps:// and name a host.") from problem
    if not parts.hostname:
        raise MissingSettings("MAIL_URL must name a host.")
    username, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    told = parse_qs(parts.query, keep_blank_values=True).get("starttls")
    start_tls = told[0] != "no" if told else (True if password else None)
    use_tls = parts.scheme == "smtps"
    return SmtpAddress(parts.hostname, port, username, password, use_tls, False if use_tls else start_tls)


class SmtpMailer:
    """Hands letters to a mail server, each over a connection of its own."""

    def __init__(self, address: SmtpAddress, sender: Address, seconds: float) -> None:
        self._to = address
        self._sender = sender
        self._seconds = seconds

    async def send(self, mail: Mail) -> None:
        """Hand a letter over; Undeliverable if the server refuses it for ever, NotSent for all other trouble."""
        message = written(mail, self._sender, clock.now())
        try:
            async with asyncio.timeout(self._seconds):
                await aiosmtplib.send(
                    message,
                    hostname=self._to.host,
                    port=self._to.port,
                    username=self._to.username,
                    password=self._to.password,
                    use_tls=self._to.use_tls,
                    start_tls=self._to.start_tls,
                    timeout=self._seconds,
                )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _trouble(refused.recipients[0].code) from None
        except aiosmtplib.SMTPDataError as refused:
            raise _trouble(refused.code) from None
        except aiosmtplib.SMTPNotSupported:
            if not mail.to.isascii():
                raise Undeliverable("The mail server cannot write to an address like this.") from None
            raise NotSent("The mail server lacks what MAIL_URL asks for.") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as problem:
            # What a server says may name the recipient: only its number and the kind of trouble are told.
            raise NotSent(f"The mail server: {type(problem).__name__} {getattr(problem, 'code', '')}".strip()) from None


def _trouble(code: int) -> NotSent | Undeliverable:
    said = f"The mail server refused the letter with {code}."
    return Undeliverable(said) if code in _FOR_EVER else NotSent(said)
