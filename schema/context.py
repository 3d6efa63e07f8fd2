"""What every resolver may know about the call it answers."""

from dataclasses import dataclass
from typing import TypeAlias

import strawberry

from adapters import Adapters
from domain.access import Actor
from resolvers.sessions import Device
from schema.loaders import Loaders


@dataclass
class Context:
    """One operation's surroundings: who asks, from where, and the loaders made afresh for it."""

    actor: Actor
    adapters: Adapters
    request_id: str
    idempotency_key: str | None
    device: Device
    loaders: Loaders

    def look_again(self) -> None:
        """Forget what was loaded: the next event of a subscription is about another moment."""
        self.loaders = Loaders()

    def key(self, given: str | None) -> str | None:
        """The idempotency key of a mutation: the input's own wins over the header's."""
        return given if given is not None else self.idempotency_key


Info: TypeAlias = strawberry.Info[Context, None]
