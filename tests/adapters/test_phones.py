"""Phone numbers: one form for however people write them, and no number that gets no text message."""

import pytest
from hypothesis import given, strategies as st

from adapters.phones import normal_phone

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("+84912345678", None, "+84912345678"),
        (" +84 (0)91 234-56.78", None, "+84912345678"),
        ("0912 345 678", "VN", "+84912345678"),
        ("0912 345 678", "vn", "+84912345678"),
        ("0084 912345678", "DE", "+84912345678"),
        ("+91 98765 43210", None, "+919876543210"),
        ("098765 43210", "IN", "+919876543210"),
        ("(201) 555-0123", "US", "+12015550123"),
        ("+84912345678", "US", "+84912345678"),
        ("०९८७६५ ४३२१०", "IN", "+919876543210"),
        ("0912 345 678", None, None),  # whose?
        ("0912 345 678", "ZZ", None),
        ("0912 345 678", "Vietnam", None),
        ("+84 1234", None, None),
        ("+84 28 3822 1234", None, None),  # a landline
        ("+1 900 555 0123", None, None),  # premium rate
        ("+1 800 555 0199", None, None),  # toll free
        ("+12015550123 ext. 5", None, None),
        ("ana@example.com", "VN", None),
        ("", "VN", None),
        ("+84912345678" + " " * 100, None, None),
        ("+8491\x002345678", None, None),
        ("\ud83d", "\ud83d", None),
    ],
)
def test_a_number_has_one_form(text: str, region: str | None, expected: str | None) -> None:
    assert normal_phone(text, region) == expected


@given(st.text(max_size=60), st.none() | st.text(max_size=3))
def test_whatever_is_typed_is_a_number_or_none(text: str, region: str | None) -> None:
    found = normal_phone(text, region)
    assert found is None or normal_phone(found) == found
    assert found is None or (found[0] == "+" and found[1:].isascii() and found[1:].isdigit() and len(found) <= 16)
