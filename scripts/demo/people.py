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


PEOPLE = (
    DemoPerson("Ada Admin", "admin@marquee.test", "popcorn-admin", Role.ADMIN),
    DemoPerson("Sam Staff", "staff@marquee.test", "popcorn-staff", Role.STAFF),
    DemoPerson("Ana", "ana@marquee.test", "popcorn-ana", Role.CUSTOMER),
    DemoPerson("Ben", "ben@marquee.test", "popcorn-ben", Role.CUSTOMER),
)
