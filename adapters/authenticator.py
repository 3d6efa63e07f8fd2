"""Codes of authenticator apps: time-based one-time passwords, RFC 6238, with the values that every app knows."""

from datetime import datetime
from typing import Final

import pyotp

ISSUER: Final = "Marquee"
STEP_SECONDS: Final = 30
DIGITS: Final = 6
TOLERANCE: Final = 1  # steps, before and after: clocks differ and people type slowly (RFC 6238 section 5.2)


def new_secret() -> str:
    """160 random bits, as apps take them: in base32 (RFC 4226 section 4, R6)."""
    return pyotp.random_base32()


def address(secret: str, account: str) -> str:
    """The `otpauth://` address that an app reads from a QR."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to, if it is of now or of a step beside; None if it is wrong."""
    app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    this = app.timecode(now)
    # All of them are compared, whichever fits: how long it takes tells nothing.
    fitting = [step for step in range(this - TOLERANCE, this + TOLERANCE + 1) if _same(app.generate_otp(step), code)]
    return max(fitting, default=None)


def _same(one: str, other: str) -> bool:
    return pyotp.utils.strings_equal(one, other)
