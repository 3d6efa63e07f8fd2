"""What people say of themselves: kept as they said it, and a date of birth only once."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from domain.best_seats import Party, SeatPosition
from domain.layouts import SeatKind
from domain.preferences import (
    Channels,
    Language,
    Notifications,
    Preferences,
    SeatPreferences,
    as_liked,
    merged,
    read_preferences,
    write_preferences,
)
from domain.problems import InvalidInput
from domain.profiles import KNOWN_ALREADY, Profile, check_changes, differing
from tests.thoroughness import tries

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 21)
ANA = Profile("Ana", None, Preferences())
CHANNELS = st.builds(Channels, st.booleans(), st.booleans())
PREFERENCES = st.builds(
    Preferences,
    st.sampled_from([None, *Language]),
    st.builds(Notifications, CHANNELS, CHANNELS, CHANNELS),
    st.builds(
        SeatPreferences,
        st.frozensets(st.sampled_from(SeatKind)),
        st.sampled_from([None, *SeatPosition]),
        st.booleans(),
    ),
)


@settings(max_examples=tries(100, thorough=2_000), deadline=None)
@given(PREFERENCES)
def test_preferences_are_read_as_they_were_written(preferences: Preferences) -> None:
    assert read_preferences(write_preferences(preferences)) == preferences


def test_only_what_is_not_usual_is_written() -> None:
    assert write_preferences(Preferences()) == {}
    seats = SeatPreferences(frozenset({SeatKind.VIP, SeatKind.PREMIUM}), SeatPosition.BACK)
    notifications = Notifications(reminders=Channels(email=True, sms=True))
    assert write_preferences(Preferences(Language.HI, notifications, seats)) == {
        "language": "hi",
        "reminders_sms": True,
        "seat_kinds": ["PREMIUM", "VIP"],
        "seat_position": "BACK",
    }


@settings(max_examples=tries(100, thorough=2_000), deadline=None)
@given(PREFERENCES)
def test_what_is_left_out_stays_and_null_is_as_usual(before: Preferences) -> None:
    usual = Preferences()
    assert merged(before, {}, usual) == before
    assert merged(before, None, usual) == usual
    assert merged(before, {"seats": None}, usual) == replace(before, seats=usual.seats)
    changes = {"notifications": {"offers": {"sms": True}, "booking": {"email": None}}}
    offers = replace(before.notifications.offers, sms=True)
    booking = replace(before.notifications.booking, email=True)
    wanted = replace(before.notifications, offers=offers, booking=booking)
    assert merged(before, changes, usual) == replace(before, notifications=wanted)
    kinds = merged(before, {"seats": {"kinds": [SeatKind.VIP]}}, usual).seats
    assert kinds == replace(before.seats, kinds=frozenset({SeatKind.VIP}))


def test_a_party_without_wishes_gets_its_hosts_but_never_another_kind() -> None:
    liked = SeatPreferences(frozenset({SeatKind.VIP}), SeatPosition.BACK, aisle=True)
    assert as_liked(Party(2), liked) == Party(2, position=SeatPosition.BACK, aisle=True)
    said = Party(2, position=SeatPosition.FRONT, aisle=False)
    assert as_liked(said, liked) == said


def test_a_name_is_kept_as_names_are() -> None:
    assert check_changes(ANA, {"name": "  Ana Maria "}, TODAY) == replace(ANA, name="Ana Maria")
    assert check_changes(ANA, {}, TODAY) == ANA


def test_everything_that_is_wrong_is_named_at_once() -> None:
    for name in (None, "", "  ", "x" * 201, "a\nb"):
        with pytest.raises(InvalidInput) as refusal:
            check_changes(ANA, {"name": name, "date_of_birth": TODAY}, TODAY)
        assert [each.path for each in refusal.value.fields] == [("name",), ("dateOfBirth",)]


def test_a_date_of_birth_is_said_once() -> None:
    born = date(1990, 5, 1)
    told = check_changes(ANA, {"date_of_birth": born}, TODAY)
    assert told.date_of_birth == born
    assert check_changes(told, {"date_of_birth": born}, TODAY) == told
    for other in (date(1990, 5, 2), None):
        with pytest.raises(InvalidInput) as refusal:
            check_changes(told, {"date_of_birth": other}, TODAY)
        assert [(each.path, each.message) for each in refusal.value.fields] == [(("dateOfBirth",), KNOWN_ALREADY)]


def test_a_trace_names_what_is_not_the_same() -> None:
    changes = {"name": "Ana Maria", "preferences": {"language": Language.VI}}
    assert differing(ANA, check_changes(ANA, changes, TODAY)) == ["name", "preferences"]
    assert differing(ANA, ANA) == []
