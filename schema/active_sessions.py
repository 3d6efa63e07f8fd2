"""What a person is logged in with: their devices, and ending what is not theirs."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain.access import Permission
from domain.devices import readable
from resolvers import active_sessions
from schema.context import Info
from schema.gate import gate
from schema.ids import global_id, require_id
from schema.nodes import Node
from schema.ways_in import WayIn

if TYPE_CHECKING:
    from models.users import Session as SessionRow


@strawberry.type(description="Something you are logged in with.")
class ActiveSession(Node):
    device: str = strawberry.field(description='What it is, as people say it: "Firefox on Windows".')
    address: str = strawberry.field(description="The network address it was begun from.")
    way_in: WayIn = strawberry.field(description="How it was begun.")
    started_at: datetime = strawberry.field(description="When it was begun, in UTC.")
    last_used_at: datetime = strawberry.field(
        description="When it was last known to be in use, in UTC: every `refreshSession` moves it, so it may lag by an access "
        "token's life."
    )
    expires_at: datetime = strawberry.field(description="When it ends by itself, unless it is refreshed, in UTC.")
    session_id: strawberry.Private[UUID]

    @strawberry.field(description="Whether it is the one that asks.")
    def is_current(self, info: Info) -> bool:
        return info.context.actor.session_id == self.session_id

    @classmethod
    def of(cls, row: "SessionRow") -> "ActiveSession":
        """The shape of a session."""
        return cls(
            id=global_id("ActiveSession", row.id),
            device=readable(row.device),
            address=row.address,
            way_in=row.way_in,
            started_at=row.created_at,
            last_used_at=row.used_at,
            expires_at=row.expires_at,
            session_id=row.id,
        )


@strawberry.input(description="Which session to end.")
class EndSessionInput:
    session_id: strawberry.ID = strawberry.field(description="One of your own; any other is NOT_FOUND.")


@strawberry.type
class ActiveSessionQuery:
    @strawberry.field(
        extensions=[gate(Permission.PROFILE_READ)],
        description="Everything you are logged in with, the last used first.",
    )
    async def sessions(self, info: Info) -> list[ActiveSession]:
        return [ActiveSession.of(row) for row in await active_sessions.mine(info.context.actor)]


@strawberry.type
class ActiveSessionMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.SESSION_END)],
        description="End one of your sessions: its tokens die and its websockets close, within two seconds on every server. "
        "True, always; one that is over stays so.",
    )
    async def end_session(
        self, info: Info, input: Annotated[EndSessionInput, strawberry.argument(description="Which session.")]
    ) -> bool:
        return await active_sessions.end(info.context.actor, require_id("ActiveSession", input.session_id))

    @strawberry.mutation(
        extensions=[gate(Permission.SESSION_END)],
        description="End all your sessions but the one that asks; how many those were.",
    )
    async def end_other_sessions(self, info: Info) -> int:
        return await active_sessions.end_others(info.context.actor)
