"""Invitations: accepted once, in time, by whoever reads that mail; and an account that exists is never taken over."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple
from uuid import uuid4

import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor, Role
from domain.accounts import WayIn
from domain.problems import InvalidInput, InvitationOver, StaffingRefused
from domain.staffing import InvitationStatus
from domain.tasks import SendInvitation, from_body
from domain.wrong_calls import Forbidden, NotFound, Unauthenticated, WrongCall
from models.audit_log import AuditEntry
from models.staff import Invitation, Posting
from models.tasks import QueuedTask
from models.users import Session, User
from models.venues import Venue
from resolvers import invitations, sessions
from resolvers.invitations import Newcomer
from resolvers.sessions import Device, LoggedIn
from tests.databases import Database
from tests.factories.users import PASSWORD, actor_of, make_customer, make_staff
from tests.factories.venues import make_venue
from tests.races.rivals import race
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later, later

__all__ = ["later"]

MAI = Newcomer("Mai", "popcorn-and-a-film")
ADDRESS = "mai@marquee.test"
NOBODY = Actor.anonymous()


class House(NamedTuple):
    """An administrator, a venue, and the adapters of their house."""

    ada: Actor
    venue: Venue
    adapters: Adapters

    async def invite(self, *roles: Role, email: str = ADDRESS, by: Actor | None = None) -> Invitation:
        return await invitations.invite(by or self.ada, email, roles or [Role.STAFF], [self.venue.id], 7)

    async def accept(self, invitation: Invitation, newcomer: Newcomer = MAI, actor: Actor = NOBODY) -> LoggedIn:
        token = self.adapters.codes.write_invitation(invitation.id)
        return await invitations.accept(actor, token, newcomer, self.adapters, Device("A laptop", "192.0.2.7"))

    async def logged_in(self, email: str = ADDRESS, *, verified: bool = True) -> Actor:
        """Somebody who buys here already."""
        user = await make_customer("Mai", await self.adapters.passwords.hash(PASSWORD))
        await User.filter(id=user.id).update(email=email, email_verified_at=clock.now() if verified else None)
        given = await sessions.log_in(email, PASSWORD, adapters=self.adapters, device=Device())
        caller = await sessions.authenticate(given.access_token, self.adapters.tokens, clock.now())
        assert caller is not None
        return caller.actor


@pytest.fixture
async def house(database: Database) -> House:
    return House(actor_of(await make_staff(Role.ADMIN, "Ada")), await make_venue(), adapters_from(database.settings))


async def test_whoever_accepts_has_an_account_with_these_roles_at_these_venues(house: House) -> None:
    sent = await house.invite(Role.STAFF, Role.EDITOR, email=f" {ADDRESS.upper()} ")
    assert [from_body(task.kind, task.body) for task in await QueuedTask.all()] == [SendInvitation(sent.id)]
    given = await house.accept(sent)
    user = await User.get(email=ADDRESS)
    assert (user.roles, user.name, user.is_staff) == ({Role.STAFF, Role.EDITOR}, "Mai", True)
    assert user.email_verified_at is not None
    assert await Posting.of(user.id) == {house.venue.id}
    caller = await sessions.authenticate(given.access_token, house.adapters.tokens, clock.now())
    assert caller is not None
    assert (caller.actor.roles, caller.actor.venues) == ({Role.STAFF, Role.EDITOR}, {house.venue.id})
    assert (await Session.get(user_id=user.id)).way_in is WayIn.INVITATION
    told = [(each.action, each.user_id, each.address) for each in await AuditEntry.all().order_by("number")]
    assert told[:2] == [("INVITE_STAFF", house.ada.user_id, ""), ("ACCEPT_INVITATION", user.id, "192.0.2.7")]
    assert "token" not in str(await AuditEntry.all().values()).lower()
    await sessions.log_in(ADDRESS, "popcorn-and-a-film", adapters=house.adapters, device=Device())


async def test_an_invitation_works_once(house: House) -> None:
    sent = await house.invite()
    await house.accept(sent)
    await refused(InvitationOver, lambda: house.accept(sent))
    assert invitations.status_now(await Invitation.get(id=sent.id)) is InvitationStatus.ACCEPTED


@pytest.mark.parametrize("has_account", [False, True])
async def test_of_many_who_accept_at_once_one_does(house: House, has_account: bool) -> None:
    actor = await house.logged_in() if has_account else NOBODY
    sent = await house.invite()
    before = await User.all().count()
    outcomes = await race([partial(house.accept, sent, MAI, actor) for _ in range(8)])
    accepted = [each for each in outcomes if isinstance(each, LoggedIn)]
    over = [each for each in outcomes if isinstance(each, InvitationOver | Unauthenticated)]
    assert (len(accepted), len(over)) == (1, 7), outcomes
    assert await User.all().count() == before + (not has_account)
    assert await Posting.all().count() == 1


async def test_it_is_over_after_its_days_and_when_it_is_withdrawn(house: House, later: Later) -> None:
    late, taken_back = await house.invite(), await house.invite()
    await invitations.withdraw(house.ada, taken_back.id)
    assert (await invitations.withdraw(house.ada, taken_back.id)).withdrawn_at is not None
    await refused(InvitationOver, lambda: house.accept(taken_back))
    assert late.expires_at - late.created_at == timedelta(days=7)
    later(days=6, hours=23)
    page = await invitations.find(house.ada, is_open=True, first=10, after=None)
    assert [row.id for row in page.rows] == [late.id]
    later(hours=2)
    await refused(InvitationOver, lambda: house.accept(late))
    assert (await invitations.find(house.ada, is_open=True, first=10, after=None)).rows == []
    assert await (await invitations.find(house.ada, is_open=False, first=10, after=None)).count() == 2


async def test_a_token_that_is_none_opens_nothing(house: House) -> None:
    sent = await house.invite()
    token = house.adapters.codes.write_invitation(sent.id)
    never = house.adapters.codes.write_invitation(uuid4())
    for wrong in (
        "",
        token[:-1],
        token + "A",
        ("B" if token[0] == "A" else "A") + token[1:],
        never,
        "é" * 64,
        "\0" * 64,
    ):
        await refused(InvitationOver, partial(invitations.accept, NOBODY, wrong, MAI, house.adapters, Device()))


async def test_an_account_that_exists_is_joined_by_its_owner_and_nobody_else(house: House) -> None:
    mai, ben = await house.logged_in(), await house.logged_in("ben@marquee.test")
    sent = await house.invite()
    await refused(Unauthenticated, lambda: house.accept(sent))
    await refused(Forbidden, lambda: house.accept(sent, actor=ben))
    served = Actor(mai.user_id, mai.roles, mai.session_id, served_by=house.ada.user_id)
    await refused(Unauthenticated, lambda: house.accept(sent, actor=served))
    before = (await User.get(id=mai.user_id)).password_hash
    given = await house.accept(sent, actor=mai)
    user = await User.get(id=mai.user_id)
    assert (user.roles, user.password_hash, user.name) == ({Role.CUSTOMER, Role.STAFF}, before, "Mai")
    assert await Posting.of(user.id) == {house.venue.id}
    assert await Session.filter(user_id=user.id).count() == 1  # it goes on, with its next tokens
    await sessions.refresh(given.refresh_token, adapters=house.adapters)


async def test_an_address_that_nobody_has_proved_joins_nothing(house: House) -> None:
    mai = await house.logged_in(verified=False)
    sent = await house.invite()
    await refused(Forbidden, lambda: house.accept(sent, actor=mai))
    assert (await User.get(id=mai.user_id)).roles == {Role.CUSTOMER}


@pytest.mark.parametrize(
    ("newcomer", "named"),
    [(Newcomer(), ["name", "password"]), (Newcomer("Mai", "short"), ["password"]), (Newcomer("", PASSWORD), ["name"])],
)
async def test_a_new_account_needs_a_name_and_a_password(house: House, newcomer: Newcomer, named: list[str]) -> None:
    sent = await house.invite()
    problem = await refused(InvalidInput, lambda: house.accept(sent, newcomer))
    assert [field.path for field in problem.fields] == [(name,) for name in named]


async def test_who_may_invite_whom(house: House) -> None:
    olga = actor_of(await make_staff(Role.SUPER_ADMIN, "Olga"))
    powerful = await house.invite(Role.ADMIN, Role.STAFF, by=olga)
    cases: list[tuple[type[Exception], Callable[[], Awaitable[object]]]] = [
        (StaffingRefused, lambda: house.invite(Role.ADMIN)),
        (StaffingRefused, lambda: house.invite(Role.STAFF, Role.SUPER_ADMIN)),
        (StaffingRefused, lambda: house.invite(Role.EDITOR)),  # is posted nowhere
        (StaffingRefused, lambda: invitations.withdraw(house.ada, powerful.id)),
        (NotFound, lambda: invitations.invite(house.ada, ADDRESS, [Role.STAFF], [uuid4()], 7)),
        (NotFound, lambda: invitations.withdraw(house.ada, uuid4())),
        (InvalidInput, lambda: invitations.invite(house.ada, "mai", [Role.STAFF], [], 7)),
        (InvalidInput, lambda: house.invite(Role.CUSTOMER)),
        (InvalidInput, lambda: invitations.invite(house.ada, ADDRESS, [], [], 7)),
    ]
    for problem, call in cases:
        await refused(problem, call)
    await house.accept(powerful)
    await refused(InvitationOver, lambda: invitations.withdraw(olga, powerful.id))


@pytest.mark.parametrize("change", [{"role_names": ["STAFF"]}, {"locked_at": clock.now()}, {"deleted_at": clock.now()}])
async def test_an_invitation_is_worth_no_more_than_whoever_sent_it(house: House, change: dict[str, object]) -> None:
    sent = await house.invite()
    await User.filter(id=house.ada.user_id).update(**change)
    before = await everything()
    with pytest.raises((InvitationOver, WrongCall)):
        await house.accept(sent)
    assert await everything() == before
