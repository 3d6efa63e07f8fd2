"""Who pays after the seats were sold to somebody else."""

from domain.payments import PaymentStatus
from models.bookings import Booking
from models.payments import Payment
from tests.factories.sale import Sale, others
from tests.resolvers.sale_fixtures import Later

DONE = PaymentStatus.SUCCEEDED


async def too_late(sale: Sale, later: Later, *seats: str, sold: str = "") -> tuple[Booking, Payment]:
    """Ana pays for these seats after Ben has bought one of them."""
    (ben,) = await others(1)
    booking = await sale.book(*seats)
    payment = await sale.start(booking)
    later(minutes=11)
    bens = await sale.book(sold or seats[0], actor=ben)
    await sale.tell(await sale.start(bens, actor=ben), DONE)
    await sale.tell(payment, DONE)
    return await Booking.get(id=booking.id), payment
