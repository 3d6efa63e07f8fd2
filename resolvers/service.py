"""Serving customers: a concierge finds them, opens accounts for them, and acts in their place."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from adapters.phones import normal_phone
from domain.access import Actor, Permission, Role
from domain.accounts import check_contact
from domain.problems import EmailTaken, FieldProblem, InvalidInput, PhoneTaken
from domain.traces import Trace
from domain.wrong_calls import Forbidden, NotFound, Unauthenticated
from models.search import found, narrowed
from models.staff import Posting, with_role
from models.users import User
from resolvers.pages import Page, page
from resolvers.unit_of_work import unit_of_work

NOWHERE = UUID(int=0)


@dataclass(frozen=True)
class Sought:
    """Which people to find; None does not matter."""

    text: str | None = None
    role: Role | None = None
    venue_id: UUID | None = None
    is_locked: bool | None = None


async def find(actor: Actor, sought: Sought, first: int | None, after: str | None) -> Page[User]:
    """A page of the people the actor may look up, the newest first; who has deleted their account is not among them."""
    query = narrowed(User.visible_to(actor).filter(deleted_at=None), "search_folded", sought.text)
    if sought.role is not None:
        query = query.filter(await with_role(sought.role))
    if sought.venue_id is not None:
        query = query.filter(id__in=await Posting.people_at(sought.venue_id))
    if sought.is_locked is not None:
        query = query.filter(locked_at__isnull=not sought.is_locked)
    return await page(query, ["-created_at"], first, after)


async def in_place_of(actor: Actor, customer_id: UUID | None) -> Actor:
    """The customer, as whom the actor acts from here on.

    Unauthenticated or Forbidden for those who serve nobody; NotFound unless it is somebody who only buys here.
    """
    if not actor.may(Permission.CUSTOMER_SERVE):
        raise Unauthenticated if actor.user_id is None else Forbidden
    customer = await User.get_or_none(id=customer_id, locked_at=None, deleted_at=None) if customer_id else None
    if customer is None or customer.roles != {Role.CUSTOMER}:
        raise NotFound
    return replace(actor, user_id=customer.id, roles=customer.roles, venues=frozenset(), served_by=actor.user_id)


async def create_customer(
    actor: Actor, name: str, email: str | None, phone: str | None, *, key: str | None = None
) -> User:
    """Open an account for somebody who has asked a concierge: they get in by a code sent to the address or the number."""
    kept_name, kept_email = check_contact(name, email, phone)
    kept_phone = normal_phone(phone) if phone else None
    if phone and kept_phone is None:
        wrong = "This is not a mobile number; begin with + and the country."
        raise InvalidInput([FieldProblem(("phone",), wrong)])
    async with unit_of_work() as work:
        user_id = uuid4()
        if first := await work.once(actor, "createCustomer", key, [kept_name, kept_email, kept_phone], user_id):
            return await found(User, first)
        user = await User.open_for(user_id, kept_name, kept_email, kept_phone, work.now)
        if user is None:
            raise EmailTaken if kept_email and await User.exists(email=kept_email) else PhoneTaken
        # How they can be reached, not who they are: a trace outlives the account.
        reached = {"email": kept_email is not None, "phone": kept_phone is not None}
        await work.record(actor, Trace("CREATE_CUSTOMER", "User", user_id, after=reached))
    return user
