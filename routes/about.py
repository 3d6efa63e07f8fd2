"""What the server says about itself: its name and version, the SDL, and the possible types of unions."""

from graphql import GraphQLSchema, is_abstract_type
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from routes.pages import Pages
from settings import VERSION

_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def possible_types(schema: GraphQLSchema) -> dict[str, list[str]]:
    """Every union's and interface's object types, as Apollo's `possibleTypes` wants them."""
    return {
        name: sorted(possible.name for possible in schema.get_possible_types(kind))
        for name, kind in sorted(schema.type_map.items())
        if is_abstract_type(kind)
    }


def about_routes(schema: GraphQLSchema, sdl: str | None, pages: Pages) -> list[Route]:
    """`/`, and, where the schema may be told (`sdl` is its text), `/schema.graphql` and `/schema/possible-types.json`."""
    types = possible_types(schema)
    told = {"schema": "/schema.graphql", "possibleTypes": "/schema/possible-types.json"} if sdl is not None else {}

    async def root(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return pages.picker()
        return JSONResponse({"name": "Marquee", "version": VERSION, "graphql": "/graphql", **told, "health": "/health"})

    async def schema_text(request: Request) -> Response:
        return PlainTextResponse(sdl, headers=_AN_HOUR, media_type="application/graphql")

    async def schema_types(request: Request) -> Response:
        return JSONResponse(types, headers=_AN_HOUR)

    schema_routes = [Route(told["schema"], schema_text), Route(told["possibleTypes"], schema_types)] if told else []
    return [Route("/", root), *schema_routes]
