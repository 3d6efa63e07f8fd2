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


def of_people(action: str, *told: str, tried_in: str = "") -> Left:
    """A row about somebody's account."""
    return left(action, "User", *told, at_a_venue=False, tried_in=tried_in)


def came_in(tried_in: str) -> Left:
    """A row about a way in: it begins a session."""
    return left("LOG_IN", "Session", at_a_venue=False, tried_in=tried_in)


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
    "dismissMessage": left("DISMISS_MESSAGE", "PaymentMessage", "state", "reason", at_a_venue=False),
    # People: their own accounts, and what administrators decide about them. None of it belongs to a venue.
    "setRoles": of_people("SET_ROLES", "roles"),
    "postStaff": of_people("POST_STAFF", "venues"),
    "lockUser": of_people("LOCK_USER", "locked", "because"),
    "unlockUser": of_people("UNLOCK_USER", "locked"),
    "createCustomer": of_people("CREATE_CUSTOMER", "email", "phone"),
    "correctDateOfBirth": of_people("CORRECT_DATE_OF_BIRTH", "dateOfBirth"),
    "updateProfile": of_people("UPDATE_PROFILE", "changed"),
    "inviteStaff": left("INVITE_STAFF", "Invitation", "email", "roles", "venues", at_a_venue=False),
    "withdrawInvitation": left("WITHDRAW_INVITATION", "Invitation", at_a_venue=False),
    "acceptInvitation": of_people("ACCEPT_INVITATION", tried_in="tests/resolvers/test_invitations.py"),
    "register": came_in("tests/resolvers/test_active_sessions.py"),
    "login": came_in("tests/resolvers/test_active_sessions.py"),
    "logInWithPhone": came_in("tests/schema/test_phones.py"),
    "signInWithGoogle": came_in("tests/resolvers/test_google.py"),
    "logout": left("LOG_OUT", "Session", tried_in="tests/resolvers/test_active_sessions.py"),
    "endSession": left("END_SESSION", "Session", tried_in="tests/resolvers/test_active_sessions.py"),
    "endOtherSessions": of_people("END_OTHER_SESSIONS", tried_in="tests/resolvers/test_active_sessions.py"),
    "verifyEmail": of_people("VERIFY_EMAIL", tried_in="tests/schema/test_emails.py"),
    "changeEmail": of_people("CHANGE_EMAIL", tried_in="tests/schema/test_emails.py"),
    "changePassword": of_people("CHANGE_PASSWORD", tried_in="tests/schema/test_passwords.py"),
    "resetPassword": of_people("RESET_PASSWORD", tried_in="tests/schema/test_passwords.py"),
    "linkPhone": of_people("LINK_PHONE", tried_in="tests/schema/test_phones.py"),
    "linkGoogle": of_people("LINK_GOOGLE", tried_in="tests/resolvers/test_google.py"),
    "unlinkGoogle": of_people("UNLINK_GOOGLE", tried_in="tests/resolvers/test_google.py"),
    "confirmSecondFactor": of_people("CONFIRM_SECOND_FACTOR", tried_in="tests/resolvers/test_second_factors.py"),
    "endSecondFactor": of_people("END_SECOND_FACTOR", tried_in="tests/resolvers/test_second_factors.py"),
    "renewRecoveryCodes": of_people("RENEW_RECOVERY_CODES", tried_in="tests/resolvers/test_second_factors.py"),
    "requireSecondFactor": left("REQUIRE_SECOND_FACTOR", "House", tried_in="tests/resolvers/test_required_factors.py"),
    "deleteAccount": of_people("DELETE_ACCOUNT", tried_in="tests/resolvers/test_deletions.py"),
}

# What happened to somebody has its own name, whichever mutation brought it about.
EVENTS: Final = {"LOG_IN", "LOG_OUT"}

CODE_SENT: Final = "a code is on its way and nothing has changed; what is done with it leaves its trace"
# Whoever adds to these has thought about who will want to know one day.
WITHOUT_A_TRACE: Final = {
    "holdSeats": "the log of the seat map has every hold, and nothing is bought",
    "holdBestSeats": "the log of the seat map has every hold, and nothing is bought",
    "extendHold": "a hold says itself until when it holds",
    "releaseHold": "the log of the seat map has every release",
    "startPayment": "the payment is the record: who pays, when and from which address",
    "confirmPayment": "the money is in the ledger, what the provider said in the inbox",
    "cancelPayment": "the payment is the record, and no money has moved",
    "refreshSession": "the session is the record: its generation and its last use; a token used twice is an event",
    "requestEmailCode": CODE_SENT,
    "requestEmailChange": CODE_SENT,
    "requestPasswordReset": CODE_SENT,
    "requestPhoneCode": CODE_SENT,
    "requestPhoneLink": CODE_SENT,
    "startSecondFactor": "nothing counts until it is confirmed, and that leaves its trace",
}
