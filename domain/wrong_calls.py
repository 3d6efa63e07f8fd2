"""Every way a call itself can be wrong: a GraphQL error with `extensions.code`. The docstring is the message.

What a client that did everything right can still meet is a Problem, in `domain.problems`.
"""

from typing import ClassVar


class WrongCall(Exception):
    """The call cannot be answered."""

    code: ClassVar[str] = "BAD_USER_INPUT"

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip()
        super().__init__(self.message)


class Unauthenticated(WrongCall):
    """Please log in first: send `Authorization: Bearer <accessToken>`."""

    code = "UNAUTHENTICATED"


class Forbidden(WrongCall):
    """Your role does not allow this."""

    code = "FORBIDDEN"


class SecondFactorMissing(Forbidden):
    """Set up your second factor first: the house requires one of your role."""


class NotFound(WrongCall):
    """There is no such thing here, or it is not yours to see."""

    code = "NOT_FOUND"


class BadUserInput(WrongCall):
    """The call is malformed."""

    code = "BAD_USER_INPUT"


class RateLimited(WrongCall):
    """Too many attempts; please try again later."""

    code = "RATE_LIMITED"

    def __init__(self, message: str | None = None, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class OperationTimedOut(WrongCall):
    """This took too long and was given up; please ask for less at once, or later."""

    code = "TIMEOUT"


class QueryTooComplex(WrongCall):
    """This operation asks for too much at once."""

    code = "QUERY_TOO_COMPLEX"


class PersistedQueryNotFound(WrongCall):
    """PersistedQueryNotFound"""  # the very word that clients wait for, before they send the text

    code = "PERSISTED_QUERY_NOT_FOUND"


class OperationNotAllowed(WrongCall):
    """Only registered operations are served here: call one by the SHA-256 of its text, or have this one registered."""

    code = "OPERATION_NOT_ALLOWED"
