"""Only what this server wrote, for this purpose and until now, is a token."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.keys import key_for, keys_for
from adapters.tokens import ACCESS_AUDIENCE, ISSUER, AccessClaims, RefreshClaims, Tokens
from settings import MissingSettings, Settings

pytestmark = pytest.mark.once

NOW = datetime(2026, 5, 1, 12, 0, 0, 500_000, UTC)
USER, SESSION = uuid4(), uuid4()
SECRET = "a secret of more than thirty-two bytes, for tests"
KEY = key_for("access-token", SECRET)


def settings_with(**given: object) -> Settings:
    return Settings(_env_file=None, **({"secret_key": SECRET} | given))


def tokens_with(**given: object) -> Tokens:
    return Tokens(settings_with(**given))


KID = keys_for("access-token", settings_with())[0].id
TOKENS = tokens_with()


def claims_with(**changed: object) -> dict[str, object]:
    moment = int(NOW.timestamp())
    claims = {"iss": ISSUER, "aud": ACCESS_AUDIENCE, "sub": str(USER), "sid": str(SESSION), "jti": "1"}
    return {**claims, "iat": moment, "exp": moment + 60, **changed}


def forged(claims: Mapping[str, object], header: Mapping[str, object] | None = None, key: bytes = KEY) -> str:
    return jwt.encode(dict(claims), key, "HS256", headers={"kid": KID, **(header or {})})


def test_an_access_token_says_who_and_until_when() -> None:
    token, expires_at = TOKENS.issue_access(USER, SESSION, NOW)
    assert expires_at == datetime(2026, 5, 1, 12, 15, 1, tzinfo=UTC)
    assert TOKENS.read_access(token, NOW) == AccessClaims(USER, SESSION, expires_at)
    assert len(token) < 450


def test_two_access_tokens_differ() -> None:
    assert TOKENS.issue_access(USER, SESSION, NOW)[0] != TOKENS.issue_access(USER, SESSION, NOW)[0]


def test_an_access_token_dies_at_its_end() -> None:
    token, expires_at = TOKENS.issue_access(USER, SESSION, NOW)
    assert TOKENS.read_access(token, expires_at - timedelta(microseconds=1)) is not None
    assert TOKENS.read_access(token, expires_at) is None
    assert TOKENS.read_access(token, expires_at + timedelta(days=400)) is None


def test_a_life_of_a_fraction_of_a_minute_is_kept() -> None:
    token, expires_at = tokens_with(access_token_minutes=0.02).issue_access(USER, SESSION, NOW)
    assert expires_at == datetime(2026, 5, 1, 12, 0, 2, tzinfo=UTC)
    assert TOKENS.read_access(token, NOW + timedelta(seconds=1)) is not None


def test_the_forger_of_these_tests_can_write_a_good_token() -> None:
    assert TOKENS.read_access(forged(claims_with()), NOW) is not None


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "iat", "exp", "jti"])
def test_a_token_without_one_of_its_claims_is_dead(claim: str) -> None:
    claims = {name: value for name, value in claims_with().items() if name != claim}
    assert TOKENS.read_access(forged(claims), NOW) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "elsewhere"},
        {"aud": "marquee-refresh"},
        {"aud": [ACCESS_AUDIENCE, "other"]},
        {"sub": 7},
        {"sub": "ana"},
        {"sid": "none"},
        {"sid": 7},
        {"jti": 7},
        {"iat": int(NOW.timestamp()) + 60},
        {"exp": int(NOW.timestamp())},
        {"exp": 10**30},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 1e300},
        {"nbf": int(datetime(2999, 1, 1, tzinfo=UTC).timestamp())},
    ],
)
def test_a_token_with_a_wrong_claim_is_dead(changed: dict[str, object]) -> None:
    assert TOKENS.read_access(forged(claims_with(**changed)), NOW) is None


@pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"crit": []}])
def test_a_token_with_critical_extensions_is_dead(header: dict[str, object]) -> None:
    whole = {"alg": "HS256", "typ": "JWT", "kid": KID, **header}
    assert TOKENS.read_access(_signed_by_hand(whole, claims_with()), NOW) is None


def test_the_hand_that_signs_in_these_tests_is_good() -> None:
    assert (
        TOKENS.read_access(_signed_by_hand({"alg": "HS256", "typ": "JWT", "kid": KID}, claims_with()), NOW) is not None
    )


def _signed_by_hand(header: Mapping[str, object], claims: Mapping[str, object]) -> str:
    signed = ".".join(_part(json.dumps(part).encode()) for part in (header, claims))
    algorithm = jwt.get_algorithm_by_name("HS256")
    return f"{signed}.{_part(algorithm.sign(signed.encode(), KEY))}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_token_without_signature_is_dead() -> None:
    good = forged(claims_with())
    header, body, signature = good.split(".")
    none = _part(json.dumps({"alg": "none", "typ": "JWT", "kid": KID}).encode())
    for token in (
        jwt.encode(claims_with(), "", "none", {"kid": KID}),
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{header}.{body}.",
    ):
        assert TOKENS.read_access(token, NOW) is None


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_token_of_another_algorithm_is_dead(algorithm: str) -> None:
    key = KEY * 2
    assert TOKENS.read_access(jwt.encode(claims_with(), key, algorithm, {"kid": KID}), NOW) is None


def test_an_asymmetric_token_is_dead_whichever_way_its_key_is_used() -> None:
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert TOKENS.read_access(jwt.encode(claims_with(), private, "RS256", {"kid": KID}), NOW) is None
    signed = f"{_part(json.dumps({'alg': 'HS256', 'kid': KID}).encode())}.{_part(json.dumps(claims_with()).encode())}"
    swapped = jwt.get_algorithm_by_name("HS256").sign(signed.encode(), public)
    assert TOKENS.read_access(f"{signed}.{_part(swapped)}", NOW) is None


@pytest.mark.parametrize("other", ["another secret of more than thirty-two bytes", SECRET + "!"])
def test_a_token_of_another_server_is_dead(other: str) -> None:
    token, _ = tokens_with(secret_key=other).issue_access(USER, SESSION, NOW)
    assert TOKENS.read_access(token, NOW) is None


@pytest.mark.parametrize("purpose", ["refresh-token", "ticket-code"])
def test_a_key_for_another_purpose_signs_no_access_token(purpose: str) -> None:
    assert TOKENS.read_access(forged(claims_with(), key=key_for(purpose, SECRET)), NOW) is None
    assert TOKENS.read_access(forged(claims_with(), key=SECRET.encode()), NOW) is None


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "Bearer",
        "é.é.é",
        "\ud800",
        "\x00",
        "null",
        f"{base64.urlsafe_b64encode(b'[' * 400).decode()}.e30.x",
        f"{base64.urlsafe_b64encode(b'[' * 90_000).decode()}.e30.x",
        f"{base64.urlsafe_b64encode(b'[1]').decode()}.e30.x",
        "A" * 1_000_000,
    ],
)
def test_garbage_is_no_token(garbage: str) -> None:
    assert TOKENS.read_access(garbage, NOW) is None
    assert TOKENS.read_refresh(garbage) is None


@pytest.mark.parametrize("generation", [0, 1, 255, 2**31 - 1])
def test_a_refresh_token_says_which_session_and_generation(generation: int) -> None:
    token = TOKENS.write_refresh(SESSION, generation)
    assert TOKENS.read_refresh(token) == RefreshClaims(SESSION, generation)
    assert len(token) == 70


def test_no_changed_refresh_token_is_authentic() -> None:
    token = TOKENS.write_refresh(SESSION, 3)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= .é"
    changed = {
        token[:place] + letter + token[place + 1 :]
        for place in range(len(token))
        for letter in alphabet
        if letter != token[place]
    }
    others = {token + "=", token + "==", token + "A", token[:-1], f" {token}", f"{token}\n"}
    assert len(changed) > 4_000
    assert [other for other in changed | others if TOKENS.read_refresh(other)] == []


def test_the_two_kinds_of_token_do_not_stand_for_each_other() -> None:
    access, _ = TOKENS.issue_access(USER, SESSION, NOW)
    assert TOKENS.read_refresh(access) is None
    assert TOKENS.read_access(TOKENS.write_refresh(SESSION, 0), NOW) is None


def test_a_refresh_token_of_another_server_is_not_authentic() -> None:
    other = tokens_with(secret_key="another secret of more than thirty-two bytes")
    assert TOKENS.read_refresh(other.write_refresh(SESSION, 0)) is None


def test_a_weak_key_refuses_to_start() -> None:
    with pytest.raises(MissingSettings, match="SECRET_KEY"):
        tokens_with(secret_key="s" * 31)
    unchecked = Settings.model_construct(secret_key="s" * 31, access_token_minutes=15.0)
    with pytest.raises(MissingSettings, match="SECRET_KEY"):
        Tokens(unchecked)


def test_ids_survive_the_journey() -> None:
    token, _ = TOKENS.issue_access(UUID(int=0), UUID(int=2**128 - 1), NOW)
    read = TOKENS.read_access(token, NOW)
    assert read is not None
    assert (read.user_id, read.session_id) == (UUID(int=0), UUID(int=2**128 - 1))
