"""Codes and invitations are written again from their row, and by nobody without the key."""

from collections import Counter
from itertools import product
from uuid import UUID, uuid4

import pytest

from adapters.codes import Codes
from domain.codes import CodePurpose
from settings import Settings

pytestmark = pytest.mark.once

ID = UUID("6f1c2e9a-0000-4000-8000-00000000002a")
OURS = Codes(Settings(_env_file=None, secret_key="k" * 32))
THEIRS = Codes(Settings(_env_file=None, secret_key="l" * 32))


def test_a_code_is_six_digits_and_the_same_each_time() -> None:
    code = OURS.write(ID, CodePurpose.RESET_PASSWORD, "ana@example.com")
    assert (len(code), code.isdigit()) == (6, True)
    assert (
        Codes(Settings(_env_file=None, secret_key="k" * 32)).write(ID, CodePurpose.RESET_PASSWORD, "ana@example.com")
        == code
    )
    assert OURS.is_right(code, ID, CodePurpose.RESET_PASSWORD, "ana@example.com")


def test_a_code_is_worth_nothing_for_another_row_purpose_target_or_house() -> None:
    written = {
        codes.write(id, purpose, target)
        for codes, id, purpose, target in product(
            (OURS, THEIRS), (ID, uuid4()), CodePurpose, ("ana@example.com", "ben@example.com")
        )
    }
    assert len(written) > 38  # of 40: by chance, two are alike in one run of a thousand
    code = OURS.write(ID, CodePurpose.RESET_PASSWORD, "ana@example.com")
    for wrong in ("", code[:-1], code + "0", "٣" * 6, "\ud83d" * 6, f"{(int(code) + 1) % 10**6:06d}"):
        assert not OURS.is_right(wrong, ID, CodePurpose.RESET_PASSWORD, "ana@example.com")


def test_codes_are_spread_over_all_numbers() -> None:
    written = [OURS.write(uuid4(), CodePurpose.VERIFY_EMAIL, "ana@example.com") for _ in range(5_000)]
    assert {len(code) for code in written} == {6}
    for place in range(6):
        counts = Counter(code[place] for code in written)
        assert len(counts) == 10
        assert all(350 < count < 650 for count in counts.values())


def test_an_invitation_is_read_back_to_the_letter_only() -> None:
    token = OURS.write_invitation(ID)
    assert (len(token), OURS.read_invitation(token), THEIRS.read_invitation(token)) == (64, ID, None)
    for at in range(64):
        forged = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert OURS.read_invitation(forged) is None
    for wrong in ("", token[:-1], token + "A", "=" * 64, "é" * 64, "\ud83d" * 64, " " + token):
        assert OURS.read_invitation(wrong) is None
    assert OURS.read_invitation(THEIRS.write_invitation(ID)) is None


def test_what_was_sent_before_the_secret_changed_is_right_while_the_old_one_is_believed() -> None:
    code = OURS.write(ID, CodePurpose.VERIFY_EMAIL, "ana@example.com")
    token = OURS.write_invitation(ID)
    both = Codes(Settings(_env_file=None, secret_key="n" * 32, previous_secret_keys="k" * 32))
    assert both.is_right(code, ID, CodePurpose.VERIFY_EMAIL, "ana@example.com")
    assert both.read_invitation(token) == ID
    assert both.write_invitation(ID) != token
    alone = Codes(Settings(_env_file=None, secret_key="n" * 32))
    assert not alone.is_right(code, ID, CodePurpose.VERIFY_EMAIL, "ana@example.com")
    assert alone.read_invitation(token) is None
