"""Ticket codes: signed with Ed25519, so that a door can check one offline with the public key alone."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.keys import key_for
from domain.tickets import BadTicketCode, TicketClaim, read_code, write_code
from settings import MissingSettings, Settings

_SEED_BYTES = 32


class TicketCodes:
    """Signs tickets and checks codes that people present."""

    def __init__(self, settings: Settings) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(_seed(settings))
        self._public_key = self._key.public_key()

    @property
    def public_key(self) -> bytes:
        """The 32 bytes with which anybody can check a code."""
        return self._public_key.public_bytes_raw()

    def sign(self, claim: TicketClaim) -> str:
        """The text of a ticket's QR."""
        return write_code(claim, self._key.sign(claim.to_bytes()))

    def verify(self, code: str) -> TicketClaim:
        """What a code claims; BadTicketCode unless it is, to the letter, one that was signed here."""
        claim, signature = read_code(code)
        # Base32 has spare bits at its end: one text only may stand for a ticket.
        if write_code(claim, signature) != code:
            raise BadTicketCode("This is not a ticket code.")
        try:
            self._public_key.verify(signature, claim.to_bytes())
        except InvalidSignature as problem:
            raise BadTicketCode("This ticket code was not signed here.") from problem
        return claim


def _seed(settings: Settings) -> bytes:
    if not settings.ticket_key:
        return key_for("ticket-code", settings.secret_key)
    try:
        seed = bytes.fromhex(settings.ticket_key)
    except ValueError:
        seed = b""
    if len(seed) != _SEED_BYTES:
        raise MissingSettings(f"TICKET_KEY must be {2 * _SEED_BYTES} hexadecimal digits.")
    return seed
