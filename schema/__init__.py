"""The GraphQL face: types, arguments, unions and descriptions; no decisions."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.active_sessions import ActiveSessionMutation, ActiveSessionQuery
from schema.audit_log import AuditLogQuery, AuditLogSubscription
from schema.audits import AuditQuery
from schema.best_seats import BestSeatsMutation, BestSeatsQuery
from schema.booking_search import BookingSearchQuery
from schema.bookings import BookingMutation, BookingQuery, BookingSubscription, HoldBookedShaper
from schema.cancelling import CancellingMutation
from schema.code_problems import CODE_HANDLERS
from schema.defaults import drop_null_defaults
from schema.emails import EmailMutation
from schema.execution import GuardedSchema
from schema.exports import ExportQuery
from schema.google import GoogleMutation
from schema.holds import HoldMutation
from schema.house import HouseSubscription
from schema.invitations import InvitationMutation, InvitationQuery
from schema.movie_editing import MOVIE_IN_USE, MovieMutation
from schema.movies import MovieQuery
from schema.node import NodeQuery
from schema.outcomes import OutcomeQuery
from schema.passwords import PasswordMutation
from schema.payment_desk import PaymentDeskMutation, PaymentDeskQuery
from schema.payment_messages import PaymentMessageMutation, PaymentMessageQuery
from schema.payments import PaymentMutation
from schema.people import CustomerMutation, PeopleQuery
from schema.phones import PhoneMutation
from schema.problems import HANDLERS
from schema.profiles import ProfileMutation
from schema.refunds import RefundQuery
from schema.sales import SalesQuery
from schema.scalars import SCALARS
from schema.scheduling import ShowtimeMutation, ShowtimeOverlapsShaper
from schema.screens import ScreenMutation
from schema.seat_maps import SeatMapSubscription
from schema.second_factors import SecondFactorMutation, SecondFactorQuery
from schema.sessions import SessionMutation
from schema.showtimes import ShowtimeQuery
from schema.staff_activity import StaffActivityQuery
from schema.staffing import StaffingMutation
from schema.times import ClockQuery
from schema.users import UserQuery
from schema.venue_editing import VENUE_IN_USE, VenueMutation
from schema.venue_terms import VenueTermsMutation
from schema.venues import VenueQuery
from settings import Settings


@strawberry.type(description="What can be read. Reading what is on needs no login.")
class Query(
    NodeQuery,
    UserQuery,
    PeopleQuery,
    InvitationQuery,
    ActiveSessionQuery,
    SecondFactorQuery,
    ExportQuery,
    MovieQuery,
    VenueQuery,
    ShowtimeQuery,
    BestSeatsQuery,
    BookingQuery,
    BookingSearchQuery,
    RefundQuery,
    OutcomeQuery,
    PaymentDeskQuery,
    PaymentMessageQuery,
    SalesQuery,
    AuditQuery,
    AuditLogQuery,
    StaffActivityQuery,
    ClockQuery,
):
    pass


@strawberry.type(
    description="What can be done. Each answers with the thing itself or with a Problem that says why not. "
    "One that has begun runs to its end, although the caller goes away."
)
class Mutation(
    SessionMutation,
    CustomerMutation,
    StaffingMutation,
    InvitationMutation,
    ProfileMutation,
    PasswordMutation,
    EmailMutation,
    PhoneMutation,
    ActiveSessionMutation,
    SecondFactorMutation,
    GoogleMutation,
    HoldMutation,
    BestSeatsMutation,
    BookingMutation,
    CancellingMutation,
    PaymentMutation,
    PaymentDeskMutation,
    PaymentMessageMutation,
    MovieMutation,
    VenueMutation,
    VenueTermsMutation,
    ScreenMutation,
    ShowtimeMutation,
):
    pass


@strawberry.type(description="What can be watched as it happens, over a websocket.")
class Subscription(SeatMapSubscription, BookingSubscription, HouseSubscription, AuditLogSubscription):
    pass


def build_schema(settings: Settings) -> GuardedSchema:
    """The whole schema, with the limits of these settings."""
    schema = GuardedSchema(
        settings,
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=SCALARS),
        exception_handlers=[
            *HANDLERS,
            *CODE_HANDLERS,
            HoldBookedShaper(),
            ShowtimeOverlapsShaper(),
            MOVIE_IN_USE,
            VENUE_IN_USE,
        ],
    )
    drop_null_defaults(schema._schema)
    return schema
