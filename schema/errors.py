"""What a client is told when something goes wrong: the reason if it is the client's, otherwise only a request id."""

import math
import re
from collections.abc import Mapping

from graphql import GraphQLError

from domain.wrong_calls import BadUserInput, RateLimited, WrongCall

INTERNAL = "INTERNAL"
NOTHING_MORE: Mapping[str, object] = {}
MASKED = "Something went wrong on our side. Quote the request id when you report it."

# Coercion prints the values it was given: a password in the wrong place must not travel back, nor into a log on the
# way. So only its known sentences are passed on, each up to where the value would follow.
COERCION = re.compile(r"((?:Variable|Argument) '\$?\w+' has invalid value(?: at [\w.\[\]]+)?): (.*)", re.DOTALL)
SENTENCES = re.compile(
    r"(?:Expected a value of non-null type '[\w!\[\]]+' to be provided"
    r"|Expected value of non-null type '[\w!\[\]]+' not to be None"
    r"|Expected value of type '[\w!\[\]]+' to be an object"
    r"|Expected value of type '[\w!\[\]]+' to include required field '\w+'"
    r"|Expected value of type '[\w!\[\]]+' not to include unknown field '\w{1,50}'"
    r"|Expected variable '\$\w+' provided to (?:non-null )?type '[\w!\[\]]+' (?:not to be None|to provide a runtime value)"
    r"|Within OneOf Input Object type '\w+', exactly one field must be specified"
    r"|\w+ cannot represent [\w -]+"
    r"|Expected value of type '[\w!\[\]]+')(?=[.,:]|$)"
)
ECHO = re.compile(r"(?<=cannot represent )([\w -]+): .*|[,;.]? (?:but encountered error .*|[Ff]ound: .*)", re.DOTALL)
SUGGESTION = re.compile(r" Did you mean .*\?", re.DOTALL)


class PublicError(GraphQLError):
    """An error in the words and with the code that the contract gives it."""


def public(error: GraphQLError, request_id: str, *, suggestions: bool = True) -> PublicError:
    """What the client may know of an error."""
    if isinstance(error, PublicError):
        return error
    call = wrong_call(error)
    if call is None:
        return _public(error, MASKED, INTERNAL, request_id)
    message = call.message if suggestions else SUGGESTION.sub("", call.message)
    more = {"retryAfter": math.ceil(call.retry_after)} if isinstance(call, RateLimited) and call.retry_after else {}
    return _public(error, message, call.code, request_id, more)


def told(message: str, code: str, request_id: str) -> dict[str, object]:
    """An error that has no place in a document."""
    return {"message": message, "extensions": {"code": code, "requestId": request_id}}


def masked(request_id: str) -> dict[str, object]:
    """An error of ours, of which the client learns nothing."""
    return told(MASKED, INTERNAL, request_id)


def wrong_call(error: GraphQLError) -> WrongCall | None:
    """What the client did wrong; None when the error is ours."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, WrongCall):
        return cause
    return BadUserInput(_without_values(error.message)) if _is_about_the_document(error, cause) else None


def _is_about_the_document(error: GraphQLError, cause: Exception | None) -> bool:
    """Whether an error is about what was sent; what breaks in our own code has no place in the document, or a path."""
    if error.path is None:
        return error.nodes is not None or isinstance(cause, GraphQLError)
    return error.message.startswith("Argument '") and isinstance(error.original_error, GraphQLError)


def _public(
    error: GraphQLError, message: str, code: str, request_id: str, more: Mapping[str, object] = NOTHING_MORE
) -> PublicError:
    return PublicError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code, "requestId": request_id, **more},
    )


def _without_values(message: str) -> str:
    coercion = COERCION.fullmatch(message)
    if coercion is None:
        return ECHO.sub(lambda echo: f"{echo[1] or ''}.", message).replace("?.", "?")
    sentence = SENTENCES.match(coercion[2])
    return f"{coercion[1]}: {sentence[0] if sentence else 'It does not fit its type'}."
