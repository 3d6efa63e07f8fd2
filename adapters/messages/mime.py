"""Letters as RFC 5322 has them: no value, whatever is in it, becomes a header of its own."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from uuid import uuid4

from adapters.messages.base import Mail, Undeliverable
from domain.accounts import normal_email
from settings import MissingSettings

_UTF8 = SMTP.clone(utf8=True)


def sender_of(mail_from: str) -> Address:
    """MAIL_FROM as name and address; MissingSettings if it is none."""
    name, spec = parseaddr(mail_from)
    try:
        return _address(spec, name)
    except Undeliverable as problem:
        raise MissingSettings("MAIL_FROM must be an address like Marquee <box-office@marquee.test>.") from problem


def written(mail: Mail, sender: Address, now: datetime) -> EmailMessage:
    """The message to hand over; Undeliverable for an address that no header can hold."""
    recipient = _address(mail.to)
    message = EmailMessage(policy=SMTP if recipient.addr_spec.isascii() else _UTF8)
    try:
        message["From"], message["To"], message["Subject"] = sender, recipient, mail.subject
        message["Date"] = now
        message["Message-ID"] = f"<{mail.reference or uuid4().hex}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday robot answers
    except ValueError as problem:  # a line end within: somebody wants a header of their own
        raise Undeliverable("This letter's head cannot be written.") from problem
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def _address(spec: str, name: str = "") -> Address:
    try:
        mailbox, domain = (normal_email(spec) or "").rsplit("@", 1)
        return Address(name, mailbox, domain.encode("idna").decode())
    except ValueError as problem:  # UnicodeError is one
        raise Undeliverable("This is not an address that letters can be sent to.") from problem
