"""Rows, their named queries and visible_to(actor); no rules, no events."""

from models.audit_log import AuditEntry
from models.bookings import Booking, Hold, Ticket
from models.codes import Code
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
from models.staff import HouseRule, Invitation, Posting
from models.tasks import QueuedTask
from models.users import Session, User
from models.venues import Screen, SeatLayout, Venue
from models.ways_in import Identity, SecondFactor

__all__ = [
    "AuditEntry",
    "Booking",
    "Capture",
    "Code",
    "Hold",
    "HouseRule",
    "IdempotencyAnswer",
    "Identity",
    "Invitation",
    "LedgerEntry",
    "Movie",
    "MovieGenre",
    "Offer",
    "Payment",
    "PaymentMessage",
    "Posting",
    "QueuedTask",
    "Refund",
    "Sale",
    "SandboxEvent",
    "Screen",
    "SeatChange",
    "SeatClaim",
    "SeatLayout",
    "SecondFactor",
    "Session",
    "Showtime",
    "Ticket",
    "User",
    "Venue",
]
