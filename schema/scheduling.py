"""What managers do with showtimes."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.schema.exception_handlers import ExceptionHandler

from domain import problems
from domain.access import Permission
from domain.scheduling import ShowtimeDetails
from resolvers import showtime_cancellations, showtimes
from schema.context import Info
from schema.gate import gate
from schema.ids import require_id
from schema.nodes import Problem
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput, ShowtimeNotCancellable
from schema.scalars import Amount
from schema.showtimes import Showtime


@strawberry.type(
    description="The screen is taken at that time: between two showtimes there are at least 15 minutes to clean it."
)
class ShowtimeOverlaps(Problem):
    showtime: Showtime = strawberry.field(description="The showtime that is in the way.")


class ShowtimeOverlapsShaper(ExceptionHandler[problems.ShowtimeOverlaps, ShowtimeOverlaps]):
    """Looks the showtime up that is in the way."""

    async def handle(self, exception: problems.ShowtimeOverlaps, *, field: object, info: Info) -> ShowtimeOverlaps:
        """The refusal as the client sees it."""
        row = await info.context.loaders.showtime.load(exception.showtime_id)
        return ShowtimeOverlaps(message=exception.message, showtime=Showtime.of(row))


@strawberry.input(description="A new showtime.")
class CreateShowtimeInput:
    movie_id: strawberry.ID = strawberry.field(description="What is shown; an unknown one is NOT_FOUND.")
    screen_id: strawberry.ID = strawberry.field(description="Where; an unknown one is NOT_FOUND.")
    starts_at: datetime = strawberry.field(description="When it starts, with any offset; in the next two years.")
    base_price: Amount = strawberry.field(
        description="What a STANDARD seat costs, in the venue's currency; other kinds cost more in proportion."
    )
    ends_at: datetime | None = strawberry.field(
        default=None, description="When it ends, within 24 hours; null: when the movie is over."
    )
    sales_open_at: datetime | None = strawberry.field(default=None, description="When sales open; null: at once.")
    language: str | None = strawberry.field(default=None, description="The language it is shown in.")
    format: str | None = strawberry.field(default=None, description="How it is shown: 2D, 3D, IMAX …")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Which showtime to cancel.")
class CancelShowtimeInput:
    showtime_id: strawberry.ID = strawberry.field(description="Which showtime; an unknown one is NOT_FOUND.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


CreateShowtimeResult = Annotated[
    Showtime | InvalidInput | ShowtimeOverlaps | IdempotencyConflict,
    strawberry.union("CreateShowtimeResult", description="The new showtime, or why there is none."),
]
CancelShowtimeResult = Annotated[
    Showtime | ShowtimeNotCancellable | IdempotencyConflict,
    strawberry.union("CancelShowtimeResult", description="The cancelled showtime, or why it stands."),
]
ShowtimeToCancel = Annotated[CancelShowtimeInput, strawberry.argument(description="Which showtime.")]
NewShowtime = Annotated[CreateShowtimeInput, strawberry.argument(description="What, where, when and for how much.")]


@strawberry.type
class ShowtimeMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.SHOWTIME_WRITE)],
        description="Put a movie on. It keeps the layout that the screen has now.",
    )
    async def create_showtime(self, info: Info, input: NewShowtime) -> CreateShowtimeResult:
        row = await showtimes.schedule(
            info.context.actor,
            require_id("Movie", input.movie_id),
            require_id("Screen", input.screen_id),
            ShowtimeDetails(
                starts_at=input.starts_at,
                base_price=input.base_price,
                ends_at=input.ends_at,
                sales_open_at=input.sales_open_at,
                language=input.language,
                format=input.format,
            ),
            key=info.context.key(input.idempotency_key),
        )
        return Showtime.of(row)

    @strawberry.mutation(
        extensions=[gate(Permission.SHOWTIME_WRITE)],
        description="Cancel a showtime that is not over: nothing more is sold, every hold and booking ends, and all of the money "
        "goes back, whatever the refund policy says; so does money that comes later. A cancelled one is given again.",
    )
    async def cancel_showtime(self, info: Info, input: ShowtimeToCancel) -> CancelShowtimeResult:
        showtime_id, key = require_id("Showtime", input.showtime_id), info.context.key(input.idempotency_key)
        return Showtime.of(await showtime_cancellations.cancel(info.context.actor, showtime_id, key=key))
