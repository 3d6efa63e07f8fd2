"""The server's clock, for countdowns that are right on any computer."""

from datetime import datetime

import strawberry

from resolvers import times
from schema.gate import public


@strawberry.type
class ClockQuery:
    @strawberry.field(
        extensions=[public()],
        description="The server's time, in UTC. A countdown to `expiresAt` is right on a computer whose clock is wrong "
        "if it counts from this.",
    )
    def server_time(self) -> datetime:
        return times.now()
