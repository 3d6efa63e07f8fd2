"""The composition root: settings in, one ASGI application out."""

import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

import clock
import telemetry
from adapters import Adapters, adapters_from
from adapters.payments.razorpay import RazorpayGateway
from adapters.payments.sandbox import SandboxGateway
from domain.access import Actor
from domain.payments import PaymentProvider
from jobs import Loop, background_loops, every
from models import database
from resolvers import auditor, checkouts, service, sessions
from resolvers.sessions import Authenticated, Device
from routes.about import about_routes
from routes.checkout import checkout_routes
from routes.graphql import GraphQLApp
from routes.guard import refuse
from routes.health import Component, Down, Health
from routes.pages import Pages
from routes.payment_returns import payment_return_routes
from routes.razorpay_page import razorpay_routes
from routes.request_log import RequestLog
from routes.security import HttpsOnly, SecurityHeaders, is_served_by_tls
from routes.webhooks import webhook_routes
from schema import build_schema
from schema.context import Context
from schema.execution import GuardedSchema
from schema.ids import parse_id
from schema.loaders import Loaders
from schema.persisted import Persisted
from schema.shielding import drained
from settings import VERSION, Settings
from subscriptions import live, presence, seat_maps, sessions as open_sessions
from subscriptions.bookings import BookingSource
from subscriptions.live import Live, Source
from subscriptions.seat_maps import SeatMapSource

CLOCK_SECONDS = 10.0
PREFLIGHT_SECONDS = 7200  # the longest that all browsers keep one
# A request makes few cycles and thousands of objects: with the stock 700 a tenth of its time goes into looking for them.
COLLECT_AFTER = (50_000, 20, 20)

Loops = Mapping[str, Loop]


@asynccontextmanager
async def resources(settings: Settings, adapters: Adapters, more: Loops) -> AsyncIterator[Live]:
    """The database, the live wire and the background loops, `more` among them, while a process lives."""
    async with AsyncExitStack() as stack:
        await database.connect(settings)
        stack.push_async_callback(database.disconnect)
        await database.follow_clock()
        sources: dict[str, Source] = {"seat-map": SeatMapSource(), "booking": BookingSource()}
        wire = Live(settings.redis_url or "memory://", sources, reconcile_seconds=settings.reconcile_seconds)
        await wire.start()
        live.use(wire)
        stack.push_async_callback(wire.stop)
        crowd = presence.Presence(wire.wire, settings.house_now_seconds)
        await crowd.start()
        presence.use(crowd)
        stack.push_async_callback(crowd.stop)
        if adapters.shared is not None:
            stack.push_async_callback(adapters.shared.close)
        stack.push_async_callback(adapters.limiter.close)
        await stack.enter_async_context(adapters.http)
        loops = {"clock": every(CLOCK_SECONDS, database.follow_clock), "sessions.check": check_sessions()}
        if settings.jobs:
            loops |= {**background_loops(adapters), **more}
        for name, loop in loops.items():
            stack.push_async_callback(telemetry.supervise(name, loop).stop)
        yield wire


def check_sessions() -> Loop:
    """Notices every second which open websockets belong to sessions that ended elsewhere."""
    return every(1.0, lambda: open_sessions.check(sessions.ended_among))


def compose(settings: Settings, more: Loops) -> Starlette:
    """The application with everything it needs, and `more` background loops."""
    adapters = adapters_from(settings)
    schema = build_schema(settings)
    pages = Pages.found()
    graphql = graphql_app(schema, adapters, pages)
    wires: list[Live] = []
    health = Health(VERSION, components(wires, graphql))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with resources(settings, adapters, more) as wire:
            wires[:] = [wire]
            settle_memory()
            health.started()
            yield
            health.leaving()
            await drained(settings.shutdown_seconds)

    routes = [
        *about_routes(schema._schema, schema.text if settings.introspection else None, pages),
        *pages.routes(),
        *health.routes,
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", graphql),
        *payment_routes(adapters),
    ]
    handlers = {HTTPException: refuse}
    return Starlette(routes=routes, middleware=middleware(settings), exception_handlers=handlers, lifespan=lifespan)


def payment_routes(adapters: Adapters) -> list[Route]:
    """The doors for providers, for payers who come back from them, and the sandbox's own pages."""
    routes = [*webhook_routes(adapters), *payment_return_routes(adapters)]
    for gateway in adapters.gateways.values():
        if isinstance(gateway, SandboxGateway):
            routes += checkout_routes(gateway)
        elif isinstance(gateway, RazorpayGateway):
            routes += razorpay_routes(gateway, lambda ref: checkouts.checkout(PaymentProvider.RAZORPAY, ref))
    return routes


def check_operations(settings: Settings) -> None:
    """Refuse, before anything is started or changed, documents that do not fit the schema: MissingSettings says which."""
    if settings.persisted_operations:
        Persisted(build_schema(settings), settings)


def settle_memory() -> None:
    """What was built at start lives as long as the process: the collector need not look at it again, nor often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def graphql_app(schema: GuardedSchema, adapters: Adapters, pages: Pages) -> GraphQLApp:
    """The front door, with its questions answered."""

    trusted_for = timedelta(seconds=adapters.settings.session_trust_seconds)

    async def authenticate(token: str) -> Authenticated | None:
        return await sessions.authenticate(token, adapters.tokens, clock.now(), trusted_for)

    async def act_for(actor: Actor, customer: object) -> Actor:
        return await service.in_place_of(actor, parse_id("User", customer) if isinstance(customer, str) else None)

    def make_context(actor: Actor, request_id: str, key: str | None, device: Device) -> Context:
        return Context(actor, adapters, request_id, key, device, Loaders())

    return GraphQLApp(
        schema,
        adapters.settings,
        make_context=make_context,
        authenticate=authenticate,
        watch_session=open_sessions.watch,
        act_for=act_for,
        shared=adapters.shared,
        limiter=adapters.limiter,
        pages=pages,
    )


def components(wires: list[Live], graphql: GraphQLApp) -> list[Component]:
    """What health asks about."""

    async def ask_database() -> dict[str, object]:
        await database.is_reachable()
        return {}

    async def ask_wire() -> dict[str, object]:
        facts = wires[0].health()
        if not facts["connected"]:
            raise Down(**facts)
        return facts

    async def ask_answers() -> dict[str, object]:
        return {**graphql.answers_given, **seat_maps.facts()}

    async def ask_auditor() -> Mapping[str, object]:
        return auditor.facts()

    return [
        Component("database", ask_database, required=True),
        Component("live", ask_wire),
        Component("answers", ask_answers),
        Component("audit", ask_auditor),
    ]


def middleware(settings: Settings) -> list[Middleware]:
    """What surrounds every request, the outermost first."""
    layers = [Middleware(RequestLog), Middleware(SecurityHeaders, settings)]
    if is_served_by_tls(settings):
        layers.append(Middleware(HttpsOnly, settings))
    origins = [origin.strip() for origin in settings.allowed_origins.split(",") if origin.strip()]
    if origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "On-Behalf-Of", "X-Request-ID"],
                expose_headers=["ETag", "Retry-After", "X-Request-ID"],
                max_age=PREFLIGHT_SECONDS,
            )
        )
    return layers
