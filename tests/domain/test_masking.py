"""Whatever a text is about, no address, number or token of a person stays in it; and what is none stays."""

import re
import string
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings as generated, strategies as st

from domain.masking import HIDDEN, masked, passes_luhn
from tests.thoroughness import tries

pytestmark = pytest.mark.once
thoroughly = generated(max_examples=tries(150, thorough=5_000), deadline=None)

WORDS = st.text(string.ascii_letters + " ,;", max_size=30)
NAMES = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
EMAILS = st.builds(
    lambda local, host, top: f"{local}@{host}.{top}", NAMES, NAMES, st.sampled_from(["test", "co.uk", "vn"])
)
PHONES = st.builds(
    lambda digits, gap: "+" + gap.join(re.findall("..?.?", digits)),
    st.text(string.digits, min_size=9, max_size=14),
    st.sampled_from(["", " ", "-", "."]),
)
TOKENS = st.builds(
    lambda a, b: f"eyJ{a}.{b}.{a}",
    *(2 * [st.text(string.ascii_letters + string.digits + "-_", min_size=9, max_size=40)]),
)


def card(body: str) -> str:
    """A number with the check digit of a card."""
    return next(body + digit for digit in string.digits if passes_luhn(body + digit))


CARDS = st.builds(
    lambda body, gap: gap.join(re.findall("..?.?.?", card(body))),
    st.text(string.digits, min_size=12, max_size=18),
    st.sampled_from(["", " ", "-"]),
)


@thoroughly
@given(WORDS, st.one_of(EMAILS, PHONES, TOKENS, CARDS), WORDS, st.sampled_from([" ", "'", '"', "(", "<", ": ", "="]))
def test_what_is_personal_goes_and_the_words_around_it_stay(before: str, mark: str, after: str, edge: str) -> None:
    text = f"{before}{edge}{mark} {after}"
    assert mark not in masked(text)
    assert masked(f" {mark} ") == f" {HIDDEN} "
    assert after in masked(text) or "code" in text.lower()


@thoroughly
@given(st.tuples(WORDS, st.one_of(EMAILS, PHONES, TOKENS, CARDS, st.text(max_size=20)), WORDS).map(" ".join))
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@thoroughly
@given(
    st.one_of(
        st.uuids().map(str),
        st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
        st.dates().map(str),
        st.floats(0, 1e6).map(lambda seconds: f"{seconds:.2f}"),
        st.integers(0, 10**11).map(str).filter(lambda text: not text.startswith("0")),
        st.from_regex(r"[A-Z]{1,2}[1-9][0-9]?", fullmatch=True),
        st.text(string.ascii_letters + " _", max_size=60),
    )
)
def test_what_an_operator_needs_stays(text: str) -> None:
    assume(not re.search("(?i)secret|token|passw|code|otp|cvc|authorization|bearer|basic", text))
    assert masked(f"showtime {text} sold out") == f"showtime {text} sold out"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("password=hunter2-MARK&x=1", "password=[hidden]&x=1"),
        ("{'password': 'MARK', 'seats': 2}", "{'password': '[hidden]', 'seats': 2}"),
        ('"refreshToken":"MARK"', '"refreshToken":"[hidden]"'),
        ("Authorization: Bearer MARKMARK", "Authorization: [hidden] [hidden]"),
        ("your code is 123456", "your code is [hidden]"),
        ("status code 404: 200 rows", "status code 404: 200 rows"),
        ("postgres://ana:MARK@db/marquee", "postgres://[hidden]@db/marquee"),
        ("GET /?email=ana%40marquee.test", "GET /?email=[hidden]"),
        ("call 0901 234 567 now", "call [hidden] now"),
        ("duplicate key\nDETAIL:  Key (name)=(MARK) already exists.", "duplicate key\nDETAIL:  [hidden]"),
        ("invalid input for query argument $1: 'MARK' (a reason)", "invalid input for query argument $1: [hidden]"),
        ("Length of 'MARK' 300 > 200", "Length of [hidden]"),
        ("paid with 4242 4242 4242 4242.", "paid with [hidden]."),
        ("order 4242424242424241", "order 4242424242424241"),
    ],
)
def test_examples(text: str, kept: str) -> None:
    assert masked(text) == kept
    assert "MARK" not in masked(text)


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    """A quadratic pattern would take hours."""
    for piece in ("a", "a.", "+1", "1 ", "token", "eyJaaaaaaaa.", "code ", "0 1", "Length of '", "x@"):
        masked(piece * (200_000 // len(piece)))


@pytest.mark.parametrize("number", ["4242424242424242", "79927398713", "4111 1111 1111 1111", "0"])
def test_luhn(number: str) -> None:
    assert passes_luhn(number)
    wrong = str((int(number[-1]) + 1) % 10)
    assert not passes_luhn(number[:-1] + wrong)
