"""The audit log, for those who answer for what is done here."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.access import Permission
from domain.traces import Fact, Facts
from resolvers import audit_log
from resolvers.audit_log import NOBODY, Sought
from resolvers.subjects import Subject
from schema.context import Info
from schema.gate import gate
from schema.ids import global_id, parse_id, read_id
from schema.node import node_of_row
from schema.nodes import Node
from schema.pagination import After, Connection, First, connection
from schema.shapes import register
from schema.streams import closing
from schema.users import User
from schema.venues import Venue
from subscriptions import audit_feed

if TYPE_CHECKING:
    from models.audit_log import AuditEntry as EntryRow


_WORD = re.compile(r"[A-Z0-9_a-z.:%]{1,60}", re.ASCII)


@strawberry.type(description="One thing that an operation has changed, or told: of what is new only `after` is there.")
class FactChange:
    name: str = strawberry.field(description="What it is, as the API calls it; `…Minor` are minor units of `currency`.")
    before: str | None = strawberry.field(description="What it was, as text; null: it was not there.")
    after: str | None = strawberry.field(description="What it is since, as text; null: it is not there any more.")


@strawberry.type(
    description="One trace of what was done: written in the transaction that did it, and never changed. Secrets are in none."
)
class AuditEntry(Node):
    at: datetime = strawberry.field(description="When it was done, in UTC.")
    address: str | None = strawberry.field(
        description="The network address it came from; null where it came from none."
    )
    action: str = strawberry.field(
        description="What was done: the name of the mutation, such as CANCEL_SHOWTIME, or of an event, such as LOG_IN."
    )
    subject_kind: str = strawberry.field(description="What kind of thing it was done to, such as Showtime.")
    subject_id: strawberry.ID | None = strawberry.field(description="Its id, also when it is gone.")
    changes: list[FactChange] = strawberry.field(description="What was changed or told, without secrets.")
    user_id: strawberry.Private[UUID | None]
    served_id: strawberry.Private[UUID | None]
    venue_id: strawberry.Private[UUID | None]
    subject_uuid: strawberry.Private[UUID | None]

    @strawberry.field(description="Who did it; null: somebody who was not logged in.")
    async def who(self, info: Info) -> User | None:
        return await _person(info, self.user_id)

    @strawberry.field(description="The customer for whom it was done; null where people acted for themselves.")
    async def served_customer(self, info: Info) -> User | None:
        return await _person(info, self.served_id)

    @strawberry.field(
        description="What it was done to, as it is now; null when it is gone, or nothing that you may see."
    )
    async def subject(self, info: Info) -> Node | None:
        if self.subject_uuid is None:
            return None
        wanted = Subject(info.context.actor, self.subject_kind, self.subject_uuid)
        row = await info.context.loaders.subject.load(wanted)
        return None if row is None else await node_of_row(info, self.subject_kind, row)

    @strawberry.field(description="Where it was done; null for what belongs to no venue.")
    async def venue(self, info: Info) -> Venue | None:
        return None if self.venue_id is None else Venue.of(await info.context.loaders.venue.load(self.venue_id))

    @classmethod
    def of(cls, row: "EntryRow") -> "AuditEntry":
        """The shape of an entry."""
        return cls(
            id=global_id("AuditEntry", row.id),
            at=row.created_at,
            address=row.address or None,
            action=row.action,
            subject_kind=row.subject_kind,
            subject_id=None if row.subject_id is None else global_id(row.subject_kind, row.subject_id),
            changes=_changes(row.before, row.after),
            user_id=row.user_id,
            served_id=row.served_id,
            venue_id=row.venue_id,
            subject_uuid=row.subject_id,
        )


register("AuditEntry", AuditEntry.of)


async def _person(info: Info, id: UUID | None) -> User | None:
    return None if id is None else User.of(await info.context.loaders.user.load(id), info.context.actor)


def _changes(before: Facts, after: Facts) -> list[FactChange]:
    return [
        FactChange(name=to_camel_case(name), before=_text(before.get(name)), after=_text(after.get(name)))
        for name in {**before, **after}
    ]


def _text(fact: Fact) -> str | None:
    if fact is None:
        return None
    if isinstance(fact, bool):
        return str(fact).lower()
    return (", ".join(fact) if isinstance(fact, list) else str(fact)) or None


@strawberry.input(
    description="Which entries to find; what is not given does not matter. An unknown id matches nothing."
)
class AuditLogFilter:
    user_id: strawberry.ID | None = strawberry.field(default=None, description="Done by this person.")
    served_id: strawberry.ID | None = strawberry.field(default=None, description="Done for this customer by another.")
    action: str | None = strawberry.field(default=None, description="Of this action, such as CANCEL_SHOWTIME.")
    subject_id: strawberry.ID | None = strawberry.field(default=None, description="Done to this, whatever it is.")
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="Done at this venue.")
    since: datetime | None = strawberry.field(default=None, description="At this moment or later.")
    until: datetime | None = strawberry.field(default=None, description="Before this moment.")
    address: str | None = strawberry.field(default=None, description="From exactly this network address.")

    def sought(self) -> Sought:
        """The filter with its ids read."""
        sought = Sought(
            user_id=_read("User", self.user_id),
            served_id=_read("User", self.served_id),
            action=_word(self.action),
            venue_id=_read("Venue", self.venue_id),
            address=_word(self.address),
            since=self.since,
            until=self.until,
        )
        if self.subject_id is None:
            return sought
        kind, id = read_id(self.subject_id) or ("", NOBODY)
        return replace(sought, subject_kind=kind, subject_id=id)


def _read(kind: str, id: strawberry.ID | None) -> UUID | None:
    return None if id is None else parse_id(kind, id) or NOBODY


def _word(text: str | None) -> str | None:
    """What an action or an address may be; no entry has anything else, and the database need not be asked for it."""
    return text if text is None or _WORD.fullmatch(text) else "-"


Which = Annotated[AuditLogFilter | None, strawberry.argument(description="Which ones; null: all that you may read.")]
SCOPE = "Managers read of the venues they are posted to, administrators of everything."


@strawberry.type
class AuditLogQuery:
    @strawberry.field(
        extensions=[gate(Permission.AUDIT_LOG_READ)],
        description=f"What was done here, the newest first: by whom, for whom, from where and to what. {SCOPE}",
    )
    async def audit_log(
        self, info: Info, filter: Which = None, first: First = 20, after: After = None
    ) -> Connection[AuditEntry]:
        sought = (filter or AuditLogFilter()).sought()
        return connection(await audit_log.find(info.context.actor, sought, first, after), AuditEntry.of)


@strawberry.type
class AuditLogSubscription:
    @strawberry.subscription(
        extensions=[gate(Permission.AUDIT_LOG_READ)],
        description="Each entry of the audit log from now on, within about a second of its being done, once and in order. "
        f"After a lost connection `auditLog` has what was missed. {SCOPE}",
    )
    async def audit_feed(self, info: Info, filter: Which = None) -> AsyncIterator[AuditEntry]:
        sought = (filter or AuditLogFilter()).sought()
        async with closing(audit_feed.entries()) as entries:
            async for row in entries:
                if audit_log.may_read(info.context.actor, row) and sought.matches(row):
                    info.context.look_again()
                    yield AuditEntry.of(row)
