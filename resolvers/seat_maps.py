"""Reading seat maps, and changing one under its lock: what is written is what is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from domain.best_seats import Party, best_seats
from domain.bookings import BookingStatus
from domain.events import BookingChange
from domain.holds import HoldStatus
from domain.layouts import Layout
from domain.money import Money
from domain.neighbours import neighbours_of
from domain.payments import UNDER_WAY, PaymentStatus
from domain.price_terms import PriceTerms
from domain.pricing import quote
from domain.seat_maps import SeatMap, SeatMapChange, SeatState, Selection
from domain.wrong_calls import BadUserInput
from models import seat_changes, seat_claims, selections, showtimes
from models.bookings import Booking, Hold
from models.payments import Payment
from models.seat_claims import LapsedClaim
from models.selections import Looked
from models.showtimes import LockedShowtime
from resolvers.dependencies import on_seat_map
from resolvers.unit_of_work import Work
from subscriptions import seat_maps as watched


async def of(showtime_id: UUID) -> SeatMap | None:
    """A showtime's seat map now; None if there is no such showtime."""
    seat_map = await watched.current(showtime_id)
    if seat_map is not None:
        on_seat_map(showtime_id, seat_map.version, seat_map.right_until)
    return seat_map


@dataclass(frozen=True)
class Found:
    """Seats that were free at a version of a map."""

    labels: list[str]
    together: bool
    version: int
    layout: Layout


async def best(showtime_id: UUID, party: Party, at_most: int) -> Found | None:
    """The best free seats for a party; None if there are not that many, or there is no such showtime."""
    if party.count > at_most:
        raise BadUserInput(f"`count` must be at most {at_most}.")
    seat_map = await of(showtime_id)
    found = None if seat_map is None else best_seats(seat_map, party)
    if seat_map is None or found is None:
        return None
    return Found(found.labels, found.together, seat_map.version, seat_map.layout)


def price_of(found: Found, base_price: Money, terms: PriceTerms) -> Money:
    """What they cost if a standard seat costs this and the venue has these terms."""
    return quote(base_price, [found.layout.by_label[label] for label in found.labels], terms).total


async def are_together(layout_id: UUID, labels: Sequence[str]) -> bool:
    """Whether seats are side by side in one row."""
    return neighbours_of(await seat_claims.layout_of(layout_id)).are_together(labels)


class OpenMap:
    """A seat map that nobody else can change until the transaction ends; of its seats only those that matter are read.

    Lapsed holds are given back as soon as seats are read.
    """

    def __init__(self, work: Work, showtime: LockedShowtime, layout: Layout, *, has_version: bool) -> None:
        self.showtime = showtime
        self.layout = layout
        self._work = work
        self._has_version = has_version
        self._version = showtime.version - 1 if has_version else showtime.version  # of the last change in the log
        self._seats: Selection | None = None

    @classmethod
    async def to_change(cls, work: Work, showtime_id: UUID, person: UUID | None = None) -> Self:
        """Lock and take the next version in one write; the caller must read seats and change them, or raise."""
        showtime = await showtimes.lock_next_version(showtime_id, person)
        return cls(work, showtime, await seat_claims.layout_of(showtime.layout_id), has_version=True)

    @classmethod
    async def to_look(cls, work: Work, showtime_id: UUID, labels: Sequence[str] = ()) -> Self:
        """Lock, and read some seats, for work that may leave the map as it is."""
        showtime = await showtimes.lock(showtime_id)
        opened = cls(work, showtime, await seat_claims.layout_of(showtime.layout_id), has_version=False)
        await opened.read(labels)
        return opened

    @property
    def seats(self) -> Selection:
        """The seats that were read."""
        if self._seats is None:
            raise LookupError("Read the seats first.")
        return self._seats

    async def read(self, labels: Sequence[str] | None, person: UUID | None = None) -> Looked:
        """Read some seats, or all (None), and give lapsed holds back; what was found, the person's share included."""
        capacity = len(self.layout.seats)
        found = await selections.look(
            self.showtime.id, labels, person, version=self._version, capacity=capacity, now=self._work.now
        )
        self._seats = Selection(self.showtime.id, self._version, self.layout, found.states, found.available)
        if found.lapsed:
            await self._give_back(found.lapsed)
        return found

    async def plan(self, labels: Sequence[str], state: SeatState) -> SeatMapChange:
        """The change that brings seats into a state, at a version that is this transaction's; it is yet to be written."""
        if not self._has_version:
            await showtimes.advance(self.showtime.id)
            self._has_version = True
        return self.seats.change(labels, state)

    def written(self, change: SeatMapChange) -> None:
        """Go on from a change that has been written with its row of the log, and announce the same."""
        self._has_version = False
        self._version = change.version
        self._work.announce(change)
        self._seats = self.seats.apply(change)

    async def write(self, labels: Sequence[str], state: SeatState, cause: str) -> None:
        """Bring seats into a state: one version, one log row, one announcement, all the same change."""
        change = await self.plan(labels, state)
        await seat_changes.record(change, cause, self._work.now)
        self.written(change)

    async def _give_back(self, lapsed: Sequence[LapsedClaim]) -> None:
        hold_ids = {claim.hold_id for claim in lapsed}
        await seat_claims.free_holds(hold_ids)
        await self.write([claim.label for claim in lapsed], SeatState.AVAILABLE, "EXPIRED")
        await Hold.filter(id__in=list(hold_ids)).update(status=HoldStatus.EXPIRED)
        await _expire_unpaid(self._work, hold_ids)


async def _expire_unpaid(work: Work, hold_ids: Collection[UUID]) -> None:
    unpaid = await Booking.filter(hold_id__in=list(hold_ids), status=BookingStatus.PENDING)
    for booking in unpaid:
        # Payment before booking, as everywhere: whoever opens a checkout at this moment must not wait in a circle.
        await Payment.filter(booking_id=booking.id, status__in=list(UNDER_WAY)).update(status=PaymentStatus.EXPIRED)
        await Booking.filter(id=booking.id).update(status=BookingStatus.EXPIRED)
        await touch(work, booking.id)


async def touch(work: Work, booking_id: UUID) -> None:
    """Give a booking its next version and announce that it, or one of its payments, has changed."""
    version = await Booking.next_version(booking_id)
    work.announce(BookingChange(booking_id, version - 1, version))
