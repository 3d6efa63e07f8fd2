"""How old somebody is on a day, and whether that is old enough for a film."""

from datetime import date
from enum import StrEnum
from typing import Final

from domain.problems import NotOnSale

OLDEST: Final = 130  # years; the oldest person known died at 122


class AgeUnknown(StrEnum):
    """What the house does for a film with a least age with those whose date of birth it does not know."""

    DOOR = "door"
    REFUSE = "refuse"


def age_on(day: date, born: date) -> int:
    """Full years of somebody born on `born` on a day.

    Whoever was born on 29 February is a year older on 1 March where the year has no such day, as in Hong Kong's
    Age of Majority (Related Provisions) Ordinance (Cap. 410), section 5: never too early for a film.
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_age(minimum: int | None, born: date | None, day: date, unknown: AgeUnknown) -> int | None:
    """The age that is left to be checked at the door, if any; NotOnSale, with the least age, for whoever is too young.

    `day` is the showtime's on the venue's calendar.
    """
    if not minimum:
        return None
    if born is not None:
        if age_on(day, born) < minimum:
            raise NotOnSale(f"This film is for people who are {minimum} or older.", minimum)
        return None
    if unknown is AgeUnknown.REFUSE:
        raise NotOnSale(
            f"This film is for people who are {minimum} or older: please put your date of birth into your profile.",
            minimum,
        )
    return minimum


def date_of_birth_problem(born: date, today: date) -> str | None:
    """What is wrong with a date of birth, if anything."""
    if born >= today:
        return "A date of birth is in the past."
    return f"Nobody is more than {OLDEST} years old." if age_on(today, born) > OLDEST else None
