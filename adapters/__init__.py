"""Everything we did not write, behind a Protocol: built once from settings, passed in, never imported as a global."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.cache import SharedCache
from adapters.codes import Codes
from adapters.google import Google
from adapters.http import Http
from adapters.limiter import Limiter, limiter_from
from adapters.messages import Mailer, Texter, mailer_from, texter_from
from adapters.messages.letters import Letters
from adapters.passwords import Passwords
from adapters.payments import gateways_from
from adapters.payments.base import Gateway
from adapters.qr import QrPictures
from adapters.seals import Seals
from adapters.ticket_codes import TicketCodes
from adapters.tokens import Tokens
from domain.payments import PaymentProvider
from settings import Settings


@dataclass(frozen=True)
class Adapters:
    """The outside world, as this process was configured to see it."""

    settings: Settings
    passwords: Passwords
    tokens: Tokens
    codes: Codes
    letters: Letters
    mail: Mailer | None  # None where this house sends none
    texts: Texter | None
    ticket_codes: TicketCodes
    seals: Seals
    google: Google
    qr: QrPictures
    http: Http
    gateways: Mapping[PaymentProvider, Gateway]
    shared: SharedCache | None  # None where there is no Redis, and so one process
    limiter: Limiter


def adapters_from(settings: Settings) -> Adapters:
    """Build the adapters that the settings ask for; MissingSettings for a gateway without its keys."""
    http = Http()
    return Adapters(
        settings=settings,
        passwords=Passwords(settings.bcrypt_rounds),
        tokens=Tokens(settings),
        codes=Codes(settings),
        letters=Letters(settings),
        mail=mailer_from(settings),
        texts=texter_from(settings, http),
        ticket_codes=TicketCodes(settings),
        seals=Seals("second-factor", settings),
        google=Google(settings, http),
        qr=QrPictures(),
        http=http,
        gateways=gateways_from(settings, http),
        shared=SharedCache(settings.redis_url) if settings.redis_url else None,
        limiter=limiter_from(settings),
    )
