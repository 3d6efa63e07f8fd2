"""A random evening at the box office: holds, bookings, payments, cancellations and expiries in any order."""

import random
from collections.abc import Awaitable, Callable, Sequence

import clock
from domain.access import Actor
from domain.bookings import BookingStatus
from domain.payments import PaymentStatus
from domain.problems import Problem
from models.bookings import Booking
from resolvers import cancellations, holds
from tests.factories.sale import Sale
from tests.resolvers.sale_fixtures import Later

SEATS = [f"{row}{number}" for row in "ABC" for number in range(1, 11)]


class Evening:
    """A random evening at the box office: several people, several kinds of steps, the clock running."""

    def __init__(self, sale: Sale, people: list[Actor], later: Later, seed: int) -> None:
        self._sale = sale
        self._people = people
        self._later = later
        self._dice = random.Random(seed)
        self.steps: dict[str, int] = {}

    def kinds(self) -> Sequence[Callable[[Actor], Awaitable[object]]]:
        """What may happen, each as likely as the others."""
        return (self._hold, self._hold, self._book, self._pay, self._cancel, self._release, self._wait, self._sweep)

    async def step(self) -> None:
        """Something happens, or is refused."""
        kind = self._dice.choice(self.kinds())
        try:
            happened = await kind(self._dice.choice(self._people))
        except Problem:
            happened = False
        if happened is not False:
            self.steps[kind.__name__] = self.steps.get(kind.__name__, 0) + 1

    async def _hold(self, actor: Actor) -> object:
        return await self._sale.hold(*self._dice.sample(SEATS, self._dice.randint(1, 4)), actor=actor)

    async def _release(self, actor: Actor) -> object:
        mine = await holds.mine(actor)
        return bool(mine) and await holds.release(actor, self._dice.choice(mine).id)

    async def _book(self, actor: Actor) -> object:
        mine = await holds.mine(actor)
        return bool(mine) and await self._sale.book_hold(self._dice.choice(mine).id, actor=actor)

    async def _pay(self, actor: Actor) -> object:
        pending = await Booking.filter(user_id=actor.user_id, status=BookingStatus.PENDING).order_by("created_at")
        if not pending:
            return False
        payment = await self._sale.start(pending[0], actor=actor)
        return await self._sale.tell(payment, PaymentStatus.SUCCEEDED)

    async def _cancel(self, actor: Actor) -> object:
        bought = await Booking.filter(user_id=actor.user_id, status=BookingStatus.CONFIRMED).order_by("created_at")
        return bool(bought) and await cancellations.cancel(actor, bought[0].id)

    async def _wait(self, _: Actor) -> object:
        return self._later(minutes=self._dice.choice([0.5, 1, 3]))

    async def _sweep(self, _: Actor) -> object:
        return await holds.release_expired(clock.now()) > 0
