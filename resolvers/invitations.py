"""Invitations: how somebody comes to work here, and nobody by any other way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import clock
from adapters import Adapters
from domain import staffing as rules
from domain.access import Actor, Permission, Role
from domain.accounts import Registration, WayIn, check_registration, normal_email
from domain.attempts import AttemptKind
from domain.problems import FieldProblem, InvalidInput, InvitationOver, StaffingRefused
from domain.staffing import InvitationStatus, Member, names_of
from domain.tasks import SendInvitation
from domain.traces import Facts, Trace
from domain.wrong_calls import Forbidden, Unauthenticated
from models.locks import lock_ranks, lock_row
from models.search import found
from models.staff import Invitation, Posting
from models.users import User
from resolvers import attempts, sessions, staffing
from resolvers.pages import Page, page
from resolvers.sessions import Device, LoggedIn
from resolvers.unit_of_work import Work, unit_of_work

HAVE_AN_ACCOUNT = "There is an account with this e-mail address already: log in to it, then accept."
NOT_YOURS = "This invitation was sent to another e-mail address than yours."
NOT_PROVED = "Prove first that you read your e-mail: verify the address of your account."
NOT_OURS = "This is not an invitation of this house."
NOT_THEIRS = "Whoever sent this invitation may not do so any more: ask for another one."


@dataclass(frozen=True)
class Newcomer:
    """What somebody who accepts says of themselves; without an account both must be there."""

    name: str | None = None
    password: str | None = None


async def invite(
    actor: Actor, email: str, roles: Collection[Role], venues: Collection[UUID], days: float, *, key: str | None = None
) -> Invitation:
    """Ask somebody by e-mail to join the staff, with these roles, at these venues."""
    kept_email, wanted = normal_email(email), rules.check_invited_roles(roles)
    if kept_email is None:
        raise InvalidInput([FieldProblem(("email",), "This is not an e-mail address.")])
    texts = sorted({str(venue_id) for venue_id in venues})
    async with unit_of_work() as work:
        invitation_id = uuid4()
        if first := await work.once(actor, "inviteStaff", key, [kept_email, names_of(wanted), texts], invitation_id):
            return await found(Invitation, first)
        decider = await staffing.decider_of(actor)
        rules.check_gift(decider, wanted)
        rules.check_posting(wanted, venues)
        await staffing.check_venues(venues)
        invitation = await Invitation.create(
            id=invitation_id,
            created_at=work.now,
            email=kept_email,
            role_names=names_of(wanted),
            venue_ids=texts,
            invited_by_id=decider.id,
            expires_at=work.now + timedelta(days=days),
        )
        await work.enqueue(SendInvitation(invitation_id))
        after: Facts = {"email": kept_email, "roles": names_of(wanted), "venues": texts}
        await work.record(actor, Trace("INVITE_STAFF", "Invitation", invitation_id, after=after))
    return invitation


async def withdraw(actor: Actor, invitation_id: UUID, *, key: str | None = None) -> Invitation:
    """Have an invitation be worth nothing; InvitationOver if it has been accepted."""
    async with unit_of_work() as work:
        is_repeated = await work.once(actor, "withdrawInvitation", key, [invitation_id], invitation_id)
        decider = await staffing.decider_of(actor)
        invitation = await lock_row(Invitation, invitation_id)
        if is_repeated or invitation.withdrawn_at is not None:
            return invitation
        rules.check_gift(decider, invitation.roles)
        if invitation.accepted_at is not None:
            rules.check_open(InvitationStatus.ACCEPTED)
        invitation.withdrawn_at = work.now
        await invitation.save(update_fields=["withdrawn_at"])
        await work.record(actor, Trace("WITHDRAW_INVITATION", "Invitation", invitation_id))
    return invitation


async def one(actor: Actor, invitation_id: UUID) -> Invitation | None:
    """An invitation the actor may see."""
    return await Invitation.visible_to(actor).get_or_none(id=invitation_id)


async def find(actor: Actor, *, is_open: bool, first: int | None, after: str | None) -> Page[Invitation]:
    """A page of the invitations, or of those that are open, the newest first."""
    query = Invitation.visible_to(actor)
    return await page(Invitation.open_at(query, clock.now()) if is_open else query, ["-created_at"], first, after)


def status_now(invitation: Invitation) -> InvitationStatus:
    """Where an invitation stands at this moment."""
    times = invitation.expires_at, invitation.accepted_at, invitation.withdrawn_at
    return rules.status_of(*times, clock.now())


async def accept(actor: Actor, token: str, newcomer: Newcomer, adapters: Adapters, device: Device) -> LoggedIn:
    """Join the staff: with a new account, or with the one of this address, which must be logged in and proved."""
    await attempts.check(adapters, AttemptKind.INVITATION, None, device.address)
    invitation_id = adapters.codes.read_invitation(token)
    seen = await Invitation.get_or_none(id=invitation_id) if invitation_id else None
    if seen is None:
        raise InvitationOver(NOT_OURS)
    rules.check_open(status_now(seen))
    if await User.exists(email=seen.email):
        return await _join(actor, seen, adapters)
    person = check_registration(newcomer.name or "", seen.email, newcomer.password or "")
    password_hash = await adapters.passwords.hash(person.password)
    return await _come_in(seen, person, password_hash, adapters, device)


async def _come_in(
    seen: Invitation, person: Registration, password_hash: str, adapters: Adapters, device: Device
) -> LoggedIn:
    async with unit_of_work() as work:
        invitation = await _lock(seen.id)
        # Whoever has the token has read the mail.
        user = await User.open(person, password_hash, Role.CUSTOMER, work.now, verified_at=work.now)
        if user is None:
            raise Unauthenticated(HAVE_AN_ACCOUNT)
        await _employ(work, Actor(user.id, address=device.address), invitation, user, invitation.roles)
        return await sessions.begin(work, user, adapters, device, WayIn.INVITATION)


async def _join(actor: Actor, seen: Invitation, adapters: Adapters) -> LoggedIn:
    if actor.user_id is None or actor.session_id is None or actor.served_by is not None:
        raise Unauthenticated(HAVE_AN_ACCOUNT)
    async with unit_of_work() as work:
        invitation = await _lock(seen.id)
        user = await lock_row(User, actor.user_id)
        if user.email != invitation.email:
            raise Forbidden(NOT_YOURS)
        if user.email_verified_at is None:
            raise Forbidden(NOT_PROVED)
        await _employ(work, actor, invitation, user, user.roles | invitation.roles)
        return await sessions.go_on(work, actor.session_id, adapters)


async def _lock(invitation_id: UUID) -> Invitation:
    """An invitation that can be accepted, by nobody else until the transaction ends; InvitationOver if it cannot."""
    await lock_ranks()
    invitation = await lock_row(Invitation, invitation_id)
    rules.check_open(status_now(invitation))
    sender = await User.get(id=invitation.invited_by_id)
    may_write = Actor(sender.id, sender.roles).may(Permission.USER_WRITE)
    if not may_write or sender.locked_at is not None or sender.deleted_at is not None:
        raise InvitationOver(NOT_THEIRS)
    try:
        rules.check_gift(Member(sender.id, sender.roles), invitation.roles)
    except StaffingRefused as refusal:
        raise InvitationOver(NOT_THEIRS) from refusal
    return invitation


async def _employ(work: Work, actor: Actor, invitation: Invitation, user: User, roles: frozenset[Role]) -> None:
    before = user.roles
    user.role_names = names_of(roles)
    await user.save(update_fields=["role_names"])
    await Posting.add(user.id, invitation.venues - await Posting.of(user.id), work.now)
    invitation.accepted_at = work.now
    await invitation.save(update_fields=["accepted_at"])
    after: Facts = {"roles": names_of(roles), "venues": invitation.venue_ids}
    await work.record(
        actor, Trace("ACCEPT_INVITATION", "User", user.id, before={"roles": names_of(before)}, after=after)
    )
