"""An evening in which everything went right, with a row of everything that an audit looks at."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import clock
from adapters.payments.base import Message
from domain.payments import News, PaymentStatus
from models.base import SqlValue, sql
from models.bookings import Booking, Hold
from models.inbox import PaymentMessage
from models.payments import Payment
from resolvers import cancellations, inbox
from tests.factories.sale import Sale, others
from tests.resolvers.sale_fixtures import Later


@dataclass
class World:
    """An evening in which everything went right: each row that a fault is planted in has done its part."""

    sale: Sale
    bought: Booking
    bought_with: Payment
    pending: Booking
    hold: Hold
    returned: Booking
    offered: Booking
    message: PaymentMessage
    now: datetime

    async def id_of(self, table: str, booking: Booking) -> UUID:
        """The one row that a booking has in a table."""
        (row,) = await sql(f"SELECT id FROM {table} WHERE booking_id = $1", booking.id)
        return UUID(str(row["id"]))


async def evening_of(sale: Sale, later: Later) -> World:
    """Sell, give back and offer, so that there is a row of everything."""
    late = await sale.book("D1")
    paid_late = await sale.start(late)
    later(minutes=11)
    (ben,) = await others(1)
    await sale.start(await sale.book("D1", actor=ben), actor=ben)
    await sale.tell(paid_late, PaymentStatus.SUCCEEDED)
    returned, _ = await sale.buy("B1")
    await cancellations.cancel(sale.ana, returned.id)
    bought, payment = await sale.buy("A1", "A2")
    event = replace(sale.event(payment, News.PROCESSING), event_id="evt_1")
    await inbox.receive(Message("evt_1", "payment.processing", "{}", event), payment.provider)
    assert await inbox.apply_next(sale.house)
    return World(
        sale=sale,
        bought=bought,
        bought_with=payment,
        pending=await sale.book("B2"),
        hold=await sale.hold("C1"),
        returned=returned,
        offered=await Booking.get(id=late.id),
        message=await PaymentMessage.get(),
        now=clock.now(),
    )


async def change(table: str, id: UUID, **values: SqlValue) -> None:
    """Write into a row, past everything that forbids it."""
    changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=2))
    await sql(f"UPDATE {table} SET {changes} WHERE id = $1", id, *values.values())
