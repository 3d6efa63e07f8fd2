"""SECRET_KEY is changed and nobody is logged out; a key that is taken away takes its tokens with it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

import jwt
import pytest

from adapters.keys import Key, key_for, keys_for
from adapters.tokens import ACCESS_AUDIENCE, ISSUER, AccessClaims, RefreshClaims, Tokens
from settings import DEVELOPMENT_SECRET, MissingSettings, Settings

pytestmark = pytest.mark.once

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
USER, SESSION = uuid4(), uuid4()
OLDEST, OLD, NEW = (f"the secret of the year {year}" * 2 for year in (2024, 2025, 2026))


def settings_with(secret_key: str, *previous: str, **given: object) -> Settings:
    return Settings(_env_file=None, secret_key=secret_key, previous_secret_keys=" , ".join(previous), **given)


def tokens_of(secret_key: str, *previous: str) -> Tokens:
    return Tokens(settings_with(secret_key, *previous))


def access_key(secret: str) -> Key:
    return keys_for("access-token", settings_with(secret))[0]


def signed(kid: object, secret: bytes, claims: Mapping[str, object] | None = None) -> str:
    moment = int(NOW.timestamp())
    good = {"iss": ISSUER, "aud": ACCESS_AUDIENCE, "sub": str(USER), "sid": str(SESSION), "jti": "1"}
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode({**good, "iat": moment, "exp": moment + 60, **(claims or {})}, secret, "HS256", headers)


def reads(tokens: Tokens, token: str) -> bool:
    return tokens.read_access(token, NOW) is not None


def test_an_access_token_says_which_key_has_signed_it() -> None:
    token, _ = tokens_of(NEW, OLD).issue_access(USER, SESSION, NOW)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": access_key(NEW).id}


def test_tokens_of_every_key_that_still_holds_are_read() -> None:
    given = {secret: tokens_of(secret).issue_access(USER, SESSION, NOW) for secret in (OLDEST, OLD, NEW)}
    for token, expires_at in given.values():
        assert tokens_of(NEW, OLD, OLDEST).read_access(token, NOW) == AccessClaims(USER, SESSION, expires_at)
    assert [reads(tokens_of(NEW, OLD), given[secret][0]) for secret in (OLDEST, OLD, NEW)] == [False, True, True]
    assert [reads(tokens_of(NEW), given[secret][0]) for secret in (OLDEST, OLD, NEW)] == [False, False, True]


def test_what_is_new_is_signed_with_the_new_key_alone() -> None:
    both = tokens_of(NEW, OLD)
    assert not reads(tokens_of(OLD), both.issue_access(USER, SESSION, NOW)[0])
    assert reads(tokens_of(NEW), both.issue_access(USER, SESSION, NOW)[0])
    assert tokens_of(OLD).read_refresh(both.write_refresh(SESSION, 1)) is None
    assert tokens_of(NEW).read_refresh(both.write_refresh(SESSION, 1)) == RefreshClaims(SESSION, 1)


def test_refresh_tokens_of_every_key_that_still_holds_are_read() -> None:
    given = [tokens_of(secret).write_refresh(SESSION, 7) for secret in (OLDEST, OLD, NEW)]
    same = RefreshClaims(SESSION, 7)
    assert [tokens_of(NEW, OLD, OLDEST).read_refresh(token) for token in given] == [same, same, same]
    assert [tokens_of(NEW, OLD).read_refresh(token) for token in given] == [None, same, same]
    assert [tokens_of(NEW).read_refresh(token) for token in given] == [None, None, same]


def test_the_signer_of_these_tests_is_good() -> None:
    assert reads(tokens_of(NEW, OLD), signed(access_key(NEW).id, access_key(NEW).secret))
    assert reads(tokens_of(NEW, OLD), signed(access_key(OLD).id, access_key(OLD).secret))


@pytest.mark.parametrize(
    ("kid", "secret"),
    [
        (None, access_key(NEW).secret),
        ("", access_key(NEW).secret),
        ("unknown", access_key(NEW).secret),
        (access_key(OLD).id, access_key(NEW).secret),
        (access_key(NEW).id, access_key(OLD).secret),
        (access_key(OLDEST).id, access_key(OLDEST).secret),
        (keys_for("refresh-token", settings_with(NEW))[0].id, access_key(NEW).secret),
        (keys_for("refresh-token", settings_with(NEW))[0].id, key_for("refresh-token", NEW)),
        (access_key(NEW).id, key_for("refresh-token", NEW)),
        (access_key(NEW).id, NEW.encode()),
        (access_key(NEW).id.upper(), access_key(NEW).secret),
    ],
)
def test_a_key_signs_under_its_own_name_and_for_its_own_purpose_only(kid: object, secret: bytes) -> None:
    assert not reads(tokens_of(NEW, OLD), signed(kid, secret))


def test_a_refresh_token_s_key_is_tried_to_the_end_whichever_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    real = Tokens.read_refresh.__globals__["hmac"].compare_digest

    def counted(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return bool(real(one, other))

    tokens = tokens_of(NEW, OLD, OLDEST)
    given = [tokens_of(secret).write_refresh(SESSION, 7) for secret in (NEW, OLD, OLDEST, "nobody's key" * 4)]
    monkeypatch.setattr("adapters.tokens.hmac.compare_digest", counted)
    counts = []
    for token in given:
        compared.clear()
        tokens.read_refresh(token)
        counts.append(len(compared))
    assert counts == [3, 3, 3, 3]


def test_the_ids_of_keys_differ_by_purpose_and_secret() -> None:
    purposes = ("access-token", "refresh-token", "ticket-code", "second-factor")
    ids = {key.id for purpose in purposes for key in keys_for(purpose, settings_with(NEW, OLD))}
    assert len(ids) == 8
    assert {len(id) for id in ids} == {12}
    assert NEW not in repr(keys_for("access-token", settings_with(NEW)))


def test_the_same_key_twice_is_one() -> None:
    assert len(keys_for("access-token", settings_with(NEW, NEW, OLD, OLD))) == 2


@pytest.mark.parametrize("previous", ["s" * 31, f"{OLD},short", "é" * 15])
def test_a_weak_key_of_former_times_refuses_to_start(previous: str) -> None:
    with pytest.raises(MissingSettings, match="PREVIOUS_SECRET_KEYS"):
        Settings(_env_file=None, secret_key=NEW, previous_secret_keys=previous)
    unchecked = Settings.model_construct(secret_key=NEW, previous_secret_keys=previous)
    with pytest.raises(MissingSettings, match="PREVIOUS_SECRET_KEYS"):
        keys_for("access-token", unchecked)


def test_production_does_not_believe_the_development_secret_of_former_times() -> None:
    given = {"environment": "production", "sandbox_webhook_secret": "w" * 32, "public_url": "https://marquee.example"}
    assert settings_with(NEW, OLD, **given).previous_keys == [OLD]
    with pytest.raises(MissingSettings, match="PREVIOUS_SECRET_KEYS"):
        settings_with(NEW, OLD, DEVELOPMENT_SECRET, **given)
