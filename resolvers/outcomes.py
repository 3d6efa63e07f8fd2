"""What a key has made: for a caller who never got the answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import Actor
from models import idempotency
from models.base import as_uuid
from resolvers.unit_of_work import check_key


@dataclass(frozen=True)
class Outcome:
    """What was done with a key, and when."""

    mutation: str
    at: datetime
    entity_id: UUID


async def of(actor: Actor, key: str, mutation: str | None) -> Outcome | None:
    """What the actor's key has made, with this mutation or (None) the last that used it; None if nothing was done."""
    check_key(key)
    if actor.user_id is None:
        return None
    kept = await idempotency.latest(actor.user_id, key, mutation)
    return Outcome(kept.mutation, kept.created_at, as_uuid(kept.entity_id)) if kept else None
