"""Exports: everything the house holds of whoever asks."""

from datetime import datetime

import strawberry

from domain.access import Permission
from resolvers import exports
from schema.context import Info
from schema.gate import gate


@strawberry.type(description="A file with everything that is held of you, but for secrets such as your password.")
class DataExport:
    file_name: str = strawberry.field(description='What to call the file: "marquee-2026-11-21.json".')
    content_type: str = strawberry.field(description="What kind of file it is: application/json.")
    content: str = strawberry.field(
        description="The text of the file. It begins with its `format` and `version`; docs/people.md says what follows."
    )
    created_at: datetime = strawberry.field(description="The moment at which it was so, in UTC.")


@strawberry.type
class ExportQuery:
    @strawberry.field(
        extensions=[gate(Permission.PROFILE_READ)],
        description="Everything that is held of you: profile, preferences, ways in, sessions, codes sent, holds, bookings with "
        "tickets, payments and refunds, postings, and what has been written down of you. Asking is written down, too.",
    )
    async def export_my_data(self, info: Info) -> DataExport:
        made = await exports.everything_of(info.context.actor)
        return DataExport(
            file_name=made.file_name,
            content_type=made.content_type,
            content=made.content,
            created_at=made.created_at,
        )
