"""People who come to work at a house that runs."""

import asyncio

from domain.access import Role
from models.database import connect, disconnect
from models.users import User
from models.venues import Venue
from schema.ids import require_id
from tests.databases import settings_for
from tests.factories.users import post
from tests.journeys.people import Person


async def employed(person: Person, role: Role, database_url: str) -> Person:
    """The same person with another role, posted to every venue there is."""
    user_id = require_id("User", str(person.id))
    await connect(settings_for(database_url))
    await User.filter(id=user_id).update(role_names=[role.value])
    await post(user_id, *[venue.id for venue in await Venue.all()])
    await disconnect()
    await asyncio.sleep(2)  # for as long a role may be remembered
    return person
