"""What a ticket's signed code says: which ticket, for which showtime and seat."""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

SIGNATURE_BYTES = 64
_UUID_BYTES = 16


class TicketStatus(StrEnum):
    """Whether a ticket still admits somebody."""

    VALID = "VALID"
    USED = "USED"
    CANCELLED = "CANCELLED"


class BadTicketCode(ValueError):
    """This is not a ticket code."""


@dataclass(frozen=True)
class TicketClaim:
    """What the code claims; a door can check it offline with the public key."""

    ticket_id: UUID
    showtime_id: UUID
    seat: str

    def to_bytes(self) -> bytes:
        """The bytes that are signed."""
        return self.ticket_id.bytes + self.showtime_id.bytes + self.seat.encode()

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read signed bytes; BadTicketCode if they are too short or no text."""
        try:
            ticket, showtime = payload[:_UUID_BYTES], payload[_UUID_BYTES : 2 * _UUID_BYTES]
            return cls(UUID(bytes=ticket), UUID(bytes=showtime), payload[2 * _UUID_BYTES :].decode())
        except ValueError as problem:
            raise BadTicketCode("This is not a ticket code.") from problem


def write_code(claim: TicketClaim, signature: bytes) -> str:
    """The code: signature and claim in base32, which a QR stores in its compact alphanumeric mode."""
    return base64.b32encode(signature + claim.to_bytes()).decode().rstrip("=")


def read_code(code: str) -> tuple[TicketClaim, bytes]:
    """The claim and the signature in a code; BadTicketCode if it is none."""
    try:
        raw = base64.b32decode(code + "=" * (-len(code) % 8))
    except (binascii.Error, ValueError) as problem:
        raise BadTicketCode("This is not a ticket code.") from problem
    return TicketClaim.from_bytes(raw[SIGNATURE_BYTES:]), raw[:SIGNATURE_BYTES]
