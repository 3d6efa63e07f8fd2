"""What members of staff do, added up."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain.access import Permission
from resolvers import audit_log
from resolvers.audit_log import Activity
from schema.audit_log import SCOPE, AuditLogFilter
from schema.context import Info
from schema.gate import gate
from schema.users import User


@strawberry.type(description="How often one thing was done.")
class ActionCount:
    action: str = strawberry.field(description="What was done, as the audit log calls it.")
    count: int = strawberry.field(description="How often.")
    first_at: datetime = strawberry.field(description="When for the first time, in UTC.")
    last_at: datetime = strawberry.field(description="When for the last time, in UTC.")


@strawberry.type(description="What one person has done, counted from the audit log.")
class StaffActivity:
    count: int = strawberry.field(description="How many things in all.")
    actions: list[ActionCount] = strawberry.field(description="The same by action, the most frequent first.")
    first_at: datetime = strawberry.field(description="When the first of them was done, in UTC.")
    last_at: datetime = strawberry.field(description="When the last of them was done, in UTC.")
    user_id: strawberry.Private[UUID]

    @strawberry.field(description="Who.")
    async def user(self, info: Info) -> User:
        return User.of(await info.context.loaders.user.load(self.user_id), info.context.actor)

    @classmethod
    def of(cls, found: Activity) -> "StaffActivity":
        """The shape of somebody's activity."""
        counts = [
            ActionCount(action=each.action, count=each.count, first_at=each.first_at, last_at=each.last_at)
            for each in found.tallies
        ]
        return cls(
            count=found.count,
            actions=counts,
            first_at=found.first_at,
            last_at=found.last_at,
            user_id=found.user_id,
        )


@strawberry.input(description="Whose activity to count, where and when; what is not given does not matter.")
class StaffActivityFilter:
    user_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of this person, customers included; null: of everybody who is more than a customer."
    )
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="At this venue.")
    since: datetime | None = strawberry.field(default=None, description="From then on; null: a week before the end.")
    until: datetime | None = strawberry.field(default=None, description="Before that moment; null: until now.")


@strawberry.type
class StaffActivityQuery:
    @strawberry.field(
        extensions=[gate(Permission.AUDIT_LOG_READ)],
        description=f"What each member of staff has done, whoever did something last first. {SCOPE} A time that ends before "
        "it begins, or of more than 92 days, is BAD_USER_INPUT.",
    )
    async def staff_activity(
        self,
        info: Info,
        filter: Annotated[StaffActivityFilter | None, strawberry.argument(description="Whose, where and when.")] = None,
    ) -> list[StaffActivity]:
        given = filter or StaffActivityFilter()
        wanted = AuditLogFilter(
            user_id=given.user_id, venue_id=given.venue_id, since=given.since, until=given.until
        ).sought()
        return [StaffActivity.of(each) for each in await audit_log.activity(info.context.actor, wanted)]
