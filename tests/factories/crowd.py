"""What the tests of the demo's crowd look at."""

from models.bookings import Booking, Hold, Ticket
from models.inbox import PaymentMessage
from models.ledger import LedgerEntry
from models.payments import Capture, Payment
from models.sales import Sale as SaleLine
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.users import User
from settings import Settings
from tests.databases import Database, settings_for

SOLD = (Hold, Booking, Payment, PaymentMessage, Capture, LedgerEntry, SaleLine, Ticket, SeatClaim, SeatChange)


def crowded(database: Database) -> Settings:
    """Settings of a demo cinema that has a crowd."""
    return settings_for(database.url).model_copy(update={"demo": True, "demo_crowd": True})


async def counts() -> list[int]:
    """How many rows a sale leaves there are, table by table, and how many people."""
    return [await table.all().count() for table in (*SOLD, User)]


async def sold_showtimes() -> list[Showtime]:
    """The showtimes somebody has bought seats of."""
    return await Showtime.filter(seat_version__gt=0).select_related("screen", "venue", "movie")
