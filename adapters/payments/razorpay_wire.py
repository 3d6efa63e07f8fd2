"""How the SDK's requests leave this machine: with a time limit, once, and never believing what is no answer of an API."""

from collections.abc import Mapping

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter

from adapters.payments.base import GatewayError

_AT_ONCE = 32  # as many as the event loop has worker threads at most
# Conflict: the same refund is being made at this moment. Unauthorized, forbidden: the operator's keys are wrong, which is
# no reason to give up anybody's money.
_LATER = frozenset({401, 403, 409, 429})


def session(seconds: float) -> Session:
    """A session that asks nobody for proxies or passwords; each call waits at most `seconds` for each answer."""
    made = Session()
    made.trust_env = False
    for scheme in ("https://", "http://"):
        made.mount(scheme, _OneTry(seconds))
    return made


class _OneTry(HTTPAdapter):
    """Asks once. GatewayError, which the SDK does not touch, unless Razorpay has taken the request or refused it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(max_retries=0, pool_maxsize=_AT_ONCE)
        self._seconds = seconds

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> Response:
        """Send it, and wait for the whole answer."""
        try:
            answer = super().send(request, stream, self._seconds, verify, cert, proxies)
            body: object = answer.json()
        except (RequestException, ValueError) as problem:
            raise GatewayError(f"Razorpay did not answer: {type(problem).__name__}.") from problem
        code = answer.status_code
        if code in _LATER or not (200 <= code < 300 or 400 <= code < 500):
            raise GatewayError(f"Razorpay answered with status {code}.")
        if not isinstance(body, Mapping) or (code >= 400 and not isinstance(body.get("error"), Mapping)):
            raise GatewayError("Razorpay's answer is none of its API.")
        return answer
