"""How the house reaches people: by mail and by text message, as its settings say, or not at all."""

from pathlib import Path

from adapters.http import Http
from adapters.messages.base import Mail, Mailer, NotSent, Text, Texter, Undeliverable
from adapters.messages.mime import sender_of
from adapters.messages.outbox import MailOutbox, TextOutbox
from adapters.messages.smtp import SmtpMailer, read_mail_url
from adapters.messages.twilio import TwilioTexter, read_sms_url
from settings import Settings

__all__ = ["Mail", "Mailer", "NotSent", "Text", "Texter", "Undeliverable", "mailer_from", "texter_from"]


def mailer_from(settings: Settings) -> Mailer | None:
    """Whoever carries letters; None where nobody does. MissingSettings for an address that cannot be read."""
    sender = sender_of(settings.mail_from)
    if settings.mail_url:
        return SmtpMailer(read_mail_url(settings.mail_url), sender, settings.message_seconds)
    return MailOutbox(Path(settings.outbox), sender) if settings.environment == "development" else None


def texter_from(settings: Settings, http: Http) -> Texter | None:
    """Whoever carries text messages; None where nobody does. MissingSettings for an address that cannot be read."""
    if settings.sms_url:
        account = read_sms_url(settings.sms_url)
        return TwilioTexter(account, http, api_url=settings.sms_api_url, seconds=settings.message_seconds)
    return TextOutbox(Path(settings.outbox)) if settings.environment == "development" else None
