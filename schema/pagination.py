"""Relay connections made from pages: `Connection[Movie]` is MovieConnection, `Edge[Movie]` is MovieEdge."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import strawberry

from resolvers.pages import Page

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description="How many at most: 20 if null, 0 gives an empty page, below 0 or over 100 is BAD_USER_INPUT."
    ),
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="The cursor to go on behind: `endCursor` of the page before.")
]

NodeT = TypeVar("NodeT")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more behind this page.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item: `after` of the next page.")


@strawberry.type(description="One item of a list, and the place it has there.")
class Edge(Generic[NodeT]):
    node: NodeT = strawberry.field(description="The item.")
    cursor: str = strawberry.field(description="Its place: give it as `after` to go on behind this item.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="The items with their cursors.")
    nodes: list[NodeT] = strawberry.field(description="The items alone.")
    page_info: PageInfo = strawberry.field(description="Where this page lies in the list.")
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="How many items the whole list has; counted only when asked for.")
    async def total_count(self) -> int:
        return await self.count()


def connection(page: Page[Any], shape: Callable[[Any], NodeT]) -> Connection[NodeT]:
    """The shape of a page whose rows look as `shape` makes them."""
    nodes = [shape(row) for row in page.rows]
    first, last = (page.cursors[0], page.cursors[-1]) if page.cursors else (None, None)
    return Connection(
        edges=[Edge(node=node, cursor=cursor) for node, cursor in zip(nodes, page.cursors, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=page.has_next, has_previous_page=page.has_previous, start_cursor=first, end_cursor=last
        ),
        count=page.count,
    )
