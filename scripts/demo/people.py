"""The demo cinema's people; their passwords are known to everybody, so they exist in development only."""

from dataclasses import dataclass

from domain.access import Role


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to log in as."""

    name: str
    email: str
    password: str
    role: Role
    venues: tuple[str, ...] = ()  # where they are posted to


# Those of the very first demo, by whom one is known.
FIRST = (
    DemoPerson("Ada Admin", "admin@marquee.test", "popcorn-admin", Role.ADMIN),
    DemoPerson("Sam Staff", "staff@marquee.test", "popcorn-staff", Role.STAFF, ("Marigold Talkies",)),
    DemoPerson("Ana", "ana@marquee.test", "popcorn-ana", Role.CUSTOMER),
    DemoPerson("Ben", "ben@marquee.test", "popcorn-ben", Role.CUSTOMER),
)
PEOPLE = (
    *FIRST,
    DemoPerson(
        "Mai Manager",
        "manager@marquee.test",
        "popcorn-manager",
        Role.MANAGER,
        ("Lotus Lantern Cinema", "Marigold Talkies"),
    ),
    DemoPerson("Cleo Concierge", "concierge@marquee.test", "popcorn-concierge", Role.CONCIERGE),
    DemoPerson("Olga Owner", "owner@marquee.test", "popcorn-owner", Role.SUPER_ADMIN),
)
