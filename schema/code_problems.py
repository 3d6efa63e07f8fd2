"""Refusals about codes and the ways in that need one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import strawberry
from strawberry.schema.exception_handlers import ExceptionHandler

from domain import problems as domain
from schema.nodes import Problem
from schema.problems import Shaper


@strawberry.type(
    description="The code is wrong, too old, used, tried too often or was never sent: it does not say which. Ask for a new one."
)
class CodeRefused(Problem):
    pass


@strawberry.type(description="A code was sent not long ago, or too many have been sent today.")
class TooSoon(Problem):
    retry_at: datetime = strawberry.field(description="When the next code may be asked for, in UTC.")


@strawberry.type(
    description="There is already an account with this phone number; said only to who has proved to have it."
)
class PhoneTaken(Problem):
    pass


CODE_HANDLERS: Final[Sequence[ExceptionHandler[Any, Any]]] = [
    Shaper(domain.CodeRefused, CodeRefused),
    Shaper(domain.TooSoon, TooSoon, ["retry_at"]),
    Shaper(domain.PhoneTaken, PhoneTaken),
]
