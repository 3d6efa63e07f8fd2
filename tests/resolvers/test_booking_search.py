"""Finding bookings at the desk: by reference, address, showtime and status, and what whoever found one may do with it."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

import clock
from domain.access import Actor, Role
from domain.bookings import BookingStatus, new_reference
from domain.payments import PaymentProvider
from domain.wrong_calls import Forbidden
from models.bookings import Booking, Hold, Ticket
from models.payments import Payment
from models.users import User
from resolvers import bookings, cancellations, payments, tickets
from resolvers.bookings import Sought
from tests.factories.sale import Sale, others
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer, make_staff
from tests.resolvers.refusals import refused
from tests.resolvers.sale_fixtures import Later

SERVING = (Role.STAFF, Role.CONCIERGE, Role.MANAGER)


@pytest.fixture
async def sam(sale: Sale) -> Actor:
    """Somebody at the desk."""
    return actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)


async def found(actor: Actor, **wanted: Any) -> list[str]:
    """The references of what is found, in order."""
    page = await bookings.find(actor, Sought(**wanted), 100, None)
    assert await page.count() == len(page.rows)
    return [row.reference for row in page.rows]


async def several(sale: Sale, later: Later) -> tuple[Booking, Booking, Booking]:
    """Two bookings of Ana, the second paid for, and then one of Ben."""
    (ben,) = await others(1)
    first = await sale.book("A1")
    later(seconds=1)
    second, _ = await sale.buy("A2")
    later(seconds=1)
    return first, second, await sale.book("A3", actor=ben)


async def test_without_a_filter_all_bookings_come_newest_first(sale: Sale, sam: Actor, later: Later) -> None:
    first, second, third = await several(sale, later)
    assert await found(sam) == [third.reference, second.reference, first.reference]
    page = await bookings.find(sam, Sought(), 2, None)
    rest = await bookings.find(sam, Sought(), 2, page.cursors[-1])
    assert [row.id for row in page.rows + rest.rows] == [third.id, second.id, first.id]
    assert (page.has_next, rest.has_next, await page.count()) == (True, False, 3)


async def test_a_reference_is_found_whatever_its_case_and_only_whole(sale: Sale, sam: Actor, later: Later) -> None:
    first, *_ = await several(sale, later)
    for typed in (first.reference, first.reference.lower(), f" {first.reference.lower()}\n"):
        assert await found(sam, reference=typed) == [first.reference]
    for typed in (first.reference[:5], first.reference + "A", "______", "%", "", "\0" * 6, "ß" * 6, "x" * 10_000):
        assert await found(sam, reference=typed) == []


async def test_an_address_is_found_in_any_case_and_only_whole(sale: Sale, sam: Actor, later: Later) -> None:
    first, second, _ = await several(sale, later)
    email = (await User.get(id=sale.ana.user_id)).email
    assert email is not None
    for typed in (email, email.upper(), f" {email} "):
        assert await found(sam, email=typed) == [second.reference, first.reference]
    for typed in (email[1:], "%@marquee.test", "nobody@marquee.test", "", "no address", "a\0@b.test"):
        assert await found(sam, email=typed) == []


async def test_a_showtime_s_bookings(sale: Sale, sam: Actor, later: Later) -> None:
    first, second, third = await several(sale, later)
    other = await make_showtime()
    assert await found(sam, showtime_id=sale.showtime.id) == [each.reference for each in (third, second, first)]
    assert await found(sam, showtime_id=other.id) == []
    assert (await bookings.find(sam, Sought().for_showtime(None), 10, None)).rows == []


async def test_filters_narrow_each_other(sale: Sale, sam: Actor, later: Later) -> None:
    first, second, third = await several(sale, later)
    ana = (await User.get(id=sale.ana.user_id)).email
    assert await found(sam, email=ana, status=BookingStatus.PENDING) == [first.reference]
    assert await found(sam, email=ana, status=BookingStatus.CONFIRMED) == [second.reference]
    assert await found(sam, email=ana, reference=third.reference) == []


async def every_kind(sale: Sale) -> list[Booking]:
    """A booking of every stored status, its time over or not, its film over or not."""
    now = clock.now()
    made = []
    for ends_in, expires_in, status in product((-1, 0, 1), (-1, 0, 1), BookingStatus):
        showtime = await make_showtime(starts_at=now + timedelta(hours=ends_in - 2))
        hold = await sale.hold(f"{'ABCDEFGHJK'[len(made) // 10]}{len(made) % 10 + 1}", actor=(await others(1))[0])
        made.append(
            await Booking.create(
                created_at=now + timedelta(seconds=len(made)),
                reference=new_reference(),
                user_id=hold.user_id,
                showtime_id=showtime.id,
                hold_id=hold.id,
                status=status,
                expires_at=now + timedelta(minutes=expires_in),
                lines=hold.lines,
                currency=hold.currency,
            )
        )
    return made


async def test_a_status_finds_exactly_those_that_show_it(
    sale: Sale, sam: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    made = await every_kind(sale)
    everywhere = replace(sam, venues=frozenset({(await row.showtime).venue_id for row in made}))
    shown = {row.id: bookings.status_now(row, await row.showtime) for row in made}
    assert set(shown.values()) == set(BookingStatus)
    for status in BookingStatus:
        wanted = [row.reference for row in reversed(made) if shown[row.id] is status]
        assert await found(everywhere, status=status) == wanted != []


@pytest.mark.parametrize("role", SERVING)
async def test_who_serves_customers_reads_any_booking_and_changes_none(sale: Sale, role: Role) -> None:
    serving = actor_of(await make_staff(role), sale.showtime.venue_id)
    paid, payment = await sale.buy("A1")
    unpaid = await sale.book("A2")
    seen = await bookings.one(serving, paid.id)
    assert seen is not None
    assert await payments.one(serving, payment.id) is not None
    assert await tickets.one(serving, (await Ticket.get(booking_id=paid.id)).id) is not None
    await refused(Forbidden, lambda: cancellations.cancel(serving, paid.id))
    await refused(Forbidden, lambda: cancellations.cancel(serving, paid.id, key="once"))
    gateways = {PaymentProvider.SANDBOX: sale.gateway}
    await refused(
        Forbidden, lambda: payments.start(serving, unpaid.id, PaymentProvider.SANDBOX, gateways=gateways, key="twice")
    )
    assert (await Payment.all().count(), sale.gateway.opened) == (1, [payment.id])
    hold = await Hold.get(id=unpaid.hold_id)
    assert await Hold.visible_to(serving).filter(id=hold.id).count() == 0


async def test_whoever_serves_may_cancel_what_is_their_own(sale: Sale) -> None:
    sam = actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)
    mine = await sale.book("A1", actor=sam)
    assert (await cancellations.cancel(sam, mine.id)).status is BookingStatus.CANCELLED


async def test_an_administrator_may_do_both(sale: Sale) -> None:
    admin = actor_of(await make_staff(Role.ADMIN))
    booking, _ = await sale.buy("A1")
    assert await found(admin, reference=booking.reference) == [booking.reference]
    assert (await cancellations.cancel(admin, booking.id)).status is BookingStatus.CANCELLED


async def test_others_find_nothing(sale: Sale, later: Later) -> None:
    """The gate keeps them out; should it ever be opened, there is still nothing to see."""
    await several(sale, later)
    assert await found(actor_of(await make_customer())) == []
    assert await found(sale.ana) == []
