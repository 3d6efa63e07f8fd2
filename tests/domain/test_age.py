"""Whoever is too young for a film on its day is not let in, and nobody is kept out a day too long."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings, strategies as st

from domain.age import OLDEST, AgeUnknown, age_on, check_age, date_of_birth_problem
from domain.problems import NotOnSale
from tests.thoroughness import tries

pytestmark = pytest.mark.once
DAYS = st.dates(date(1890, 1, 1), date(2060, 12, 31))
DAY = timedelta(days=1)


def birthdays(born: date, day: date) -> int:
    """The birthdays somebody has had by a day, counted one by one on the calendar."""
    leap_day = (born.month, born.day) == (2, 29)
    had = 0
    for year in range(born.year + 1, day.year + 1):
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        had += (date(year, 3, 1) if leap_day and not is_leap else born.replace(year=year)) <= day
    return had


@settings(max_examples=tries(200, thorough=20_000), deadline=None)
@given(DAYS, DAYS)
@example(date(2008, 2, 29), date(2026, 2, 28))
@example(date(2008, 2, 29), date(2026, 3, 1))
@example(date(1896, 2, 29), date(1900, 3, 1))
def test_an_age_is_the_number_of_birthdays(one: date, other: date) -> None:
    born, day = sorted((one, other))
    assert age_on(day, born) == birthdays(born, day)


@settings(max_examples=tries(100, thorough=5_000), deadline=None)
@given(DAYS, st.integers(1, 21))
def test_one_is_let_in_from_the_birthday_on_and_not_the_day_before(born: date, minimum: int) -> None:
    turns = next(day for day in near(born, minimum) if birthdays(born, day) == minimum)
    assert check_age(minimum, born, turns, AgeUnknown.REFUSE) is None
    with pytest.raises(NotOnSale) as refusal:
        check_age(minimum, born, turns - DAY, AgeUnknown.DOOR)
    assert refusal.value.minimum_age == minimum


def near(born: date, years: int) -> list[date]:
    """The days around an anniversary."""
    middle = date(born.year + years, born.month, min(born.day, 28))
    return [middle + DAY * step for step in range(-3, 5)]


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)],
)
def test_who_was_born_on_a_leap_day_is_older_on_the_first_of_march(day: date, age: int) -> None:
    assert age_on(day, date(2008, 2, 29)) == age


@pytest.mark.parametrize("minimum", [None, 0])
def test_a_film_for_everybody_asks_nobody(minimum: int | None) -> None:
    for born in (None, date(2026, 11, 20)):
        assert check_age(minimum, born, date(2026, 11, 21), AgeUnknown.REFUSE) is None


def test_an_unknown_age_is_left_to_the_door_or_refused_as_the_house_decides() -> None:
    assert check_age(18, None, date(2026, 11, 21), AgeUnknown.DOOR) == 18
    with pytest.raises(NotOnSale, match="put your date of birth into your profile") as refusal:
        check_age(18, None, date(2026, 11, 21), AgeUnknown.REFUSE)
    assert refusal.value.minimum_age == 18


def test_a_date_of_birth_is_in_the_past_and_within_a_life() -> None:
    today = date(2026, 11, 21)
    assert date_of_birth_problem(today, today) == "A date of birth is in the past."
    assert date_of_birth_problem(today - DAY, today) is None
    assert date_of_birth_problem(date(1895, 11, 22), today) is None  # 130, for one day more
    assert date_of_birth_problem(date(1895, 11, 21), today) == f"Nobody is more than {OLDEST} years old."
