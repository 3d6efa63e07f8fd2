"""People to act in tests."""

from uuid import UUID, uuid4

import clock
from domain.access import Actor, Role
from models.staff import Posting
from models.users import User

PASSWORD = "popcorn-and-a-film"


async def make_customer(name: str = "Ana", password_hash: str | None = None) -> User:
    """Somebody who buys tickets."""
    return await make_user(Role.CUSTOMER, name=name, password_hash=password_hash)


async def make_staff(role: Role = Role.STAFF, name: str = "Sam") -> User:
    """Somebody who works here."""
    return await make_user(role, name=name)


async def make_user(*roles: Role, name: str = "Ana", password_hash: str | None = None) -> User:
    """Somebody with exactly these roles and an e-mail address of their own."""
    return await User.create(
        created_at=clock.now(),
        name=name,
        email=f"{name.lower()}-{uuid4().hex[:12]}@marquee.test",
        password_hash=password_hash,
        role_names=[role.value for role in roles],
    )


def actor_of(user: User, *venues: UUID) -> Actor:
    """The person as one who asks, outside of any session, and posted to these venues."""
    return Actor(user_id=user.id, roles=user.roles, venues=frozenset(venues))


async def post(user_id: UUID, *venues: UUID) -> None:
    """Send a member of staff to venues; their next call knows."""
    for venue_id in venues:
        await Posting.create(created_at=clock.now(), user_id=user_id, venue_id=venue_id)
