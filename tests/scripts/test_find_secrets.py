"""No secret gets into the tree unnoticed; what looks like one and is none is named, with a reason."""

import base64
import hashlib
import random
import string
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings as generated, strategies as st

from scripts import find_secrets
from scripts.find_secrets import ALLOWED, ROOT, complaints, looks_random, search, secrets_in
from tests.thoroughness import tries

pytestmark = pytest.mark.once

CHANCE = random.Random(6)


def drawn(length: int, letters: str = string.ascii_letters + string.digits) -> str:
    """A value drawn at random, so that this file holds none."""
    return "".join(CHANCE.choice(letters) for _ in range(length))


def token() -> str:
    parts = [base64.urlsafe_b64encode(text).decode().rstrip("=") for text in (b'{"alg":"HS256"}', b'{"sub":"1234567"}')]
    return ".".join([*parts, drawn(43)])


PLANTED = {
    "a Stripe key": "sk_" + "live_" + drawn(24),
    "a webhook secret of Stripe's": "whsec" + "_" + drawn(32),
    "a Razorpay key": "rzp_" + "live_" + drawn(14),
    "an AWS key": "AK" + "IA" + drawn(16, string.ascii_uppercase + string.digits),
    "a GitHub token": "gh" + "p_" + drawn(36),
    "a Google key": "AI" + "za" + drawn(35),
    "a Slack token": "xox" + "b-" + drawn(20),
    "a Twilio key": "S" + "K" + drawn(32, "0123456789abcdef"),
    "a private key": "-----BEGIN EC " + "PRIVATE KEY-----",
    "a JSON web token": token(),
    "a password in an address": drawn(12, string.ascii_letters),
}
FORMS = [
    '{name} = "{value}"',
    "{name}: str = '{value}'",
    '"{name}": "{value}",',
    "{name}={value}",
    'f({name}="{value}")',
]
NAMES = ["SECRET_KEY", "password", "api_key", "stripe_webhook_secret", "accessToken", "JWT_SIGNING_KEY", "key"]


def test_each_kind_is_planted_here() -> None:
    assert set(PLANTED) == set(find_secrets.KINDS)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found_whatever_is_around_it(kind: str, tmp_path: Path) -> None:
    value = PLANTED[kind]
    text = f"postgres://ana:{value}@db/x" if kind == "a password in an address" else f"see {value} there"
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "notes.md").write_text(f"one\ntwo\n{text}\n")
    [found] = search(tmp_path, find_secrets.files(tmp_path))
    assert (found.path, found.line, found.kind, found.value) == ("deep/notes.md", 3, kind, value)
    assert value not in str(found) or len(value) <= 6
    assert len(complaints(tmp_path)) == 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_random_value_with_the_name_of_a_secret_is_found(name: str, form: str) -> None:
    value = "7" + drawn(31) + "a"
    [found] = secrets_in("x.py", form.format(name=name, value=value) + "\n")
    assert found.value == value


@generated(max_examples=tries(100, thorough=2_000), deadline=None)
@given(st.binary(min_size=24, max_size=64))
def test_what_is_drawn_at_random_looks_so(raw: bytes) -> None:
    digest = hashlib.sha256(raw)
    assert looks_random(digest.hexdigest())
    text = base64.urlsafe_b64encode(digest.digest()).decode()
    assert looks_random(text) == any(letter.isdigit() for letter in text)


@pytest.mark.parametrize(
    "line",
    [
        'secret = "marquee-development-secret-do-not-use-in-production"',
        'password = "popcorn-and-a-film"',
        'token_url = "https://accounts.example.com/o/oauth2/v2/token"',
        'key = "showtimes.2026-11-21.list"',
        'password = "aaaaaaaaaaaaaaaa1111"',
        'secret = os.environ["SECRET_KEY_NUMBER_1"]',
        "url = 'postgres://USER:PASSWORD@HOST/NAME'",
        f'sha256 = "{hashlib.sha256(b"x").hexdigest()}"',
        "sk_" + "live_…",
    ],
)
def test_what_is_no_secret_is_left_alone(line: str) -> None:
    assert list(secrets_in("x.py", line + "\n")) == []


def test_an_allowed_value_needs_a_reason_and_a_use(tmp_path: Path) -> None:
    value = PLANTED["an AWS key"]
    (tmp_path / "a.txt").write_text(value)
    [found] = search(tmp_path, ["a.txt"])
    (tmp_path / "scripts").mkdir()

    def allow(path: str, reason: str) -> list[str]:
        entry = f'[[known]]\npath = "{path}"\nfingerprint = "{found.fingerprint}"\nreason = "{reason}"\n'
        (tmp_path / ALLOWED).write_text(entry)
        return complaints(tmp_path)

    assert allow("a.txt", "An example of the vendor's documentation.") == []
    assert len(allow("a.txt", "why not")) == 1
    assert len(allow("b.txt", "An example of the vendor's documentation.")) == 2


def test_only_what_git_knows_is_looked_at(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text(PLANTED["an AWS key"])
    (tmp_path / "image.png").write_bytes(b"\0\1" + PLANTED["an AWS key"].encode())
    assert find_secrets.files(tmp_path) == [".gitignore", "image.png"]
    assert complaints(tmp_path) == []


def test_this_tree_has_none() -> None:
    assert complaints(ROOT) == []
