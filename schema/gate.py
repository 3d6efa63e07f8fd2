"""Who may use a field at all: every root field has a gate, and the SDL shows it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from domain.access import Permission
from domain.wrong_calls import Forbidden, SecondFactorMissing, Unauthenticated
from schema.context import Info


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requires",
    description="Who may use this field: only callers whose roles hold the permission, staff and managers at the venues they "
    "are posted to. A root field answers UNAUTHENTICATED without a login and FORBIDDEN without the permission; any other "
    "field is empty then.",
)
class Requires:
    permission: str = strawberry.field(description="The permission, as `noun:verb`.")


class Gate(FieldExtension):
    """Lets a caller pass who holds the permission; None lets everybody pass.

    `depends_on`: what a field that answers everybody alike is made of; None: the answer depends on who asks.
    """

    def __init__(self, permission: Permission | None, depends_on: frozenset[str] | None = None) -> None:
        self.permission = permission
        self.depends_on = depends_on

    def apply(self, field: StrawberryField) -> None:
        """Show the permission in the SDL, once, however many schemas are built from the field."""
        shown = any(isinstance(directive, Requires) for directive in field.directives)
        if self.permission is not None and not shown:
            field.directives = [*field.directives, Requires(permission=self.permission.value)]

    def resolve(self, next_: Callable[..., object], source: object, info: Info, **arguments: object) -> object:
        """Check, then go on."""
        self.check(info)
        return next_(source, info, **arguments)

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[object] | AsyncIterator[object]],
        source: object,
        info: Info,
        **arguments: object,
    ) -> object:
        """Check, then go on."""
        self.check(info)
        answer = next_(source, info, **arguments)
        return await answer if isinstance(answer, Awaitable) else answer

    def check(self, info: Info) -> None:
        """Raise Unauthenticated, Forbidden or SecondFactorMissing unless the caller may pass."""
        if self.permission is None:
            return
        actor = info.context.actor
        if actor.may(self.permission):
            return
        if actor.lacks_only_a_second_factor(self.permission):
            raise SecondFactorMissing
        raise Unauthenticated if actor.user_id is None else Forbidden


def gate(permission: Permission) -> Gate:
    """For a field that needs a permission."""
    return Gate(permission)


def public() -> Gate:
    """For a field that is open to everybody, logged in or not."""
    return Gate(None)


def shared(*depends_on: str) -> Gate:
    """For a field that is open to everybody and tells everybody the same, made of these parts of the catalogue."""
    return Gate(None, frozenset(depends_on))
