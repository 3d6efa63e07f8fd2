"""Codes of the second step: what may be typed, what is kept of it, and what is the same code."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from domain.second_factors import app_code, hash_of, new_recovery_codes, recovery_code, without

pytestmark = pytest.mark.once

CODE = "7K2M-00AB-9XYZ-1QRS"
ANA, BEN = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("given", ["123456", " 123456 ", "123 456", "1 2 3 4 5 6", "123\u00a0456"])
def test_spaces_in_a_code_of_the_app_do_not_matter(given: str) -> None:
    assert app_code(given) == "123456"


@pytest.mark.parametrize(
    "given", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "１２３４５６", "-12345", "12345.", "1" * 10**6]
)
def test_what_is_no_code_of_an_app_is_none(given: str) -> None:
    assert app_code(given) is None


def test_ten_recovery_codes_are_ten_and_never_the_same() -> None:
    many = [code for _ in range(20) for code in new_recovery_codes()]
    assert len(many) == len(set(many)) == 200
    assert all(recovery_code(code) == code for code in many)
    assert {len(code) for code in many} == {19}
    assert not set("".join(many)) & set("OILU")


@pytest.mark.parametrize(
    "given",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f" {CODE} ",
        "7k2m-ooab-9xyz-lqrs",
        "7K2M00AB 9XYZ-IQRS",
    ],
)
def test_a_recovery_code_is_the_same_however_it_is_copied(given: str) -> None:
    assert recovery_code(given) == CODE


@pytest.mark.parametrize("given", ["", CODE[:-1], CODE + "A", CODE.replace("K", "U"), "é" * 16, "123456", "A" * 10**6])
def test_what_is_no_recovery_code_is_none(given: str) -> None:
    assert recovery_code(given) is None


@given(st.text())
def test_no_text_is_both_kinds_of_code_or_makes_reading_fail(text: str) -> None:
    assert app_code(text) is None or recovery_code(text) is None


def test_what_is_kept_of_a_recovery_code_is_neither_it_nor_the_same_for_two_people() -> None:
    kept = hash_of(CODE, ANA)
    assert len(kept) == 64
    assert CODE not in kept
    assert kept == hash_of(CODE, ANA)
    assert kept != hash_of(CODE, BEN)


def test_a_used_code_is_taken_from_the_others() -> None:
    hashes = [hash_of(code, ANA) for code in new_recovery_codes()]
    assert without(hashes, hashes[3]) == hashes[:3] + hashes[4:]
    assert without(hashes, hash_of(CODE, uuid4())) is None
    assert without([], "") is None
