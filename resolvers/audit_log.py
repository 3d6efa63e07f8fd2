"""Reading the audit log: what was done, by whom and to what, and what each member of staff does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

import clock
from domain.access import Actor, Permission
from domain.wrong_calls import BadUserInput
from models import audit_log
from models.audit_log import AuditEntry, Tally
from resolvers.pages import Page, page

NOBODY: Final = UUID(int=0)
USUAL_SPAN: Final = timedelta(days=7)
BEGINNING: Final = datetime.min.replace(tzinfo=UTC)  # a week before it there is no time
LONGEST_SPAN: Final = timedelta(days=92)


@dataclass(frozen=True)
class Sought:
    """Which entries to find; None does not matter. `since` is included, `until` is not."""

    user_id: UUID | None = None
    served_id: UUID | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: UUID | None = None
    venue_id: UUID | None = None
    address: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def same(self) -> dict[str, str | UUID]:
        """The columns that must have a value, and which."""
        names = ("user_id", "served_id", "action", "subject_kind", "subject_id", "venue_id", "address")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def matches(self, entry: AuditEntry) -> bool:
        """Whether an entry is among them."""
        is_in_time = (self.since is None or entry.created_at >= self.since) and (
            self.until is None or entry.created_at < self.until
        )
        return is_in_time and all(getattr(entry, name) == value for name, value in self.same.items())


async def one(actor: Actor, entry_id: UUID) -> AuditEntry | None:
    """An entry the actor may read."""
    return await AuditEntry.visible_to(actor).get_or_none(id=entry_id)


async def find(actor: Actor, sought: Sought, first: int | None, after: str | None) -> Page[AuditEntry]:
    """A page of the entries the actor may read, the newest first."""
    query = AuditEntry.visible_to(actor).filter(**sought.same)
    if sought.since is not None:
        query = query.filter(created_at__gte=sought.since)
    if sought.until is not None:
        query = query.filter(created_at__lt=sought.until)
    return await page(query, ["-number"], first, after)


def may_read(actor: Actor, entry: AuditEntry) -> bool:
    """Whether the actor may read an entry: `visible_to` of the rows, said of one."""
    reach = actor.reach(Permission.AUDIT_LOG_READ)
    return reach is None or entry.venue_id in reach


@dataclass(frozen=True)
class Activity:
    """What one person has done."""

    user_id: UUID
    tallies: Sequence[Tally] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things in all."""
        return sum(tally.count for tally in self.tallies)

    @property
    def first_at(self) -> datetime:
        """When the first of them."""
        return min(tally.first_at for tally in self.tallies)

    @property
    def last_at(self) -> datetime:
        """When the last of them."""
        return max(tally.last_at for tally in self.tallies)


async def activity(actor: Actor, sought: Sought) -> list[Activity]:
    """What members of staff, or one person, have done where the actor may read of it, whoever did something last first.

    Without a beginning, in the week before the end; BadUserInput for no time at all and for more than 92 days.
    """
    until = sought.until or clock.now()
    since = sought.since or (until - USUAL_SPAN if until - BEGINNING > USUAL_SPAN else BEGINNING)
    if not timedelta(0) < until - since <= LONGEST_SPAN:
        raise BadUserInput(f"`since` must be before `until`, by at most {LONGEST_SPAN.days} days.")
    reach = actor.reach(Permission.AUDIT_LOG_READ)
    if sought.venue_id is not None:
        reach = frozenset({sought.venue_id}) if reach is None else reach & {sought.venue_id}
    found = sorted(await audit_log.tallies(since, until, reach, sought.user_id), key=lambda each: each.user_id)
    people = [
        Activity(user_id, sorted(theirs, key=lambda each: (-each.count, each.action)))
        for user_id, theirs in groupby(found, lambda each: each.user_id)
    ]
    return sorted(people, key=lambda each: each.last_at, reverse=True)
