"""What an operator may set about codes, letters and text messages: a part of `settings.Settings`."""

from pydantic import Field
from pydantic_settings import BaseSettings


class MessageSettings(BaseSettings):
    """How the house reaches people, and the terms of the codes it sends them."""

    mail_url: str = Field(
        default="",
        description="Where letters go: smtp://USER:PASSWORD@HOST:587 (STARTTLS is required where there is a password; "
        "?starttls, ?starttls=no) or smtps://…:465; empty: OUTBOX in development, no mail in production.",
    )
    mail_from: str = Field(
        default="Marquee <box-office@marquee.test>",
        description="Who letters are from; its name is what the house calls itself in letters and text messages.",
    )
    sms_url: str = Field(
        default="",
        description="Where text messages go: twilio://SID:TOKEN@+15550001111 (or a messaging service, MG…); empty: "
        "OUTBOX in development, no text messages in production.",
    )
    sms_api_url: str = Field(default="https://api.twilio.com", description="Where Twilio's API is.")
    outbox: str = Field(
        default="data/outbox", description="Folder where development keeps the letters and texts it would send."
    )
    message_seconds: float = Field(default=8.0, gt=0, le=10, description="How long sending one message may take.")

    code_minutes: float = Field(default=10.0, gt=0, le=60, description="Life of a code of six digits.")
    code_attempts: int = Field(default=5, ge=1, le=10, description="How often one code may be tried.")
    code_resend_seconds: float = Field(
        default=60.0, ge=0, description="How long after one code the next may be asked for."
    )
    codes_per_day: int = Field(
        default=10, ge=1, description="Codes one address or phone may be sent for one purpose in a day; 5 in an hour."
    )
