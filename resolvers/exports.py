"""Exports: everything the house holds of a person, for them to keep or to take elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import clock
from domain.access import Actor
from domain.preferences import all_preferences
from domain.traces import Trace
from domain.wrong_calls import Unauthenticated
from models.exports import HELD, HeldRow
from models.users import User
from resolvers.unit_of_work import unit_of_work

FORMAT: Final = "marquee-export"
VERSION: Final = 1


@dataclass(frozen=True)
class Export:
    """A file to be saved; its content is described in docs/people.md."""

    file_name: str
    content_type: str
    content: str
    created_at: datetime


async def everything_of(actor: Actor) -> Export:
    """All that is held of the actor but secrets, as a JSON text; that they asked for it is written down."""
    if actor.user_id is None:
        raise Unauthenticated
    user, now = await User.get(id=actor.user_id), clock.now()
    sections = {name: await held.of(user) for name, held in HELD.items()}
    (profile,) = sections.pop("profile")
    preferences = _named(all_preferences(user.preferences))
    profile |= {"has_password": user.password_hash is not None, "preferences": preferences}
    sections["traces"] = [_as_told_to(user.id, trace) for trace in sections["traces"]]
    content = {"format": FORMAT, "version": VERSION, "createdAt": now, "profile": _named(profile)}
    content |= {_called(name): [_named(row) for row in rows] for name, rows in sections.items()}
    async with unit_of_work() as work:
        await work.record(actor, Trace("EXPORT_MY_DATA", "User", user.id))
    text = json.dumps(content, default=_plain, ensure_ascii=False, indent=2)
    return Export(f"marquee-{now.date().isoformat()}.json", "application/json", text, now)


def _as_told_to(person: UUID, trace: HeldRow) -> HeldRow:
    """A trace without what it says of others: where the staff sat, and whom else it was about."""
    is_theirs = trace.pop("user_id") == person
    told = trace | {"by": "you" if is_theirs else "the house"}
    if not is_theirs:
        told |= {"address": None, "session_id": None}
    if trace["subject_kind"] == "User" and trace["subject_id"] != person:
        told |= {"subject_id": None, "before": {}, "after": {}}
    return told


def _plain(value: object) -> str:
    """What JSON has no form for: a moment, a day, an id."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _named(row: Mapping[str, object]) -> dict[str, object]:
    """A row with its columns called as clients know them."""
    return {_called(name): value for name, value in row.items()}


def _called(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
