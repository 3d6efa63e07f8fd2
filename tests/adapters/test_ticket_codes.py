"""A ticket's code can be read by anybody and written by nobody else."""

import random
import string
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.ticket_codes import TicketCodes
from domain.tickets import BadTicketCode, TicketClaim, read_code
from settings import MissingSettings, Settings

pytestmark = pytest.mark.once

QR_ALPHANUMERIC = set(string.ascii_uppercase + string.digits)
CLAIM = TicketClaim(UUID(int=7), UUID(int=2**127 + 11), "F7")


def codes_with(**given: str) -> TicketCodes:
    return TicketCodes(Settings(_env_file=None, **given))


@pytest.mark.parametrize("seat", ["F7", "A1", "AA27", "Ä12", "LOGE-12A"])
def test_what_was_signed_is_read_back(seat: str) -> None:
    claim = TicketClaim(CLAIM.ticket_id, CLAIM.showtime_id, seat)
    assert codes_with().verify(codes_with().sign(claim)) == claim


def test_a_code_is_short_and_in_the_compact_alphabet_of_a_qr() -> None:
    code = codes_with().sign(TicketClaim(CLAIM.ticket_id, CLAIM.showtime_id, "LOGE-12A"))
    assert len(code) <= 200
    assert set(code) <= QR_ALPHANUMERIC


def test_ten_thousand_changes_of_one_character_are_refused() -> None:
    codes = codes_with()
    code = codes.sign(CLAIM)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    chance = random.Random(55)
    every = [(place, letter) for place in range(len(code)) for letter in alphabet if letter != code[place]]
    tried = chance.sample(every, min(len(every), 10_000))
    while len(tried) < 10_000:
        tried.append((chance.randrange(len(code)), chr(chance.randrange(0x20, 0x250))))
    accepted = []
    for place, letter in tried:
        changed = code[:place] + letter + code[place + 1 :]
        if changed != code and _is_good(codes, changed):
            accepted.append(changed)
    assert accepted == []


def _is_good(codes: TicketCodes, code: str) -> bool:
    try:
        codes.verify(code)
    except BadTicketCode:
        return False
    return True


def test_another_spelling_of_the_same_bytes_is_refused() -> None:
    codes = codes_with()
    code = codes.sign(CLAIM)
    spellings = [code[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if letter != code[-1]]
    same_bytes = [other for other in spellings if _reads_alike(other, code)]
    assert same_bytes, "without spare bits this test shows nothing"
    assert not any(_is_good(codes, other) for other in same_bytes)


def _reads_alike(one: str, other: str) -> bool:
    try:
        return read_code(one) == read_code(other)
    except BadTicketCode:
        return False


@pytest.mark.parametrize("code", ["", "A", "=" * 8, "no ticket", "é" * 100, "\ud800", "A" * 128, "A" * 100_000, "\x00"])
def test_garbage_is_refused(code: str) -> None:
    with pytest.raises(BadTicketCode):
        codes_with().verify(code)


def test_lower_case_and_padding_are_refused() -> None:
    code = codes_with().sign(CLAIM)
    for changed in (code.lower(), code + "=", code + " ", " " + code, code + "\n"):
        with pytest.raises(BadTicketCode):
            codes_with().verify(changed)


def test_a_code_signed_with_another_key_is_refused() -> None:
    code = codes_with(ticket_key="11" * 32).sign(CLAIM)
    assert codes_with(ticket_key="11" * 32).verify(code) == CLAIM
    for other in (codes_with(ticket_key="22" * 32), codes_with(), codes_with(secret_key="s" * 32)):
        with pytest.raises(BadTicketCode):
            other.verify(code)


def test_the_public_key_alone_checks_a_code() -> None:
    codes = codes_with()
    claim, signature = read_code(codes.sign(CLAIM))
    Ed25519PublicKey.from_public_bytes(codes.public_keys[0]).verify(signature, claim.to_bytes())


@pytest.mark.parametrize("key", ["11" * 31, "11" * 33, "zz" * 32, "key"])
def test_a_key_that_is_none_refuses_to_start(key: str) -> None:
    with pytest.raises(MissingSettings, match="TICKET_KEY"):
        codes_with(ticket_key=key)


OLD, NEW = "a secret of last year and long enough", "a secret of this year and long enough"


def test_tickets_sold_before_the_key_was_changed_are_still_read() -> None:
    sold = codes_with(secret_key=OLD).sign(CLAIM)
    changed = codes_with(secret_key=NEW, previous_secret_keys=OLD)
    assert changed.verify(sold) == CLAIM
    assert changed.sign(CLAIM) != sold
    assert codes_with(secret_key=NEW).verify(changed.sign(CLAIM)) == CLAIM
    with pytest.raises(BadTicketCode):
        codes_with(secret_key=NEW).verify(sold)


def test_a_door_needs_all_public_keys_that_still_hold() -> None:
    changed = codes_with(secret_key=NEW, previous_secret_keys=f"{OLD},{OLD}x")
    assert len(set(changed.public_keys)) == len(changed.public_keys) == 3
    assert changed.public_keys[1] == codes_with(secret_key=OLD).public_keys[0]


def test_a_ticket_key_of_its_own_outlives_every_secret() -> None:
    sold = codes_with(secret_key=OLD, ticket_key="11" * 32).sign(CLAIM)
    assert codes_with(secret_key=NEW, ticket_key="11" * 32).verify(sold) == CLAIM
