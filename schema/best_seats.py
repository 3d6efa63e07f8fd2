"""The best free seats for a party: to look at, or to hold at once."""

from typing import Annotated

import strawberry

from domain.access import Permission
from domain.best_seats import Party
from resolvers import holds, seat_maps
from schema.context import Info
from schema.gate import gate, shared
from schema.holds import Hold
from schema.ids import parse_id, require_id
from schema.money import Money
from schema.payments import KEY
from schema.problems import HoldLimitReached, IdempotencyConflict, NotEnoughSeats, NotOnSale, TooManySeats
from schema.seat_kinds import SeatKind, SeatPosition

COUNT = "How many people they are: at least 1, at most as many as a hold may have seats."
KINDS = "Only seats of these kinds; null or empty: of any. Wheelchair spaces are given only where they are asked for."
ACCESSIBLE = (
    "How many of them sit in wheelchairs: they get wheelchair spaces, those with them companion seats beside, "
    "and whoever is left the nearest seats."
)
POSITION = "How near the screen they like to sit; null: where the film is seen best, two thirds of the way back."
AISLE = "Rather with nobody on one side of them, so that they get out easily."


@strawberry.type(description="The best free seats for a party, at one version of the seat map.")
class BestSeats:
    seats: list[str] = strawberry.field(description="The labels, in reading order: give them to `holdSeats`.")
    together: bool = strawberry.field(
        description="Whether they are side by side in one row. If not, there was no such place: they are as near "
        "each other as can be."
    )
    total: Money = strawberry.field(description="What they cost now.")
    version: int = strawberry.field(description="The version of the seat map at which they are free.")


@strawberry.input(description="For whom to hold the best seats.")
class HoldBestSeatsInput:
    showtime_id: strawberry.ID = strawberry.field(description="The showtime; an unknown one is NOT_FOUND.")
    count: int = strawberry.field(description=COUNT)
    kinds: list[SeatKind] | None = strawberry.field(default=None, description=KINDS)
    accessible: int = strawberry.field(default=0, description=ACCESSIBLE)
    position: SeatPosition | None = strawberry.field(
        default=None,
        description="How near the screen they like to sit. Null: as your `preferences.seats` say, or else where the film is "
        "seen best.",
    )
    aisle: bool | None = strawberry.field(default=None, description=f"{AISLE} Null: as your `preferences.seats` say.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


HoldBestSeatsResult = Annotated[
    Hold | NotEnoughSeats | TooManySeats | NotOnSale | HoldLimitReached | IdempotencyConflict,
    strawberry.union("HoldBestSeatsResult", description="The hold, or why no seat was held."),
]
ForWhom = Annotated[HoldBestSeatsInput, strawberry.argument(description="For whom, and of which showtime.")]


@strawberry.type
class BestSeatsQuery:
    @strawberry.field(
        extensions=[shared()],
        description="The best free seats for a party: side by side in one row, near the best place of the house (in the "
        "middle, two thirds of the way back), leaving no lonely seat behind. They may be gone when you ask to hold "
        "them; `holdBestSeats` chooses and holds in one step. The answer is the same for everybody: give it your "
        "`preferences.seats` yourself. Null: not so many seats are free.",
    )
    async def best_seats(
        self,
        info: Info,
        showtime_id: Annotated[strawberry.ID, strawberry.argument(description="An unknown one gives null.")],
        count: Annotated[int, strawberry.argument(description=COUNT)],
        kinds: Annotated[list[SeatKind] | None, strawberry.argument(description=KINDS)] = None,
        accessible: Annotated[int, strawberry.argument(description=ACCESSIBLE)] = 0,
        position: Annotated[SeatPosition | None, strawberry.argument(description=POSITION)] = None,
        aisle: Annotated[bool, strawberry.argument(description=AISLE)] = False,
    ) -> BestSeats | None:
        party = Party(count, frozenset(kinds or ()), accessible, position, aisle)
        row_id = parse_id("Showtime", showtime_id)
        at_most = info.context.adapters.settings.hold_seats_max
        found = None if row_id is None else await seat_maps.best(row_id, party, at_most)
        if row_id is None or found is None:
            return None
        showtime = await info.context.loaders.showtime.load(row_id)
        return BestSeats(
            seats=found.labels,
            together=found.together,
            total=Money.of(seat_maps.price_of(found, showtime.base_price, showtime.terms)),
            version=found.version,
        )


@strawberry.type
class BestSeatsMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.HOLD_WRITE)],
        description="Hold the best free seats for a party, as `bestSeats` chooses them: in one step, so that nobody is "
        "faster. Without `position` and `aisle` it goes by your `preferences.seats`; the kinds of seats you like are yours to "
        "ask for, since they cost more. The hold says whether they are together.",
    )
    async def hold_best_seats(self, info: Info, input: ForWhom) -> HoldBestSeatsResult:
        context = info.context
        row = await holds.place_best(
            context.actor,
            require_id("Showtime", input.showtime_id),
            Party(input.count, frozenset(input.kinds or ()), input.accessible, input.position, input.aisle),
            holds.terms(context.adapters.settings),
            key=context.key(input.idempotency_key),
        )
        return Hold.of(row)
