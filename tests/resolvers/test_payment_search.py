"""Payments are found by whatever somebody at the desk has in hand."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.access import Actor, Role
from domain.payments import PaymentStatus
from models.payments import Capture
from resolvers import payment_desk
from resolvers.payment_desk import Sought
from tests.factories.sale import Sale
from tests.factories.users import actor_of, make_staff
from tests.factories.venues import make_venue
from tests.resolvers.sale_fixtures import Later


@pytest.fixture
async def manager(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER), sale.showtime.venue_id)


async def test_payments_are_found_by_any_name_and_between_two_moments(sale: Sale, manager: Actor, later: Later) -> None:
    booking, first = await sale.buy("A1")
    later(minutes=1)
    second = await sale.start(await sale.book("A2"))

    async def found(sought: Sought) -> list[UUID]:
        page = await payment_desk.find(manager, sought, 10, None)
        return [payment.id for payment in page.rows]

    assert await found(Sought()) == [second.id, first.id]
    assert await found(Sought(reference=booking.reference.lower())) == [first.id]
    assert await found(Sought(provider_ref=second.provider_ref)) == [second.id]
    await Capture.all().update(capture_ref="pi_1")
    assert await found(Sought(provider_ref="pi_1")) == [first.id]
    assert await found(Sought(since=second.created_at)) == [second.id]
    assert await found(Sought(until=second.created_at)) == [first.id]
    assert await found(Sought(since=second.created_at + timedelta(seconds=1))) == []
    assert await found(Sought(showtime_id=sale.showtime.id, status=PaymentStatus.PENDING)) == [second.id]
    elsewhere = actor_of(await make_staff(Role.MANAGER), (await make_venue()).id)
    for stranger in (sale.ana, elsewhere, actor_of(await make_staff(Role.MANAGER))):
        page = await payment_desk.find(stranger, Sought(), 10, None)
        assert (page.rows, await page.count()) == ([], 0)
