"""What an account may be called, reached by and protected with."""

from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from domain.access import Actor, Role
from domain.accounts import (
    Registration,
    check_registration,
    may_see_all_of,
    may_see_contacts,
    normal_email,
    normal_name,
    password_problem,
)
from domain.problems import InvalidInput

pytestmark = pytest.mark.once

GOOD = ("Ana Ruiz", "ana@example.com", "popcorn-ana")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ana@example.com", "ana@example.com"),
        ("  Ana.Ruiz+films@Example.COM\n", "ana.ruiz+films@example.com"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ("JOSÉ@EXAMPLE.COM", "jos\u00e9@example.com"),
        ("o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk"),
        ("x@bücher.example", "x@bücher.example"),
        (f"{'m' * 64}@example.com", f"{'m' * 64}@example.com"),
    ],
)
def test_an_email_address_is_kept_in_its_compared_form(text: str, kept: str) -> None:
    assert normal_email(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "@example.com",
        "ana@",
        "ana@localhost",
        "ana@example",
        "ana@@example.com",
        "a b@example.com",
        "ana@exam ple.com",
        ".ana@example.com",
        "ana.@example.com",
        "a..na@example.com",
        "ana@-example.com",
        "ana@example-.com",
        "ana@example..com",
        "ana@example.com.",
        "ana@exa_mple.com",
        "Ana <ana@example.com>",
        "ana@example.com,ben@example.com",
        "ana@example.com\nBcc: ben@example.com",
        "ana\x00@example.com",
        "ana\u200b@example.com",
        "ana\ud800@example.com",
        f"{'m' * 65}@example.com",
        f"ana@{'d' * 64}.com",
        f"ana@{'d.' * 125}com",
        "a" * 1_000_000,
        "a@" + "a-" * 100_000,
    ],
)
def test_what_is_no_email_address_is_refused(text: str) -> None:
    assert normal_email(text) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_kept_email_address_stays_as_it_is(mailbox: str, domain: str) -> None:
    kept = normal_email(f"{mailbox}@{domain}.com")
    assert kept is None or normal_email(kept) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Ana Ruiz ", "Ana Ruiz"),
        ("A", "A"),
        ("n" * 200, "n" * 200),
        ("Zoe\u0308", "Zo\u00eb"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("😀", "😀"),
    ],
)
def test_a_name_is_kept_without_the_spaces_around_it(text: str, kept: str) -> None:
    assert normal_name(text) == kept


@pytest.mark.parametrize(
    "text",
    ["", "   ", "n" * 201, "Ana\x00", "Ana\nRuiz", "Ana\u2028Ruiz", "\u200b", "\u202e", "A\ud800", "n" * 1_000_000],
)
def test_a_name_nobody_has_is_refused(text: str) -> None:
    assert normal_name(text) is None


@pytest.mark.parametrize("password", ["12345678", "p" * 1_000, "nul\x00inside", "😀" * 19, "ü" * 73, "     a  "])
def test_a_password_may_be_anything_one_can_type(password: str) -> None:
    assert password_problem(password) is None


@pytest.mark.parametrize(
    "password", ["", "1234567", "p" * 1_001, "p" * 1_000_000, " " * 8, "\t" * 12, "half\ud83dhalf"]
)
def test_a_password_that_protects_nothing_or_cannot_be_kept_is_refused(password: str) -> None:
    assert password_problem(password) is not None


def test_a_registration_is_given_back_with_its_values_as_they_are_kept() -> None:
    assert check_registration(" Ana Ruiz", "ANA@example.com ", " popcorn ") == Registration(
        "Ana Ruiz", "ana@example.com", " popcorn "
    )


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (("", GOOD[1], GOOD[2]), ["name"]),
        ((GOOD[0], "ana", GOOD[2]), ["email"]),
        ((GOOD[0], GOOD[1], "short"), ["password"]),
        (("", "ana", "short"), ["name", "email", "password"]),
    ],
)
def test_every_wrong_value_is_named_at_once(wrong: tuple[str, str, str], named: list[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_registration(*wrong)
    assert [field.path for field in refusal.value.fields] == [(name,) for name in named]
    assert all(field.message.endswith(".") for field in refusal.value.fields)


def test_contacts_are_for_oneself_for_administrators_and_of_customers_for_a_concierge() -> None:
    ana, ben = uuid4(), uuid4()
    customer = frozenset({Role.CUSTOMER})
    assert may_see_contacts(Actor(ana, customer), ana, is_staff=False)
    assert may_see_contacts(Actor(ana, customer, served_by=ben), ana, is_staff=False)
    for is_staff in (False, True):
        seen = {role for role in Role if may_see_contacts(Actor(ana, frozenset({role})), ben, is_staff=is_staff)}
        assert seen == {Role.ADMIN, Role.SUPER_ADMIN} | (set() if is_staff else {Role.CONCIERGE})
        assert may_see_contacts(Actor.system(), ben, is_staff=is_staff)
        assert not may_see_contacts(Actor.anonymous(), ben, is_staff=is_staff)


def test_whoever_serves_a_customer_does_not_see_what_is_the_customer_s_alone() -> None:
    ana, cleo = uuid4(), uuid4()
    assert may_see_all_of(Actor(ana, frozenset({Role.CUSTOMER})), ana)
    assert not may_see_all_of(Actor(ana, frozenset({Role.CUSTOMER}), served_by=cleo), ana)
    assert not may_see_all_of(Actor(cleo, frozenset({Role.CONCIERGE})), ana)
    assert may_see_all_of(Actor(cleo, frozenset({Role.ADMIN})), ana)
