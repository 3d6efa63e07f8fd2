"""What the demo's crowd has bought is written as a real sale is."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from tortoise.models import Model

from adapters.http import Http
from adapters.payments.sandbox import SandboxGateway, ref_of
from adapters.ticket_codes import TicketCodes
from domain.payments import PaymentStatus
from models.bookings import Booking, Hold, Ticket
from models.ledger import LedgerEntry
from models.payments import Capture, Payment
from models.sales import Sale as SaleLine
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from resolvers import holds
from settings import Settings
from tests.demo_cinema import NOW
from tests.demo_house import at_noon, database_url, filled, house
from tests.factories.sale import Sale
from tests.factories.users import actor_of, make_customer

__all__ = ["at_noon", "database_url", "filled", "house"]


def facts(row: Model, *leave_out: str) -> dict[str, object]:
    """What a row says, but for what every sale has of its own."""
    own = {
        "id",
        "created_at",
        "expires_at",
        "at",
        "received_at",
        "sold_at",
        "local_hour",
        "local_date",
        "reference",
        "code",
        "event_id",
        "version",
        *leave_out,
    }
    return {name: value for name, value in dict(row).items() if name not in own and not name.endswith("_id")}


async def test_its_rows_are_those_of_a_real_sale(house: Settings) -> None:
    """The same seats of the same showtime sold by the resolvers leave the same rows, but for names and moments."""
    theirs = await Booking.filter(showtime__starts_at__gt=NOW).order_by("id").first()
    showtime = await Showtime.get(id=theirs.showtime_id)
    twin = await Showtime.create(**{**dict(showtime), "id": UUID(int=1), "seat_version": 0})
    sale = Sale(twin, actor_of(await make_customer()), holds.terms(house), TicketCodes(house))
    started = await sale.book(*theirs.quote.labels)
    async with Http() as http:
        sale.gateway = SandboxGateway(house, http)
        payment = await sale.start(started)
    await sale.tell(payment, PaymentStatus.PROCESSING)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    ours = await Booking.get(id=started.id)
    assert facts(theirs) == facts(ours)
    assert (theirs.version, theirs.expires_at - theirs.created_at > timedelta(0)) == (ours.version, True)
    assert facts(await Hold.get(id=theirs.hold_id)) == facts(await Hold.get(id=ours.hold_id))
    paid, real = await Payment.get(booking_id=theirs.id), await Payment.get(id=payment.id)
    # What only a payer's call and a look at the provider leave, the crowd has not.
    own = ("provider_ref", "checkout_url", "look_at", "payer_address", "details")
    assert facts(paid, *own) == facts(real, *own)
    assert (paid.provider_ref, real.provider_ref) == (ref_of(paid.id), ref_of(real.id))
    assert str(paid.checkout_url) == str(real.checkout_url).replace(real.id.hex, paid.id.hex)
    came, counted = await Capture.get(payment_id=paid.id), await Capture.get(payment_id=real.id)
    assert facts(came, "capture_ref") == facts(counted, "capture_ref")
    assert (came.capture_ref, counted.capture_ref) == (paid.provider_ref, real.provider_ref)
    entries = [await LedgerEntry.filter(capture_id=each.id) for each in (came, counted)]
    assert in_any_order(entries[0], "movement") == in_any_order(entries[1], "movement")
    for table, by in (
        (SaleLine, "payment_id"),
        (Ticket, "booking_id"),
        (SeatClaim, "booking_id"),
    ):
        pairs = (paid.id, real.id) if by == "payment_id" else (theirs.id, ours.id)
        demo_rows, real_rows = [await table.filter(**{by: id}).order_by("id") for id in pairs]
        assert in_any_order(demo_rows) == in_any_order(real_rows)
    logged = [
        row for row in await SeatChange.filter(showtime_id=showtime.id) if set(row.seats) == set(theirs.quote.labels)
    ]
    assert in_any_order(logged, "available") == in_any_order(await SeatChange.filter(showtime_id=twin.id), "available")


def in_any_order(rows: Iterable[Model], *leave_out: str) -> list[str]:
    return sorted(repr(sorted(facts(row, *leave_out).items())) for row in rows)
