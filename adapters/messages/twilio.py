"""Text messages through Twilio's API: one form POST each."""

import base64
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from adapters.http import Http, HttpError
from adapters.messages.base import NotSent, Text, Undeliverable
from settings import MissingSettings

_CREATED = 201
_REFUSED = 400  # Twilio's answer for a number that cannot be written to, or wants no more messages


@dataclass(frozen=True)
class TwilioAccount:
    """What SMS_URL says: `sender` is a number in E.164 or a messaging service (MG…)."""

    sid: str
    token: str
    sender: str


def read_sms_url(url: str) -> TwilioAccount:
    """SMS_URL in its parts; MissingSettings if it is none."""
    scheme, _, rest = url.partition("://")
    known, _, sender = rest.rpartition("@")
    sid, _, token = known.partition(":")
    if scheme != "twilio" or not (sid and token and sender):
        raise MissingSettings("SMS_URL must read like twilio://SID:TOKEN@+15550001111.")
    return TwilioAccount(unquote(sid), unquote(token), unquote(sender.rstrip("/")))


class TwilioTexter:
    """Hands text messages to Twilio."""

    def __init__(self, account: TwilioAccount, http: Http, *, api_url: str, seconds: float) -> None:
        self._account = account
        self._http = http
        self._url = f"{api_url.rstrip('/')}/2010-04-01/Accounts/{account.sid}/Messages.json"
        self._seconds = seconds

    async def send(self, text: Text) -> None:
        """Hand a message over; Undeliverable if the number cannot be written to, NotSent for all other trouble."""
        service = self._account.sender.startswith("MG")
        sender = {"MessagingServiceSid" if service else "From": self._account.sender}
        form = urlencode({"To": text.to, "Body": text.text, **sender}).encode()
        known = base64.b64encode(f"{self._account.sid}:{self._account.token}".encode()).decode()
        headers = {"Authorization": f"Basic {known}", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = await self._http.send("POST", self._url, body=form, headers=headers, seconds=self._seconds)
        except HttpError:
            raise NotSent("Twilio did not answer.") from None
        if answer.status == _REFUSED:
            raise Undeliverable("Twilio refused this number.")
        if answer.status != _CREATED:
            raise NotSent(f"Twilio answered {answer.status}.")
