"""Every mutation about people that takes a key, in a situation of its own: who calls it, with what, and with what else."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import uuid4

from domain.access import Role
from models.users import User
from resolvers import invitations
from schema.ids import global_id
from tests.factories.users import make_staff
from tests.schema.repetitions import Repeated, World, unknown


async def somebody(role: Role) -> str:
    """The id of somebody whom an administrator decides over."""
    return global_id("User", (await make_staff(role)).id)


async def set_roles(world: World) -> Repeated:
    given = {"userId": await somebody(Role.STAFF), "roles": ["STAFF", "EDITOR"]}
    return Repeated(world.admin, given, given | {"roles": ["EDITOR"]})


async def post_staff(world: World) -> Repeated:
    given = {"userId": await somebody(Role.STAFF), "venueIds": [world.venue]}
    return Repeated(world.admin, given, given | {"venueIds": []})


async def lock_user(world: World) -> Repeated:
    given = {"userId": await somebody(Role.CUSTOMER), "reason": "Chargebacks"}
    return Repeated(world.admin, given, given | {"reason": "Resale"})


async def unlock_user(world: World) -> Repeated:
    locked = await make_staff(Role.CUSTOMER)
    await User.filter(id=locked.id).update(locked_at=world.sale.showtime.created_at)
    return Repeated(world.admin, {"userId": global_id("User", locked.id)}, {"userId": unknown("User")})


async def create_customer(world: World) -> Repeated:
    given = {"name": "Cora", "email": f"cora-{uuid4().hex}@marquee.test"}
    return Repeated(world.admin, given, given | {"name": "Cara"})


async def invite_staff(world: World) -> Repeated:
    given = {"email": "cora@marquee.test", "roles": ["STAFF"], "venueIds": [world.venue]}
    return Repeated(world.admin, given, given | {"venueIds": []})


async def withdraw_invitation(world: World) -> Repeated:
    sent = await invitations.invite(world.admin, "cora@marquee.test", [Role.EDITOR], [], 7)
    given = {"invitationId": global_id("Invitation", sent.id)}
    return Repeated(world.admin, given, {"invitationId": unknown("Invitation")})


BY_ADMINISTRATORS: Final[Mapping[str, Callable[[World], Awaitable[Repeated]]]] = {
    "setRoles": set_roles,
    "postStaff": post_staff,
    "lockUser": lock_user,
    "unlockUser": unlock_user,
    "createCustomer": create_customer,
    "inviteStaff": invite_staff,
    "withdrawInvitation": withdraw_invitation,
}
