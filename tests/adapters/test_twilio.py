"""Text messages over Twilio: one form each, and trouble that names nobody."""

import pytest

from adapters.http import Http
from adapters.messages import NotSent, Text, Undeliverable
from adapters.messages.twilio import TwilioTexter, read_sms_url
from settings import MissingSettings
from tests.doubles.provider import Fault
from tests.doubles.twilio import SID, TOKEN, Twilio

pytestmark = pytest.mark.once

PHONE = "+84912345678"
URL = f"twilio://{SID}:{TOKEN}@+15550001111"
MESSAGE = Text(PHONE, "Marquee: 123456 — मान्य & ký=1")


async def sent(twilio: Twilio, message: Text = MESSAGE, *, url: str = URL, seconds: float = 5.0) -> None:
    async with Http() as http:
        await TwilioTexter(read_sms_url(url), http, api_url=twilio.url + "/", seconds=seconds).send(message)


async def test_a_message_is_one_form() -> None:
    async with Twilio().serving() as twilio:
        await sent(twilio)
        await sent(twilio, url=f"twilio://{SID}:{TOKEN}@MG0123")
        assert twilio.messages == [
            {"To": PHONE, "From": "+15550001111", "Body": MESSAGE.text},
            {"To": PHONE, "MessagingServiceSid": "MG0123", "Body": MESSAGE.text},
        ]


async def test_a_number_that_cannot_be_written_to_is_told_from_trouble_that_passes() -> None:
    async with Twilio().serving() as twilio:
        twilio.refused.add(PHONE)
        with pytest.raises(Undeliverable) as refusal:
            await sent(twilio)
        troubles = [refusal.value]
        twilio.refused.clear()
        twilio.slowness = 5.0
        for fault in (Fault.ERROR, Fault.BUSY, Fault.DROP, Fault.SLOW):
            twilio.faults.append(fault)
            with pytest.raises(NotSent) as trouble:
                await sent(twilio, seconds=0.3)
            troubles.append(trouble.value)
        with pytest.raises(NotSent) as unknown:
            await sent(twilio, url=f"twilio://{SID}:wrong@+15550001111")
        assert twilio.messages == []
    assert [str(trouble) for trouble in [*troubles, unknown.value]] == [
        "Twilio refused this number.",
        "Twilio answered 500.",
        "Twilio answered 429.",
        "Twilio did not answer.",
        "Twilio did not answer.",
        "Twilio answered 401.",
    ]
    assert all(each.__cause__ is None for each in troubles)


@pytest.mark.parametrize("url", ["", "twilio://", "twilio://sid@+1555", "twilio://sid:token@", "smtp://a:b@+1555"])
def test_an_address_without_its_parts_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(MissingSettings):
        read_sms_url(url)
