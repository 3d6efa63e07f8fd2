"""Authenticator apps and we count the same: the vectors of RFC 6238, and the steps beside."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from adapters import authenticator
from adapters.qr import QrPictures

pytestmark = pytest.mark.once

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" of RFC 6238, appendix B, in base32
# The RFC's codes have eight digits; those of apps are the last six.
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert authenticator.step_of(SECRET, code[-6:], datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("steps", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_before_and_after_its_own(steps: int, found: bool) -> None:
    now = datetime(2026, 5, 1, 12, 0, 15, tzinfo=UTC)
    then = now + timedelta(seconds=30 * steps)
    step = authenticator.step_of(SECRET, pyotp.TOTP(SECRET).at(then), now)
    assert step == (int(then.timestamp()) // 30 if found else None)


@pytest.mark.parametrize("code", ["", "28708", "2870822", "é", "000000"])
def test_anything_else_is_wrong(code: str) -> None:
    assert authenticator.step_of(SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_secrets_have_160_bits_and_are_never_the_same() -> None:
    secrets = {authenticator.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(pyotp.TOTP(secret).byte_secret()) for secret in secrets} == {20}


async def test_the_address_says_all_that_an_app_needs() -> None:
    address = urlsplit(authenticator.address(SECRET, "ana@example.com"))
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/Marquee:ana%40example.com")
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": ["Marquee"]}
    assert pyotp.parse_uri(address.geturl()).at(59) == "287082"
    picture = await QrPictures().of_secret(address.geturl())
    assert picture.startswith("data:image/svg+xml;base64,")
