"""What managers do with screens; the type itself stands beside its venue."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.access import Permission
from domain.venues import ScreenDetails
from resolvers import screens
from schema.context import Info
from schema.gate import gate
from schema.given import given
from schema.ids import require_id
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput
from schema.venues import LAYOUT, Screen

NAME = "What it is called: 1 to 100 characters; no two screens of a venue have the same name."
UNCHANGED = " Left out: as it is."


@strawberry.input(description="A new screen.")
class CreateScreenInput:
    venue_id: strawberry.ID = strawberry.field(description="Which venue it belongs to; an unknown one is NOT_FOUND.")
    name: str = strawberry.field(description=NAME)
    layout: str = strawberry.field(description=LAYOUT)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Changes of a screen: what is left out stays as it is.")
class UpdateScreenInput:
    screen_id: strawberry.ID = strawberry.field(description="Which screen; an unknown one is NOT_FOUND.")
    name: str | None = strawberry.field(default=UNSET, description=NAME + UNCHANGED)
    layout: str | None = strawberry.field(
        default=UNSET,
        description="The seats, drawn as for a new screen. Showtimes keep the layout they were scheduled with."
        + UNCHANGED,
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


CreateScreenResult = Annotated[
    Screen | InvalidInput | IdempotencyConflict,
    strawberry.union("CreateScreenResult", description="The new screen, or why there is none."),
]
UpdateScreenResult = Annotated[
    Screen | InvalidInput | IdempotencyConflict,
    strawberry.union("UpdateScreenResult", description="The screen as it is now, or why it stays as it was."),
]
NewScreen = Annotated[CreateScreenInput, strawberry.argument(description="The screen, and where it is.")]
ScreenChanges = Annotated[UpdateScreenInput, strawberry.argument(description="Which screen, and what to change.")]


@strawberry.type
class ScreenMutation:
    @strawberry.mutation(extensions=[gate(Permission.SCREEN_WRITE)], description="Add a screen to a venue.")
    async def create_screen(self, info: Info, input: NewScreen) -> CreateScreenResult:
        venue_id = require_id("Venue", input.venue_id)
        wanted = ScreenDetails(input.name, input.layout)
        key = info.context.key(input.idempotency_key)
        return Screen.of(await screens.add(info.context.actor, venue_id, wanted, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.SCREEN_WRITE)],
        description="Change the name or the layout of a screen. Showtimes keep the layout they were scheduled with.",
    )
    async def update_screen(self, info: Info, input: ScreenChanges) -> UpdateScreenResult:
        screen_id = require_id("Screen", input.screen_id)
        changes = given(input, besides=("screen_id", "idempotency_key"))
        key = info.context.key(input.idempotency_key)
        return Screen.of(await screens.edit(info.context.actor, screen_id, changes, key=key))
