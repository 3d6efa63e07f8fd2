"""Money that comes just as other people's holds run out: both are dealt with in one transaction."""

from domain.bookings import BookingStatus
from domain.payments import PaymentStatus
from models.bookings import Booking
from models.payments import Payment
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from resolvers import cancellations
from tests.factories.sale import Sale, others
from tests.resolvers.sale_fixtures import Later


async def test_a_payment_confirms_though_a_hold_beside_it_has_just_run_out(sale: Sale, later: Later) -> None:
    booking, payment = await paid_beside_a_lapsed_hold(sale, later)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert await causes() == ["HELD", "HELD", "EXPIRED", "BOOKED"]
    assert (await sale.state_of("A1"), await sale.state_of("A5", "A6")) == ({"AVAILABLE"}, {"BOOKED"})


async def test_a_booking_is_cancelled_though_a_hold_beside_it_has_just_run_out(sale: Sale, later: Later) -> None:
    booking, _ = await paid_beside_a_lapsed_hold(sale, later)
    await cancellations.cancel(sale.ana, booking.id)
    assert await causes() == ["HELD", "HELD", "EXPIRED", "CANCELLED"]
    assert await SeatClaim.all().count() == 0


async def paid_beside_a_lapsed_hold(sale: Sale, later: Later) -> tuple[Booking, Payment]:
    """Ana is about to pay for A5 and A6; nobody has swept up Ben's hold of A1, which is over."""
    (ben,) = await others(1)
    await sale.hold("A1", actor=ben)
    later(minutes=9)
    booking = await sale.book("A5", "A6")
    payment = await sale.start(booking)
    later(minutes=2)
    return booking, payment


async def causes() -> list[str]:
    """Why the map changed, version by version."""
    changes = await SeatChange.all().order_by("version")
    assert [change.version for change in changes] == list(range(1, len(changes) + 1))
    return [change.cause for change in changes]
