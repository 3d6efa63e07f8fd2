"""The two interfaces: what has an id, and what says no."""

import strawberry


@strawberry.interface(description="Anything that can be fetched again by its id, with `node`.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque, unique among all types, and the same for ever.")


@strawberry.interface(
    description="A refusal that a client which did everything right can still meet. Every refusal has a message, so "
    "`... on Problem { message }` is always worth asking for."
)
class Problem:
    message: str = strawberry.field(description="What to tell the person; fit to show as it is.")
