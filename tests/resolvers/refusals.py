"""A refusal changes nothing: not a row, not a version, nothing told, nothing to be done later."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from domain.events import Event, SessionEnd
from models.audit_log import AuditEntry
from models.bookings import Booking, Hold, Ticket
from models.idempotency import IdempotencyAnswer
from models.inbox import PaymentMessage
from models.ledger import LedgerEntry
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from models.sales import Sale
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.staff import Invitation, Posting
from models.tasks import QueuedTask
from models.users import User
from resolvers import unit_of_work, wake

TABLES = (
    AuditEntry,
    Booking,
    Capture,
    Hold,
    IdempotencyAnswer,
    Invitation,
    LedgerEntry,
    Offer,
    Payment,
    PaymentMessage,
    Posting,
    QueuedTask,
    Refund,
    Sale,
    SeatChange,
    SeatClaim,
    Showtime,
    Ticket,
    User,
)
Rows = dict[str, list[dict[str, object]]]
RefusalT = TypeVar("RefusalT", bound=Exception)


async def everything() -> Rows:
    """All that the sale has written, version numbers included."""
    return {table.__name__: await table.all().order_by("id").values() for table in TABLES}


async def refused(kind: type[RefusalT], call: Callable[[], Awaitable[object]]) -> RefusalT:
    """The refusal, after which everything is as it was and nobody has heard of it."""
    told: list[Event | SessionEnd | str] = []
    stop_listening = wake.listen(lambda: told.append("wake up"))
    before = await everything()
    with pytest.MonkeyPatch.context() as ears:
        ears.setattr(unit_of_work.live, "announce", told.append)
        with pytest.raises(kind) as caught:
            await call()
    stop_listening()
    assert await everything() == before
    assert told == []
    return caught.value
