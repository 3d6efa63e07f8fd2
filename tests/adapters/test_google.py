"""Only what Google signed, lately and for us, is Google's word; its keys are fetched seldom and kept through an outage."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.google import Google
from adapters.http import Http
from domain.google import GoogleAccount
from domain.problems import GoogleRefused, NotOffered
from settings import Settings
from tests.doubles.google import CLIENT_ID, GoogleServer, by_hand, private_key
from tests.doubles.provider import Fault

pytestmark = pytest.mark.once

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MOMENT = int(NOW.timestamp())
ANA = GoogleAccount("110169484474386276334", "ana@example.com", "Ana Ruiz")


@dataclass
class Door:
    """Our reader of Google's tokens, and Google."""

    google: Google
    server: GoogleServer

    async def read(
        self, token: str | None = None, *, later: timedelta = timedelta(), nonce: str | None = None
    ) -> GoogleAccount:
        """What a token (by default a good one) says some time from NOW."""
        now = NOW + later
        return await self.google.read(self.server.id_token(now=now) if token is None else token, nonce, now)

    async def refused(self, token: str, **given: Any) -> str:
        """Why a token is refused."""
        with pytest.raises(GoogleRefused) as refusal:
            await self.read(token, **given)
        return refusal.value.message


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    server = GoogleServer()
    async with server.serving(), Http() as http:
        given = {name.lower(): value for name, value in server.settings_env().items()}
        yield Door(Google(Settings(_env_file=None, **given), http), server)


def good(**changed: object) -> dict[str, object]:
    claims = {"iss": "accounts.google.com", "aud": CLIENT_ID, "sub": "1", "iat": MOMENT, "exp": MOMENT + 60}
    return {**claims, "email": "ana@example.com", "email_verified": True, **changed}


async def test_a_token_says_who_somebody_is_for_google(door: Door) -> None:
    assert await door.read() == ANA
    assert (await door.read(door.server.id_token(now=NOW, email="ANA@Example.com ", name=...))) == GoogleAccount(
        ANA.subject, "ana@example.com", "ana"
    )


async def test_both_names_of_google_and_all_of_ours_are_known(door: Door) -> None:
    for issuer in ("accounts.google.com", "https://accounts.google.com"):
        for audience in (CLIENT_ID, "another.example"):
            assert await door.read(door.server.id_token(now=NOW, iss=issuer, aud=audience)) == ANA


WRONG: list[dict[str, object]] = [
    {"iss": "https://accounts.google.com.evil.example"},
    {"iss": "http://accounts.google.com"},
    {"iss": ...},
    {"aud": "somebody-else.example"},
    {"aud": [CLIENT_ID]},
    {"aud": [CLIENT_ID, "somebody-else.example"]},
    {"aud": ""},
    {"aud": ...},
    {"exp": MOMENT},
    {"exp": MOMENT - 3600},
    {"exp": ...},
    {"exp": str(MOMENT + 60)},
    {"exp": True},
    {"iat": MOMENT + 60},
    {"iat": ...},
    {"iat": MOMENT + 0.5},
    {"nbf": int(datetime(2999, 1, 1, tzinfo=UTC).timestamp())},
    {"sub": ...},
    {"sub": 7},
    {"sub": ""},
    {"sub": "1" * 256},
    {"sub": "1\x00"},
    {"email": ...},
    {"email": "no address"},
    {"email": None},
    {"email_verified": ...},
    {"email_verified": None},
]


async def test_a_token_with_a_wrong_claim_is_refused(door: Door) -> None:
    """The same token without the wrong claim is good: `test_a_token_says_who_somebody_is_for_google`."""
    said = {str(claims): await door.refused(door.server.id_token(now=NOW, **claims)) for claims in WRONG}
    assert set(said.values()) == {"This is no valid word of Google; please sign in with Google again."}


async def test_an_address_that_google_has_not_verified_proves_nothing(door: Door) -> None:
    tokens = [door.server.id_token(now=NOW, email_verified=verified) for verified in (False, "true", "false", 1)]
    said = {await door.refused(token) for token in tokens}
    assert said == {"Google has not verified this e-mail address."}


async def test_a_nonce_of_ours_must_come_back(door: Door) -> None:
    token = door.server.id_token(now=NOW, nonce="n-1")
    assert await door.read(token, nonce="n-1") == ANA
    assert await door.read(token) == ANA
    await door.refused(token, nonce="n-2")
    await door.refused(door.server.id_token(now=NOW), nonce="n-1")


async def test_only_google_s_algorithm_with_google_s_key_counts(door: Door) -> None:
    public = private_key("key-1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert await door.read(jwt.encode(good(sub=ANA.subject), private_key("key-1"), "RS256", {"kid": "key-1"}))
    for token in (
        by_hand({"alg": "none", "kid": "key-1"}, good()),
        by_hand({"alg": "RS256", "kid": "key-1"}, good()),
        by_hand({"alg": "HS256", "kid": "key-1"}, good(), public),
        by_hand({"alg": "RS256", "kid": "key-1"}, good(), public),
        jwt.encode(good(), private_key("key-1"), "RS512", {"kid": "key-1"}),
        jwt.encode(good(), private_key("key-1"), "PS256", {"kid": "key-1"}),
        jwt.encode(good(), private_key("forger"), "RS256", {"kid": "key-1"}),
        jwt.encode(good(), private_key("key-1"), "RS256"),
        jwt.encode(good(), private_key("key-1"), "RS256", {"kid": "key-1", "crit": ["exp"]}),
        jwt.encode(good(), private_key("forger"), "RS256", {"kid": "f", "jku": f"{door.server.url}/forged"}),
    ):
        await door.refused(token)
    assert {call.path for call in door.server.calls} == {"/oauth2/v3/certs"}


async def test_garbage_is_refused_without_asking_google(door: Door) -> None:
    for garbage in ("", ".", "a.b.c", "é.é.é", "\ud800", "A" * 5_001, "A" * 1_000_000):
        await door.refused(garbage)
    assert door.server.fetches == 0


async def test_a_house_without_google_says_so() -> None:
    async with Http() as http:
        with pytest.raises(NotOffered):
            await Google(Settings(_env_file=None), http).read("whatever", None, NOW)


async def test_the_keys_are_fetched_once_an_hour(door: Door) -> None:
    for minutes in (0, 1, 30, 59):
        await door.read(later=timedelta(minutes=minutes))
    assert door.server.fetches == 1
    await door.read(later=timedelta(minutes=60))
    assert door.server.fetches == 2


async def test_a_hundred_who_come_first_together_fetch_once(door: Door) -> None:
    accounts = await asyncio.gather(*(door.read() for _ in range(100)))
    assert accounts == [ANA] * 100
    assert door.server.fetches == 1


async def test_a_new_key_of_google_is_fetched_and_an_old_one_forgotten(door: Door) -> None:
    await door.read()
    door.server.kids = ["key-1", "key-2"]
    assert await door.read(later=timedelta(minutes=2)) == ANA
    door.server.kids = ["key-2"]
    old = door.server.id_token(now=NOW + timedelta(hours=2), kid="key-1")
    await door.refused(old, later=timedelta(hours=2))
    assert door.server.fetches == 3


async def test_made_up_keys_cause_one_fetch_a_minute(door: Door) -> None:
    await door.read()
    for second in range(1, 181):
        forged = jwt.encode(good(), private_key("forger"), "RS256", {"kid": f"made-up-{second}"})
        await door.refused(forged, later=timedelta(seconds=second))
    assert door.server.fetches == 4


async def test_known_keys_work_while_google_cannot_be_reached(door: Door) -> None:
    await door.read()
    door.server.faults.extend([Fault.ERROR, Fault.DROP, Fault.ERROR])
    for hours in (2, 5, 23):
        assert await door.read(later=timedelta(hours=hours)) == ANA
    assert door.server.fetches == 4
    unknown = door.server.id_token(now=NOW + timedelta(hours=23), kid="key-9")
    await door.refused(unknown, later=timedelta(hours=23))


async def test_keys_are_not_believed_for_ever_without_google(door: Door) -> None:
    await door.read()
    door.server.faults.append(Fault.ERROR)
    later = timedelta(hours=24)
    said = await door.refused(door.server.id_token(now=NOW + later), later=later)
    assert said == "Google cannot be asked now; please try again in a minute."
    assert await door.read(later=later + timedelta(seconds=5)) == ANA


async def test_an_answer_that_is_no_key_set_changes_nothing(door: Door) -> None:
    await door.read()
    answers = ["", "[]", "{}", '{"keys": []}', '{"keys": 7}', '{"keys": [{"kty": "RSA"}]}', "\xff"]
    for hours, answer in enumerate(answers, start=1):
        door.server.instead = answer
        assert await door.read(later=timedelta(hours=hours)) == ANA
        assert door.server.fetches == hours + 1
