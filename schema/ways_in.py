"""By which ways people log in."""

from domain.accounts import WayIn
from schema.enums import publish

__all__ = ["WayIn"]

publish(
    WayIn,
    "How a session began.",
    {
        "PASSWORD": "With an e-mail address and a password.",
        "PHONE": "With a code sent to a phone.",
        "GOOGLE": "With a Google account.",
        "INVITATION": "With an invitation to join the staff.",
    },
)
