"""A ticket's code: says which ticket, showtime and seat, fits a small QR, and nothing else is one."""

import re
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from domain.tickets import SIGNATURE_BYTES, BadTicketCode, TicketClaim, read_code, write_code

pytestmark = pytest.mark.once

CLAIMS = st.builds(TicketClaim, st.uuids(), st.uuids(), st.from_regex(r"[A-Z]{1,2}[1-9][0-9]{0,2}", fullmatch=True))
SIGNATURES = st.binary(min_size=SIGNATURE_BYTES, max_size=SIGNATURE_BYTES)


@settings(max_examples=300)
@given(CLAIMS, SIGNATURES)
def test_what_is_written_is_read(claim: TicketClaim, signature: bytes) -> None:
    code = write_code(claim, signature)
    assert read_code(code) == (claim, signature)
    assert re.fullmatch("[A-Z2-7]+", code), "a QR stores capitals and digits most compactly"
    assert len(code) <= 162  # version 7 of a QR, 45 modules wide, with a quarter of it damaged


def test_the_claim_is_the_two_ids_and_the_seat() -> None:
    claim = TicketClaim(UUID(int=1), UUID(int=2), "F7")
    assert claim.to_bytes() == UUID(int=1).bytes + UUID(int=2).bytes + b"F7"


@settings(max_examples=300)
@given(st.one_of(st.text(), st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=", max_size=200)))
def test_any_other_text_is_a_bad_code_or_harmless(text: str) -> None:
    try:
        claim, signature = read_code(text)
    except BadTicketCode:
        return
    assert len(signature) == SIGNATURE_BYTES
    assert TicketClaim.from_bytes(claim.to_bytes()) == claim


@pytest.mark.parametrize("payload", [b"", b"x", bytes(15), bytes(31), bytes(32) + b"\xff\xfe"])
def test_bytes_that_are_no_claim_are_refused(payload: bytes) -> None:
    with pytest.raises(BadTicketCode, match="This is not a ticket code"):
        TicketClaim.from_bytes(payload)
