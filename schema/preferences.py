"""How people like it, as they see it and as they say it."""

from dataclasses import asdict

import strawberry
from strawberry import UNSET

from domain import preferences as domain
from domain.preferences import Language
from schema.enums import publish
from schema.seat_kinds import SeatKind, SeatPosition

LANGUAGE = "The language that messages are written in; null: the house's own, and on pages that of the device."
BOOKING = "News of your bookings: paid, changed, cancelled."
REMINDERS = "A reminder before a film begins."
OFFERS = "Advertising; nobody gets any who has not asked for it."
KINDS = "The kinds of seats that you like, for clients to offer first; empty: any."
POSITION = "How near the screen you like to sit: `holdBestSeats` goes by it where its input says nothing else."
AISLE = "Whether you like to sit with nobody on one side: `holdBestSeats` goes by it where its input says nothing else."
UNCHANGED = " Left out: as it is; null: as usual."

publish(
    Language,
    "A language that this house writes in.",
    {"EN": "English.", "HI": "Hindi.", "VI": "Vietnamese."},
)


@strawberry.type(description="How somebody wants to hear of something; neither: not at all.")
class NotificationChannels:
    email: bool = strawberry.field(description="By e-mail.")
    sms: bool = strawberry.field(description="By a text message to the phone.")


@strawberry.type(
    description="What somebody wants to hear of, and how. What happens to the account itself, such as a new password, is "
    "always told."
)
class NotificationPreferences:
    booking: NotificationChannels = strawberry.field(description=BOOKING)
    reminders: NotificationChannels = strawberry.field(description=REMINDERS)
    offers: NotificationChannels = strawberry.field(description=OFFERS)


@strawberry.type(description="Where somebody likes to sit.")
class SeatPreferences:
    kinds: list[SeatKind] = strawberry.field(description=KINDS)
    position: SeatPosition | None = strawberry.field(description=POSITION)
    aisle: bool = strawberry.field(description=AISLE)


@strawberry.type(description="How somebody likes it.")
class Preferences:
    language: Language | None = strawberry.field(description=LANGUAGE)
    notifications: NotificationPreferences = strawberry.field(description="What they want to hear of, and how.")
    seats: SeatPreferences = strawberry.field(description="Where they like to sit.")

    @classmethod
    def of(cls, preferences: domain.Preferences) -> "Preferences":
        """The shape of preferences."""
        topics = asdict(preferences.notifications)
        seats = preferences.seats
        return cls(
            language=preferences.language,
            notifications=NotificationPreferences(
                **{topic: NotificationChannels(**channels) for topic, channels in topics.items()}
            ),
            seats=SeatPreferences(
                kinds=[kind for kind in SeatKind if kind in seats.kinds], position=seats.position, aisle=seats.aisle
            ),
        )


@strawberry.input(description="How you want to hear of something.")
class NotificationChannelsInput:
    email: bool | None = strawberry.field(default=UNSET, description="By e-mail." + UNCHANGED)
    sms: bool | None = strawberry.field(default=UNSET, description="By a text message to your phone." + UNCHANGED)


@strawberry.input(description="What you want to hear of, and how.")
class NotificationPreferencesInput:
    booking: NotificationChannelsInput | None = strawberry.field(default=UNSET, description=BOOKING + UNCHANGED)
    reminders: NotificationChannelsInput | None = strawberry.field(default=UNSET, description=REMINDERS + UNCHANGED)
    offers: NotificationChannelsInput | None = strawberry.field(default=UNSET, description=OFFERS + UNCHANGED)


@strawberry.input(description="Where you like to sit.")
class SeatPreferencesInput:
    kinds: list[SeatKind] | None = strawberry.field(default=UNSET, description=KINDS + UNCHANGED)
    position: SeatPosition | None = strawberry.field(default=UNSET, description=POSITION + UNCHANGED)
    aisle: bool | None = strawberry.field(default=UNSET, description=AISLE + UNCHANGED)


@strawberry.input(description="How you like it: what is left out stays as it is, null is as usual.")
class PreferencesInput:
    language: Language | None = strawberry.field(default=UNSET, description=LANGUAGE + UNCHANGED)
    notifications: NotificationPreferencesInput | None = strawberry.field(
        default=UNSET, description="What you want to hear of, and how." + UNCHANGED
    )
    seats: SeatPreferencesInput | None = strawberry.field(
        default=UNSET, description="Where you like to sit." + UNCHANGED
    )
