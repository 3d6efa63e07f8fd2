"""Which trace each mutation leaves, or why it leaves none; whoever adds a mutation adds a row."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Left:
    """The action and the kind of subject of a mutation's trace, and the names of the facts it tells.

    `tried_in`: the test that calls it and reads its trace, for mutations that are in no table of repetitions.
    """

    action: str
    kind: str
    told: frozenset[str]
    at_a_venue: bool = True
    tried_in: str = ""


def left(action: str, kind: str, *told: str, at_a_venue: bool = True, tried_in: str = "") -> Left:
    """A row of the table."""
    return Left(action, kind, frozenset(told), at_a_venue, tried_in)


BOOKED: Final = ("status", "seats", "total_minor", "currency")

TRACED: Final = {
    "createBooking": left("CREATE_BOOKING", "Booking", "reference", *BOOKED),
    "cancelBooking": left(
        "CANCEL_BOOKING", "Booking", "status", "seats", "refund_minor", "kept_minor", "currency", "returned"
    ),
    "refundTickets": left("REFUND_TICKETS", "Booking", "seats", "refund_minor", "kept_minor", "currency", "returned"),
    "acceptOffer": left("ACCEPT_OFFER", "Booking", "status", "seats"),
    "declineOffer": left("DECLINE_OFFER", "Booking", "offer"),
    "refundPayment": left("REFUND_PAYMENT", "Payment", "refund_minor", "currency", "note"),
    "retryRefund": left("RETRY_REFUND", "Refund", "followed_by", "attempt", "amount_minor", "currency"),
    "settleCounterPayment": left("SETTLE_COUNTER_PAYMENT", "Payment", "status", "amount_minor", "currency"),
    "settleCounterRefund": left("SETTLE_COUNTER_REFUND", "Refund", "status", "amount_minor", "currency"),
    "replayMessage": left("REPLAY_MESSAGE", "PaymentMessage", "state", at_a_venue=False),
    "createMovie": left("CREATE_MOVIE", "Movie", "title", "genres", at_a_venue=False),
    "updateMovie": left("UPDATE_MOVIE", "Movie", "age_restriction", at_a_venue=False),
    "deleteMovie": left("DELETE_MOVIE", "Movie", "title", "genres", "opens_on", "runtime_minutes", at_a_venue=False),
    "createVenue": left("CREATE_VENUE", "Venue", "name", "timezone", "currency"),
    "updateVenue": left("UPDATE_VENUE", "Venue", "city"),
    "setPriceTerms": left("SET_PRICE_TERMS", "Venue", "booking_fee_minor", "currency"),
    "setRefundPolicy": left("SET_REFUND_POLICY", "Venue", "steps"),
    "setPaymentMethods": left("SET_PAYMENT_METHODS", "Venue", "providers"),
    "createScreen": left("CREATE_SCREEN", "Screen", "name", "layout_id", "capacity"),
    "updateScreen": left("UPDATE_SCREEN", "Screen", "name"),
    "createShowtime": left(
        "CREATE_SHOWTIME",
        "Showtime",
        "movie_id",
        "screen_id",
        "starts_at",
        "ends_at",
        "base_price_minor",
        "currency",
    ),
    "cancelShowtime": left("CANCEL_SHOWTIME", "Showtime", "cancelled_at", "cancelled_bookings"),
}

# Whoever adds to these has thought about who will want to know one day.
WITHOUT_A_TRACE: Final = {
    "holdSeats": "the log of the seat map has every hold, and nothing is bought",
    "holdBestSeats": "the log of the seat map has every hold, and nothing is bought",
    "extendHold": "a hold says itself until when it holds",
    "releaseHold": "the log of the seat map has every release",
    "startPayment": "the payment is the record: who pays, when and from which address",
    "confirmPayment": "the money is in the ledger, what the provider said in the inbox",
    "cancelPayment": "the payment is the record, and no money has moved",
    "register": "the account is the record",
    "login": "the session is the record: when, from where, on which device",
    "refreshSession": "the session is the record: its generation and its last use",
    "logout": "the session is the record: when it ended and why",
}
