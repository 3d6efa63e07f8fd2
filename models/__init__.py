"""Rows, their named queries and visible_to(actor); no rules, no events."""

from models.bookings import Booking, Hold, Ticket
from models.idempotency import IdempotencyAnswer
from models.movies import Movie, MovieGenre
from models.payments import Payment, PaymentEvent
from models.sales import Sale
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.tasks import QueuedTask
from models.users import Session, User
from models.venues import Screen, SeatLayout, Venue

__all__ = [
    "Booking",
    "Hold",
    "IdempotencyAnswer",
    "Movie",
    "MovieGenre",
    "Payment",
    "PaymentEvent",
    "QueuedTask",
    "Sale",
    "Screen",
    "SeatChange",
    "SeatClaim",
    "SeatLayout",
    "Session",
    "Showtime",
    "Ticket",
    "User",
    "Venue",
]
