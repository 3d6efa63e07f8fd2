"""What somebody's operations may cost in a minute: points are drawn from a purse before they are spent.

A process counts most of it by itself. It takes a tenth of somebody's minute at a time from the limiter, which counts
for all processes where there is Redis; so the hot path is a subtraction, and nobody has more than a tenth too much.
"""

from typing import Final, Protocol
from uuid import UUID

from adapters.limiter import Limiter
from domain.attempts import Allowance, network_of
from domain.wrong_calls import RateLimited
from settings import Settings

A_MINUTE: Final = 60
PARTS: Final = 10
PEOPLE_OF_AN_ADDRESS: Final = 5
REMEMBERED: Final = 20_000
KEPT: Final = 1  # an answer at hand costs next to nothing
JOINING: Final = 10  # and so does what is told to many others anyway
MESSAGE = "Your operations cost too much in a minute; please slow down."


class Purse(Protocol):
    """Whoever pays for an operation."""

    async def pay(self, points: int) -> None:
        """Spend points of cost; RateLimited, and nothing is spent, where there are not enough."""


class Free:
    """Somebody whose operations are not counted."""

    async def pay(self, points: int) -> None:
        """Nothing is spent."""


FREE: Final = Free()


class Budgets:
    """Everybody's points of this minute, as far as this process has drawn them."""

    def __init__(self, settings: Settings, limiter: Limiter) -> None:
        self._counts = settings.rate_limits
        self._person = Allowance(settings.cost_per_minute, A_MINUTE)
        self._address = Allowance(settings.cost_per_minute * PEOPLE_OF_AN_ADDRESS, A_MINUTE)
        self._limiter = limiter
        self._drawn: dict[str, int] = {}

    def of_person(self, user_id: UUID) -> Purse:
        """Who has logged in pays for themselves, wherever they are."""
        return _Purse(self, str(user_id), self._person) if self._counts else FREE

    def of_address(self, address: str) -> Purse:
        """Who has not pays together with everybody else at their network address."""
        return _Purse(self, network_of(address), self._address) if self._counts else FREE

    async def spend(self, who: str, allowance: Allowance, points: int) -> None:
        """Take points from what is drawn already, or draw more; RateLimited when the minute is used up."""
        left = self._drawn.get(who, 0) - points
        if left < 0:
            part = await self._draw(who, allowance, min(points, allowance.amount))
            left = self._drawn.get(who, 0) + part - points
        self._keep(who, max(left, 0))

    async def _draw(self, who: str, allowance: Allowance, needed: int) -> int:
        part = max(needed, allowance.amount // PARTS)
        if not await self._limiter.take(allowance, "cost", who, amount=part):
            return part
        wait = await self._limiter.take(allowance, "cost", who, amount=needed)
        if wait:
            raise RateLimited(MESSAGE, retry_after=wait)
        return needed

    def _keep(self, who: str, points: int) -> None:
        self._drawn[who] = points
        if len(self._drawn) > REMEMBERED:
            del self._drawn[next(iter(self._drawn))]


class _Purse:
    __slots__ = ("_allowance", "_budgets", "_who")

    def __init__(self, budgets: Budgets, who: str, allowance: Allowance) -> None:
        self._budgets, self._who, self._allowance = budgets, who, allowance

    async def pay(self, points: int) -> None:
        """Spend points of cost; see Purse."""
        if points:
            await self._budgets.spend(self._who, self._allowance, points)
