"""How people like it: their language, what they want to hear of, and where they sit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from domain.best_seats import Party, SeatPosition
from domain.layouts import SeatKind

Stored: TypeAlias = dict[str, str | bool | list[str] | None]
LikedT = TypeVar("LikedT", "Channels", "Notifications", "SeatPreferences", "Preferences")

_TOPICS = ("booking", "reminders", "offers")


class Language(StrEnum):
    """A language that pages and messages are written in, by its ISO 639-1 code."""

    EN = "en"
    HI = "hi"
    VI = "vi"


@dataclass(frozen=True)
class Channels:
    """How somebody wants to hear of something; neither: not at all."""

    email: bool = False
    sms: bool = False


@dataclass(frozen=True)
class Notifications:
    """What somebody wants to hear of, and how; advertising only if they ask for it."""

    booking: Channels = Channels(email=True)
    reminders: Channels = Channels(email=True)
    offers: Channels = Channels()


@dataclass(frozen=True)
class SeatPreferences:
    """Where somebody likes to sit; no kinds: any."""

    kinds: frozenset[SeatKind] = frozenset()
    position: SeatPosition | None = None
    aisle: bool = False


@dataclass(frozen=True)
class Preferences:
    """All that somebody prefers; no language: that of their device."""

    language: Language | None = None
    notifications: Notifications = field(default_factory=Notifications)
    seats: SeatPreferences = field(default_factory=SeatPreferences)


def merged(before: LikedT, changes: Mapping[str, Any] | None, usual: LikedT) -> LikedT:
    """Preferences with changes, part by part: what is not named stays as it is, null is what is usual."""
    if changes is None:
        return usual
    values = {}
    for name, value in changes.items():
        default = getattr(usual, name)
        if is_dataclass(default):
            values[name] = merged(getattr(before, name), value, default)
        elif value is None:
            values[name] = default
        else:
            values[name] = frozenset(value) if isinstance(default, frozenset) else value
    return replace(before, **values)


def as_liked(party: Party, liked: SeatPreferences) -> Party:
    """The party with what it has said nothing of as its host likes it; never another kind of seat, which costs more."""
    aisle = liked.aisle if party.aisle is None else party.aisle
    return replace(party, position=party.position or liked.position, aisle=aisle)


def write_preferences(preferences: Preferences) -> Stored:
    """Preferences as they are stored: flat, and only what is not usual."""
    usual = _flat(Preferences())
    return {name: value for name, value in _flat(preferences).items() if value != usual[name]}


def read_preferences(stored: Stored) -> Preferences:
    """Preferences from their stored form; what is not there is as usual."""
    known = _flat(Preferences()) | stored
    language, position, kinds = known["language"], known["seat_position"], known["seat_kinds"]
    topics = (Channels(bool(known[f"{topic}_email"]), bool(known[f"{topic}_sms"])) for topic in _TOPICS)
    return Preferences(
        Language(str(language)) if language else None,
        Notifications(*topics),
        SeatPreferences(
            frozenset(map(SeatKind, kinds)) if isinstance(kinds, list) else frozenset(),
            SeatPosition(str(position)) if position else None,
            bool(known["seat_aisle"]),
        ),
    )


def all_preferences(stored: Stored) -> Stored:
    """Stored preferences together with those that are as usual."""
    return _flat(read_preferences(stored))


def _flat(preferences: Preferences) -> Stored:
    flat: Stored = {"language": preferences.language.value if preferences.language else None}
    for topic in _TOPICS:
        channels: Channels = getattr(preferences.notifications, topic)
        flat |= {f"{topic}_email": channels.email, f"{topic}_sms": channels.sms}
    seats = preferences.seats
    return flat | {
        "seat_kinds": [*sorted(kind.value for kind in seats.kinds)],
        "seat_position": seats.position.value if seats.position else None,
        "seat_aisle": seats.aisle,
    }
