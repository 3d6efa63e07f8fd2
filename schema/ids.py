"""Opaque global ids: a kind and a UUID, as one word that is safe in URLs."""

import base64
import binascii
from uuid import UUID

import strawberry

from domain.wrong_calls import NotFound

_UUID_BYTES = 16


def global_id(kind: str, id: UUID) -> strawberry.ID:
    """The id by which clients know this entity."""
    return strawberry.ID(base64.urlsafe_b64encode(id.bytes + kind.encode()).decode().rstrip("="))


def read_id(id: str) -> tuple[str, UUID] | None:
    """The kind and the UUID of a global id; None for whatever is none, which is the same as what is not there."""
    try:
        raw = base64.b64decode(id.encode("ascii") + b"=" * (-len(id) % 4), altchars=b"-_", validate=True)
        kind, uuid = raw[_UUID_BYTES:].decode("ascii"), UUID(bytes=raw[:_UUID_BYTES])
    except (binascii.Error, ValueError):
        return None
    return (kind, uuid) if global_id(kind, uuid) == id else None


def parse_id(kind: str, id: str) -> UUID | None:
    """The UUID behind an id of this kind; None for garbage and for ids of other kinds."""
    found = read_id(id)
    return found[1] if found is not None and found[0] == kind else None


def require_id(kind: str, id: str) -> UUID:
    """The UUID behind an id of this kind; NotFound for anything else."""
    uuid = parse_id(kind, id)
    if uuid is None:
        raise NotFound
    return uuid
