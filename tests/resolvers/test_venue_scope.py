"""Staff and managers have the rights of the venues they are posted to: what belongs to another is not there for them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

import clock
from domain.access import Actor, Role
from domain.refunds import ATTEMPTS, RefundStatus
from domain.scheduling import ShowtimeDetails
from domain.wrong_calls import Forbidden, NotFound
from models.bookings import Booking, Ticket
from models.inbox import PaymentMessage
from models.payments import Payment
from models.refunds import Refund
from resolvers import (
    bookings,
    cancellations,
    counter,
    inbox,
    payment_desk,
    payments,
    refunds,
    sales,
    showtime_cancellations,
    showtimes,
    tickets,
)
from resolvers.cancellations import Override
from settings import Settings
from subscriptions import bookings as streams, house
from tests.databases import Database
from tests.factories.messages import make_dead_letter
from tests.factories.sale import Sale, open_sale
from tests.factories.users import actor_of, make_staff
from tests.factories.venues import make_venue
from tests.resolvers.refusals import everything, refused


@dataclass(frozen=True)
class Place:
    """A venue with something of everything that staff may want to see or touch."""

    sale: Sale
    booking: Booking
    payment: Payment
    refund: Refund
    message: PaymentMessage

    @property
    def venue_id(self) -> UUID:
        return self.sale.showtime.venue_id

    async def staffed(self, role: Role) -> Actor:
        return actor_of(await make_staff(role), self.venue_id)


async def place(settings: Settings) -> Place:
    sale = await open_sale(settings)
    booking, payment = await sale.buy("A1")
    given_up, _ = await sale.buy("B1")
    await cancellations.cancel(sale.ana, given_up.id)
    await Refund.all().update(status=RefundStatus.FAILED, attempt=ATTEMPTS)
    return Place(sale, booking, payment, await Refund.get(booking_id=given_up.id), await make_dead_letter(payment.id))


@pytest.fixture
async def here(database: Database) -> Place:
    return await place(database.settings)


@pytest.fixture
async def there(database: Database) -> Place:
    return await place(database.settings)


@pytest.mark.parametrize("role", [Role.STAFF, Role.MANAGER])
async def test_what_belongs_to_another_venue_is_not_there(here: Place, there: Place, role: Role) -> None:
    actor = await here.staffed(role)
    for at, seen in ((here, True), (there, False)):
        ticket = await Ticket.get(booking_id=at.booking.id)
        found = [
            await bookings.one(actor, at.booking.id),
            await tickets.one(actor, ticket.id),
            await payments.one(actor, at.payment.id),
            await refunds.one(actor, at.refund.id),
        ]
        assert [row is not None for row in found] == [seen] * 4


async def test_lists_and_their_totals_are_of_the_own_venues(here: Place, there: Place) -> None:
    unknown = await make_dead_letter(None)
    manager, admin = await here.staffed(Role.MANAGER), actor_of(await make_staff(Role.ADMIN))
    nobody = actor_of(await make_staff(Role.MANAGER))
    both = actor_of(await make_staff(Role.MANAGER), here.venue_id, there.venue_id)

    async def counted(actor: Actor) -> list[int]:
        pages = [
            await bookings.find(actor, bookings.Sought(), 100, None),
            await payment_desk.find(actor, payment_desk.Sought(), 100, None),
            await inbox.find(actor, None, None, first=100, after=None),
        ]
        totals = [await page.count() for page in pages]
        assert [len(page.rows) for page in pages] == totals
        return totals

    assert [await counted(each) for each in (manager, nobody, both, admin)] == [
        [2, 2, 1],
        [0, 0, 0],
        [4, 4, 2],
        [4, 4, 3],
    ]
    assert await inbox.one(both, unknown.id) is None
    assert await inbox.one(admin, unknown.id) is not None


Deed = Callable[[Actor, Place], Awaitable[object]]
DEEDS: dict[str, Deed] = {
    "refundPayment": lambda actor, at: payment_desk.refund(actor, at.payment.id, "1.00", "because"),
    "retryRefund": lambda actor, at: payment_desk.retry(actor, at.refund.id),
    "replayMessage": lambda actor, at: inbox.replay(actor, at.message.id),
    "settleCounterPayment": lambda actor, at: counter.settle_payment(actor, at.payment.id, at.sale.house),
    "settleCounterRefund": lambda actor, at: counter.settle_refund(actor, at.refund.id),
    "refundTickets": lambda actor, at: cancellations.refund_tickets(actor, at.booking.id, None, Override(100, "why")),
    "cancelBooking": lambda actor, at: cancellations.cancel(actor, at.booking.id),
    "refundQuote": lambda actor, at: cancellations.quote(actor, at.booking.id, None),
    "sales": lambda actor, at: sales.at_venue(actor, at.venue_id, None, None),
    "houseNow": lambda actor, at: anext(house.events(actor, at.venue_id, 1.0)),
    "booking": lambda actor, at: anext(streams.events(actor, at.booking.id)),
    "cancelShowtime": lambda actor, at: showtime_cancellations.cancel(actor, at.sale.showtime.id),
    "createShowtime": lambda actor, at: showtimes.schedule(
        actor,
        at.sale.showtime.movie_id,
        at.sale.showtime.screen_id,
        ShowtimeDetails(clock.now() + timedelta(days=3), "250"),
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_is_done_is_done_at_the_own_venues_only(here: Place, there: Place, deed: str) -> None:
    manager, nobody = await here.staffed(Role.MANAGER), actor_of(await make_staff(Role.MANAGER))
    before = await everything()
    await refused(NotFound, lambda: DEEDS[deed](manager, there))
    await refused(NotFound, lambda: DEEDS[deed](nobody, here))
    assert await everything() == before
    try:
        await DEEDS[deed](manager, here)
    except NotFound:
        pytest.fail("It is there.")
    except Exception:  # noqa: BLE001 - a rule of the business may refuse it; the venue does not
        assert deed in ("settleCounterPayment", "settleCounterRefund", "cancelBooking")


async def test_a_manager_decides_above_the_policy_at_the_own_venue_only_even_for_what_is_bought_elsewhere(
    here: Place, there: Place
) -> None:
    manager = await here.staffed(Role.MANAGER)
    booking = await there.sale.book("C1", actor=manager)
    await refused(
        Forbidden, lambda: cancellations.refund_tickets(manager, booking.id, None, Override(100, "for myself"))
    )


async def test_the_house_of_a_manager_is_the_venues_of_the_posting(here: Place, there: Place) -> None:
    for at in (here, there):
        await at.sale.hold("D1", actor=at.sale.ana)
    manager, empty = await here.staffed(Role.MANAGER), actor_of(await make_staff(Role.MANAGER), (await make_venue()).id)
    shown = {
        who: {now.showtime.id for now in (await anext(house.events(actor, None, 1.0))).showtimes}
        for who, actor in {"manager": manager, "empty": empty, "house": Actor.system()}.items()
    }
    assert shown == {
        "manager": {here.sale.showtime.id},
        "empty": set(),
        "house": {here.sale.showtime.id, there.sale.showtime.id},
    }
