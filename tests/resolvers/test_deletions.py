"""Deleting an account: the seats, the sessions and the money, and what stands in the way."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor, Role
from domain.accounts import FRESH, Registration, SessionEnding
from domain.bookings import BookingStatus
from domain.events import Event
from domain.holds import HoldStatus
from domain.notices import Notice
from domain.payments import PaymentStatus
from domain.problems import AccountNotDeletable, InvalidCredentials
from domain.seat_maps import SeatMapChange
from domain.tasks import SendNotice
from domain.tickets import TicketStatus
from domain.wrong_calls import Unauthenticated
from models.audit_log import AuditEntry
from models.bookings import Booking, Hold, Ticket
from models.deletions import NAMELESS
from models.tasks import QueuedTask
from models.users import Session, User
from resolvers import accounts, deletions, profiles, sessions
from resolvers.sessions import Device
from tests.databases import Database
from tests.factories.sale import Sale, others
from tests.factories.users import PASSWORD, make_user
from tests.resolvers.refusals import refused
from tests.resolvers.sale_fixtures import Later

LAPTOP = Device("A laptop", "192.0.2.8")


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


@pytest.fixture
async def ana(sale: Sale, adapters: Adapters) -> Actor:
    """Ana, logged in twice, with a password."""
    await User.filter(id=sale.ana.user_id).update(password_hash=await adapters.passwords.hash(PASSWORD))
    user = await User.get(id=sale.ana.user_id)
    await sessions.log_in(str(user.email), PASSWORD, adapters=adapters, device=LAPTOP)
    given = await sessions.log_in(str(user.email), PASSWORD, adapters=adapters, device=LAPTOP)
    caller = await sessions.authenticate(given.access_token, adapters.tokens, clock.now())
    assert caller is not None
    return caller.actor


async def tasks_of(kind: str) -> list[dict[str, str]]:
    return [task.body for task in await QueuedTask.filter(kind=kind)]


async def test_what_is_held_is_free_again_and_viewers_see_it(
    sale: Sale, ana: Actor, adapters: Adapters, announced: list[Event]
) -> None:
    held = await sale.hold("A1", "A2")
    unpaid = await sale.book("B1")
    announced.clear()
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    assert await sale.state_of("A1", "A2", "B1") == {"AVAILABLE"}
    assert (await Hold.get(id=held.id)).status is HoldStatus.RELEASED
    assert (await Booking.get(id=unpaid.id)).status is BookingStatus.CANCELLED
    changes = [sorted(map(str, told.seats)) for told in announced if isinstance(told, SeatMapChange)]
    assert sorted(changes) == [["A1", "A2"], ["B1"]]


async def test_tickets_stay_valid_and_the_money_in_the_books(sale: Sale, ana: Actor, adapters: Adapters) -> None:
    booking, payment = await sale.buy("A1")
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    assert (await Ticket.get(booking_id=booking.id)).status is TicketStatus.VALID
    assert await sale.state_of("A1") == {"BOOKED"}
    await booking.refresh_from_db()
    await payment.refresh_from_db()
    assert (booking.status, booking.user_id) == (BookingStatus.CONFIRMED, ana.user_id)
    assert (payment.status, payment.amount) == (PaymentStatus.SUCCEEDED, booking.total)


async def test_all_sessions_end_the_owner_is_told_and_it_is_written_down(
    sale: Sale, ana: Actor, adapters: Adapters
) -> None:
    address = (await User.get(id=ana.user_id)).email
    await User.filter(id=ana.user_id).update(preferences={"language": "vi"})
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    endings = [session.ended_because for session in await Session.filter(user_id=ana.user_id)]
    assert endings == [SessionEnding.DELETED, SessionEnding.DELETED]
    assert ana.session_id is not None
    assert await Session.owner(ana.session_id, clock.now()) is None
    told = {"user_id": str(ana.user_id), "notice": Notice.ACCOUNT_DELETED.value, "to": address, "language": "vi"}
    assert await tasks_of(SendNotice.kind) == [told]
    entry = await AuditEntry.get(action="DELETE_ACCOUNT")
    assert (entry.user_id, entry.subject_id, entry.before, entry.after) == (ana.user_id, ana.user_id, {}, {})


async def test_the_address_opens_a_new_account_that_has_nothing_of_the_old(
    sale: Sale, ana: Actor, adapters: Adapters
) -> None:
    await sale.buy("A1")
    address = str((await User.get(id=ana.user_id)).email)
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    with pytest.raises(InvalidCredentials):
        await sessions.log_in(address, PASSWORD, adapters=adapters, device=LAPTOP)
    given = await accounts.register(Registration("Ana", address, PASSWORD), adapters=adapters, device=LAPTOP)
    assert given.user.id != ana.user_id
    assert await Booking.filter(user_id=given.user.id).count() == 0
    assert (await User.get(id=ana.user_id)).name == NAMELESS


async def test_a_wrong_password_deletes_nothing(sale: Sale, ana: Actor, adapters: Adapters) -> None:
    await sale.hold("A1")
    for wrong in ("wrong", "", None, "x" * 2_000):

        def delete(given: str | None = wrong) -> object:
            return deletions.delete(ana, given, adapters=adapters)

        await refused(InvalidCredentials, delete)


async def test_who_has_no_password_has_just_logged_in(sale: Sale, ana: Actor, adapters: Adapters, later: Later) -> None:
    await User.filter(id=ana.user_id).update(password_hash=None)
    later(seconds=FRESH.total_seconds())
    await refused(InvalidCredentials, lambda: deletions.delete(ana, None, adapters=adapters))
    await Session.filter(id=ana.session_id).update(created_at=clock.now() - FRESH + timedelta(seconds=1))
    await deletions.delete(ana, None, adapters=adapters)
    assert (await User.get(id=ana.user_id)).deleted_at is not None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CUSTOMER}))
async def test_the_staff_have_their_roles_taken_away_first(
    role: Role, sale: Sale, ana: Actor, adapters: Adapters
) -> None:
    await User.filter(id=ana.user_id).update(role_names=["CUSTOMER", role.value])
    await sale.hold("A1")
    await refused(AccountNotDeletable, lambda: deletions.delete(ana, PASSWORD, adapters=adapters))
    assert await sale.state_of("A1") == {"HELD"}


async def test_money_on_its_way_is_waited_for(sale: Sale, ana: Actor, adapters: Adapters) -> None:
    await sale.hold("B1")
    payment = await sale.start(await sale.book("A1"))
    await refused(AccountNotDeletable, lambda: deletions.delete(ana, PASSWORD, adapters=adapters))
    await sale.tell(payment, PaymentStatus.FAILED)
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    assert await sale.state_of("A1", "B1") == {"AVAILABLE"}


async def test_an_offer_is_answered_first(sale: Sale, ana: Actor, adapters: Adapters, later: Later) -> None:
    (ben,) = await others(1)
    payment = await sale.start(await sale.book("A1"))
    later(minutes=11)
    await sale.hold("A1", actor=ben)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    refusal = await refused(AccountNotDeletable, lambda: deletions.delete(ana, PASSWORD, adapters=adapters))
    assert "offered" in refusal.message


async def test_whose_account_is_gone_neither_changes_nor_deletes_it(sale: Sale, ana: Actor, adapters: Adapters) -> None:
    answers = await asyncio.gather(
        *(deletions.delete(ana, PASSWORD, adapters=adapters) for _ in range(3)), return_exceptions=True
    )
    refusals = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [type(refusal) for refusal in refusals] == [Unauthenticated, Unauthenticated]
    await refused(Unauthenticated, lambda: profiles.edit(ana, {"name": "Ana again"}))
    assert await AuditEntry.filter(action="DELETE_ACCOUNT").count() == 1


async def test_nobody_else_loses_anything(sale: Sale, ana: Actor, adapters: Adapters) -> None:
    (ben,) = await others(1)
    await sale.hold("A1", actor=ben)
    other = await make_user(Role.CUSTOMER, name="Cy")
    before = [await User.get(id=ben.user_id).values(), await User.get(id=other.id).values(), await Hold.all().values()]
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    after = [await User.get(id=ben.user_id).values(), await User.get(id=other.id).values(), await Hold.all().values()]
    assert after == before
    assert await sale.state_of("A1") == {"HELD"}
    with pytest.raises(Unauthenticated):
        await deletions.delete(Actor(uuid4()), PASSWORD, adapters=adapters)
