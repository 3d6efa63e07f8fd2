"""Whether somebody is old enough for a showtime."""

from uuid import UUID

from domain.age import AgeUnknown, check_age
from models.showtimes import LockedShowtime
from models.users import User


async def check(showtime: LockedShowtime, person: UUID, unknown: AgeUnknown) -> int | None:
    """The age that is left to be checked at the door, if any; NotOnSale for whoever is too young on the day.

    The person is whoever the seats are for, also where a concierge acts for them.
    """
    if not showtime.minimum_age:
        return None
    born = (await User.get(id=person).only("id", "date_of_birth")).date_of_birth
    return check_age(showtime.minimum_age, born, showtime.day, unknown)
