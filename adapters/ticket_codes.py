"""Ticket codes: signed with Ed25519, so that a door can check one offline with the public key alone."""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.keys import keys_for
from domain.tickets import BadTicketCode, TicketClaim, read_code, write_code
from settings import MissingSettings, Settings

_SEED_BYTES = 32


class TicketCodes:
    """Signs tickets and checks codes that people present."""

    def __init__(self, settings: Settings) -> None:
        keys = [Ed25519PrivateKey.from_private_bytes(seed) for seed in _seeds(settings)]
        self._newest = keys[0]
        self._readers = [key.public_key() for key in keys]

    @property
    def public_keys(self) -> Sequence[bytes]:
        """The keys, of 32 bytes each, with which anybody can check a code; the newest first."""
        return [key.public_bytes_raw() for key in self._readers]

    def sign(self, claim: TicketClaim) -> str:
        """The text of a ticket's QR."""
        return write_code(claim, self._newest.sign(claim.to_bytes()))

    def verify(self, code: str) -> TicketClaim:
        """What a code claims; BadTicketCode unless it is, to the letter, one that was signed here."""
        claim, signature = read_code(code)
        # Base32 has spare bits at its end: one text only may stand for a ticket.
        if write_code(claim, signature) != code:
            raise BadTicketCode("This is not a ticket code.")
        if not any(_signed(key, signature, claim.to_bytes()) for key in self._readers):
            raise BadTicketCode("This ticket code was not signed here.")
        return claim


def _signed(key: Ed25519PublicKey, signature: bytes, claimed: bytes) -> bool:
    try:
        key.verify(signature, claimed)
    except InvalidSignature:
        return False
    return True


def _seeds(settings: Settings) -> Sequence[bytes]:
    """The seed that signs, and those before it that still read: tickets are sold months ahead."""
    if not settings.ticket_key:
        return [key.secret for key in keys_for("ticket-code", settings)]
    try:
        seed = bytes.fromhex(settings.ticket_key)
    except ValueError:
        seed = b""
    if len(seed) != _SEED_BYTES:
        raise MissingSettings(f"TICKET_KEY must be {2 * _SEED_BYTES} hexadecimal digits.")
    return [seed]
