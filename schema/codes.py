"""Codes on their way, as whoever asked for one sees them."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.codes import SentCode
from schema.code_problems import TooSoon
from schema.problems import InvalidCredentials, InvalidInput, NotOffered


@strawberry.type(
    description="A code of six digits is on its way. Whether there is an account is not said: the answer is the same."
)
class CodeSent:
    sent_to: str = strawberry.field(description='Where to, masked: "a•••@example.com", "+84•••••••89".')
    expires_at: datetime = strawberry.field(description="Until when the code can be used, in UTC.")
    resend_at: datetime = strawberry.field(description="When the next code may be asked for, in UTC; it ends this one.")

    @classmethod
    def of(cls, sent: SentCode) -> "CodeSent":
        """The shape of a code on its way."""
        return cls(sent_to=sent.sent_to, expires_at=sent.expires_at, resend_at=sent.resend_at)


RequestCodeResult = Annotated[
    CodeSent | InvalidInput | NotOffered | TooSoon,
    strawberry.union("RequestCodeResult", description="A code on its way, or why there is none."),
]
RequestConfirmedCodeResult = Annotated[
    CodeSent | InvalidCredentials | InvalidInput | NotOffered | TooSoon,
    strawberry.union(
        "RequestConfirmedCodeResult", description="A code on its way, or why there is none; who asks had to prove it."
    ),
]
