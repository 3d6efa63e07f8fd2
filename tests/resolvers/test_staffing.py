"""Staff: who decides over whom, what ends when somebody loses a right, and the owner a house always has."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import permutations
from uuid import UUID, uuid4

import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor, Role
from domain.accounts import SessionEnding
from domain.notices import Notice
from domain.problems import InvalidCredentials, InvalidInput, StaffingRefused
from domain.tasks import SendNotice, from_body
from domain.wrong_calls import Forbidden, NotFound
from models.audit_log import AuditEntry
from models.staff import Posting
from models.tasks import QueuedTask
from models.users import Session, User
from resolvers import sessions, staffing
from resolvers.sessions import Device, LoggedIn
from resolvers.unit_of_work import Work
from subscriptions import sessions as open_sessions
from tests.databases import Database
from tests.factories.users import PASSWORD, actor_of, make_customer, make_staff, post
from tests.factories.venues import make_venue
from tests.races.rivals import race
from tests.resolvers.refusals import refused

CUSTOMER, STAFF, MANAGER, ADMIN, OWNER = Role.CUSTOMER, Role.STAFF, Role.MANAGER, Role.ADMIN, Role.SUPER_ADMIN


@pytest.fixture
async def ada(database: Database) -> Actor:
    """An administrator."""
    return actor_of(await make_staff(ADMIN, "Ada"))


@pytest.fixture
async def olga(database: Database) -> Actor:
    """The owner."""
    return actor_of(await make_staff(OWNER, "Olga"))


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


async def log_in(user: User, adapters: Adapters) -> LoggedIn:
    await User.filter(id=user.id).update(password_hash=await adapters.passwords.hash(PASSWORD))
    return await sessions.log_in(str(user.email), PASSWORD, adapters=adapters, device=Device())


async def ending(user: User) -> list[SessionEnding | None]:
    return [session.ended_because for session in await Session.filter(user_id=user.id)]


async def traces() -> list[tuple[str, UUID | None, UUID | None, object, object]]:
    entries = await AuditEntry.exclude(action="LOG_IN").order_by("number")
    return [(each.action, each.user_id, each.subject_id, each.before, each.after) for each in entries]


async def test_roles_are_given_and_taken_and_traced(ada: Actor) -> None:
    sam = await make_customer("Sam")
    assert (await staffing.set_roles(ada, sam.id, [STAFF, Role.EDITOR])).roles == {STAFF, Role.EDITOR}
    found = await User.get(id=sam.id)
    assert (found.roles, found.is_staff) == ({STAFF, Role.EDITOR}, True)
    await staffing.set_roles(ada, sam.id, [CUSTOMER])
    assert not (await User.get(id=sam.id)).is_staff
    await staffing.set_roles(ada, sam.id, [CUSTOMER])  # nothing changes: nothing is traced
    told = [
        ("SET_ROLES", ada.user_id, sam.id, {"roles": ["CUSTOMER"]}, {"roles": ["EDITOR", "STAFF"]}),
        ("SET_ROLES", ada.user_id, sam.id, {"roles": ["EDITOR", "STAFF"]}, {"roles": ["CUSTOMER"]}),
    ]
    assert await traces() == told


async def test_administrators_do_not_decide_over_their_like(ada: Actor, olga: Actor) -> None:
    other, sam = await make_staff(ADMIN), await make_staff(STAFF)
    for problem, call in (
        (StaffingRefused, lambda: staffing.set_roles(ada, other.id, [CUSTOMER])),
        (StaffingRefused, lambda: staffing.set_roles(ada, sam.id, [ADMIN])),
        (StaffingRefused, lambda: staffing.set_roles(ada, sam.id, [STAFF, OWNER])),
        (StaffingRefused, lambda: staffing.lock(ada, other.id, "because")),
        (StaffingRefused, lambda: staffing.unlock(ada, other.id)),
        (StaffingRefused, lambda: staffing.post(ada, other.id, [])),
        (StaffingRefused, lambda: staffing.lock(ada, olga.user_id or uuid4(), "because")),
        (StaffingRefused, lambda: staffing.set_roles(ada, ada.user_id or uuid4(), [OWNER])),
        (StaffingRefused, lambda: staffing.lock(olga, olga.user_id or uuid4(), "because")),
        (NotFound, lambda: staffing.set_roles(ada, uuid4(), [STAFF])),
        (InvalidInput, lambda: staffing.set_roles(ada, sam.id, [])),
        (InvalidInput, lambda: staffing.lock(ada, sam.id, " ")),
    ):
        await refused(problem, call)
    assert (await staffing.set_roles(olga, other.id, [STAFF])).roles == {STAFF}
    assert (await staffing.set_roles(olga, sam.id, [ADMIN])).roles == {ADMIN}


@pytest.mark.parametrize("stale", [{"role_names": ["STAFF"]}, {"locked_at": clock.now()}, {"deleted_at": clock.now()}])
async def test_whoever_decides_must_still_be_who_they_were(ada: Actor, stale: dict[str, object]) -> None:
    sam = await make_staff(STAFF)
    await User.filter(id=ada.user_id).update(**stale)
    await refused(Forbidden, lambda: staffing.set_roles(ada, sam.id, [CUSTOMER]))
    # Nor may they have become more than this call was let in as.
    await User.filter(id=ada.user_id).update(role_names=["ADMIN", "SUPER_ADMIN"], locked_at=None, deleted_at=None)
    await refused(StaffingRefused, lambda: staffing.set_roles(ada, sam.id, [ADMIN]))


async def test_whoever_loses_a_role_is_logged_out_and_posted_nowhere(ada: Actor, adapters: Adapters) -> None:
    sam, venue = await make_staff(STAFF), await make_venue()
    await post(sam.id, venue.id)
    await log_in(sam, adapters)
    await staffing.set_roles(ada, sam.id, [STAFF, MANAGER])
    assert (await ending(sam), await Posting.of(sam.id)) == ([None], {venue.id})
    await staffing.set_roles(ada, sam.id, [Role.EDITOR])
    assert (await ending(sam), await Posting.of(sam.id)) == ([SessionEnding.CREDENTIALS_CHANGED], frozenset())


async def test_postings_are_exactly_those_that_are_asked_for(ada: Actor, adapters: Adapters) -> None:
    sam = await make_staff(STAFF)
    one, two, three = [(await make_venue()).id for _ in range(3)]
    await staffing.post(ada, sam.id, [one, two, one])
    await log_in(sam, adapters)
    assert (await Posting.of(sam.id), await ending(sam)) == ({one, two}, [None])
    await staffing.post(ada, sam.id, [one, two, three])
    assert await ending(sam) == [None]
    await staffing.post(ada, sam.id, [two, three])
    assert (await Posting.of(sam.id), await ending(sam)) == ({two, three}, [SessionEnding.CREDENTIALS_CHANGED])
    given = await log_in(sam, adapters)
    caller = await sessions.authenticate(given.access_token, adapters.tokens, clock.now())
    assert caller is not None
    assert caller.actor.venues == {two, three}
    await refused(NotFound, lambda: staffing.post(ada, sam.id, [two, uuid4()]))
    cora = await make_customer("Cora")
    await refused(StaffingRefused, lambda: staffing.post(ada, cora.id, [two]))
    assert (await staffing.post(ada, cora.id, [])).id == cora.id


async def test_a_lock_ends_every_session_at_once_and_lets_nobody_in(ada: Actor, adapters: Adapters) -> None:
    ana = await make_customer()
    given = await log_in(ana, adapters)
    session = await Session.get(user_id=ana.id)
    closed: list[str] = []
    open_sessions.watch(session.id, lambda: closed.append("closed"))
    locked = await staffing.lock(ada, ana.id, "  Chargebacks ")
    assert (locked.locked_because, closed, await ending(ana)) == ("Chargebacks", ["closed"], [SessionEnding.LOCKED])
    assert await sessions.authenticate(given.access_token, adapters.tokens, clock.now()) is None
    with pytest.raises(InvalidCredentials):
        await log_in(ana, adapters)
    notice = [from_body(task.kind, task.body) for task in await QueuedTask.all()]
    assert SendNotice(ana.id, Notice.ACCOUNT_LOCKED) in notice
    again = await staffing.lock(ada, ana.id, "Something else")
    assert (again.locked_because, again.locked_at) == ("Chargebacks", locked.locked_at)
    await staffing.unlock(ada, ana.id)
    found = await User.get(id=ana.id)
    assert (found.locked_at, found.locked_because) == (None, None)
    assert await sessions.authenticate(given.access_token, adapters.tokens, clock.now()) is None
    await log_in(ana, adapters)
    why = {"locked": True, "because": "Chargebacks"}
    assert await traces() == [
        ("LOCK_USER", ada.user_id, ana.id, {"locked": False}, why),
        ("UNLOCK_USER", ada.user_id, ana.id, {"locked": True}, {"locked": False}),
    ]


async def owners() -> int:
    return len([user for user in await User.filter(locked_at=None) if OWNER in user.roles])


Removal = Callable[[Actor, UUID], Awaitable[object]]
REMOVALS: dict[str, Removal] = {
    "demoted": lambda actor, other: staffing.set_roles(actor, other, [STAFF]),
    "locked out": lambda actor, other: staffing.lock(actor, other, "because"),
}


async def remove(actor: Actor, other: Actor, removal: str) -> object:
    return await REMOVALS[removal](actor, other.user_id or uuid4())


@pytest.mark.parametrize("removal", REMOVALS)
async def test_of_owners_who_remove_each_other_at_once_one_is_left(olga: Actor, removal: str) -> None:
    ring = [olga, *[actor_of(await make_staff(OWNER)) for _ in range(3)]]
    outcomes = await race([partial(remove, one, other, removal) for one, other in permutations(ring, 2)])
    assert await owners() == 1
    problems = [each for each in outcomes if isinstance(each, BaseException)]
    assert all(isinstance(each, Forbidden | StaffingRefused) for each in problems), problems


async def test_the_last_owner_stays_whoever_asks(olga: Actor) -> None:
    locked = await make_staff(OWNER)
    await User.filter(id=locked.id).update(locked_at=clock.now())
    assert olga.user_id is not None
    await refused(StaffingRefused, lambda: staffing.keep_an_owner(olga.user_id or uuid4()))
    another = replace(olga, user_id=(await make_staff(OWNER)).id)
    await staffing.keep_an_owner(olga.user_id)
    await staffing.set_roles(another, olga.user_id, [ADMIN])
    assert await owners() == 1


async def test_a_decision_with_a_key_is_made_once(ada: Actor, olga: Actor) -> None:
    sam = await make_staff(STAFF)
    await staffing.set_roles(ada, sam.id, [MANAGER], key="k")
    await staffing.set_roles(olga, sam.id, [STAFF])
    assert (await staffing.set_roles(ada, sam.id, [MANAGER], key="k")).roles == {STAFF}


@asynccontextmanager
async def no_transaction() -> AsyncIterator[Work]:
    yield Work(clock.now())


async def no_lock() -> None:
    pass


async def test_without_the_lock_a_house_may_lose_its_last_owner(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staffing, "unit_of_work", no_transaction)
    monkeypatch.setattr(staffing, "lock_ranks", no_lock)
    for _ in range(20):  # a race need not be lost every time
        pair = [actor_of(await make_staff(OWNER)) for _ in range(2)]
        await User.exclude(id__in=[each.user_id for each in pair]).update(role_names=["STAFF"])
        await race([partial(remove, one, other, "demoted") for one, other in permutations(pair)])
        if await owners() == 0:
            return
    pytest.fail("The lock guards nothing that this test can see.")
