"""Two venues, and something of everything that belongs to somebody at one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import clock
from domain.access import Actor, Role
from domain.payments import PaymentStatus
from domain.refunds import ATTEMPTS, RefundStatus
from domain.traces import Trace
from models.audit_log import AuditEntry
from models.bookings import Booking, Ticket
from models.payments import Payment
from models.refunds import Refund
from models.users import Session
from resolvers import cancellations, invitations
from resolvers.unit_of_work import unit_of_work
from schema.ids import global_id
from settings import Settings
from tests.factories.messages import make_dead_letter
from tests.factories.sale import Sale, open_sale
from tests.factories.users import actor_of, make_staff


@dataclass(frozen=True)
class Belongings:
    """What there is at one venue, by kind; Ana has bought it there, and Ada runs the house."""

    sale: Sale
    ids: Mapping[str, UUID]
    ana: Actor
    ada: Actor

    def id(self, kind: str) -> str:
        """The global id of the one of this kind."""
        return global_id("User" if kind == "Colleague" else kind, self.ids[kind])

    async def stranger(self, role: Role, venue_id: UUID) -> Actor:
        """Somebody logged in, of this role, who has nothing to do with this venue but works at that one."""
        user = await make_staff(role, "Ben")
        return replace(actor_of(user, venue_id), session_id=(await _session(user.id)).id)

    async def bought_by(self, actor: Actor) -> Booking:
        """What somebody else has bought here."""
        booking = await self.sale.book("D1", actor=actor)
        payment = await self.sale.start(booking, actor=actor)
        await self.sale.tell(payment, PaymentStatus.SUCCEEDED)
        return booking


async def belongings(settings: Settings) -> Belongings:
    """A venue at which a customer has done whatever can be done."""
    sale = await open_sale(settings)
    ada, sam = await make_staff(Role.SUPER_ADMIN, "Ada"), await make_staff(Role.STAFF, "Sam")
    administrator = actor_of(ada)
    paid, _ = await sale.buy("A1", "A2")
    returned, _ = await sale.buy("B1")
    await cancellations.cancel(sale.ana, returned.id)
    await Refund.all().update(status=RefundStatus.FAILED, attempt=ATTEMPTS)
    payment = await Payment.get(booking_id=paid.id)
    refund = await Refund.get(booking_id=returned.id)
    hold = await sale.hold("C1")
    sent = await invitations.invite(
        administrator, "mai@marquee.test", [Role.STAFF], [sale.showtime.venue_id], settings.invitation_days
    )
    async with unit_of_work() as work:
        seen = Trace("SETTLE_COUNTER_PAYMENT", "Payment", payment.id, sale.showtime.venue_id)
        await work.record(actor_of(sam, sale.showtime.venue_id), seen)
        await work.record(replace(sale.ana, served_by=ada.id), seen)
    entry = await AuditEntry.filter(subject_id=paid.id).first() or await AuditEntry.all().order_by("-number").first()
    assert entry is not None
    assert sale.ana.user_id is not None
    ids = {
        "User": sale.ana.user_id,
        "Colleague": sam.id,
        "ActiveSession": (await _session(sale.ana.user_id)).id,
        "Hold": hold.id,
        "Booking": paid.id,
        "Ticket": (await Ticket.filter(booking_id=paid.id).order_by("seat").first() or Ticket()).id,
        "Payment": payment.id,
        "Refund": refund.id,
        "PaymentMessage": (await make_dead_letter(payment.id)).id,
        "Invitation": sent.id,
        "AuditEntry": entry.id,
        "Venue": sale.showtime.venue_id,
        "Screen": sale.showtime.screen_id,
        "Showtime": sale.showtime.id,
        "Movie": sale.showtime.movie_id,
    }
    return Belongings(sale, ids, sale.ana, administrator)


async def _session(user_id: UUID) -> Session:
    now = clock.now()
    return await Session.create(created_at=now, user_id=user_id, expires_at=now.replace(year=now.year + 1), used_at=now)
