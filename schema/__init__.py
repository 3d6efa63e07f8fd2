"""The GraphQL face: types, arguments, unions and descriptions; no decisions."""

from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from schema.bookings import BookingMutation, BookingQuery, BookingSubscription, HoldBookedShaper
from schema.execution import GuardedSchema
from schema.holds import HoldMutation
from schema.movies import MovieQuery
from schema.node import NodeQuery
from schema.payments import PaymentMutation
from schema.problems import HANDLERS
from schema.scalars import SCALARS
from schema.seat_maps import SeatMapSubscription
from schema.sessions import SessionMutation
from schema.showtimes import ShowtimeQuery
from schema.users import UserQuery
from schema.venues import VenueQuery
from settings import Settings

Query = merge_types("Query", (NodeQuery, UserQuery, MovieQuery, VenueQuery, ShowtimeQuery, BookingQuery))
Mutation = merge_types("Mutation", (SessionMutation, HoldMutation, BookingMutation, PaymentMutation))
Subscription = merge_types("Subscription", (SeatMapSubscription, BookingSubscription))


def build_schema(settings: Settings) -> GuardedSchema:
    """The whole schema, with the limits of these settings."""
    return GuardedSchema(
        settings,
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=SCALARS),
        exception_handlers=[*HANDLERS, HoldBookedShaper()],
        schema_directives=[],
    )
