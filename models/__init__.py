"""Rows, their named queries and visible_to(actor); no rules, no events."""

from models.bookings import Booking, Hold, Ticket
from models.idempotency import IdempotencyAnswer
from models.inbox import PaymentMessage
from models.ledger import LedgerEntry
from models.movies import Movie, MovieGenre
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from models.sales import Sale
from models.sandbox import SandboxEvent
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.tasks import QueuedTask
from models.users import Session, User
from models.venues import Screen, SeatLayout, Venue

__all__ = [
    "Booking",
    "Capture",
    "Hold",
    "IdempotencyAnswer",
    "LedgerEntry",
    "Movie",
    "MovieGenre",
    "Offer",
    "Payment",
    "PaymentMessage",
    "QueuedTask",
    "Refund",
    "Sale",
    "SandboxEvent",
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
