"""Reading seat maps, and changing one under its lock: what is written is what is told."""

from collections.abc import Collection, Sequence
from typing import Self
from uuid import UUID

from domain.bookings import BookingStatus
from domain.events import BookingChange
from domain.holds import HoldStatus
from domain.payments import UNDER_WAY, PaymentStatus
from domain.seat_maps import SeatMap, SeatState
from models import seat_changes, seat_claims, showtimes
from models.bookings import Booking, Hold
from models.payments import Payment
from models.seat_claims import LapsedClaim
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


class OpenMap:
    """A seat map that nobody else can change until the transaction ends; lapsed holds are already given back."""

    def __init__(self, work: Work, showtime: LockedShowtime, seat_map: SeatMap, has_version: bool) -> None:
        self.showtime = showtime
        self.seat_map = seat_map
        self._work = work
        self._has_version = has_version

    @classmethod
    async def to_change(cls, work: Work, showtime_id: UUID) -> Self:
        """Lock and take the next version in one write; the caller must change the map or raise."""
        return await cls._open(work, await showtimes.lock_next_version(showtime_id), has_version=True)

    @classmethod
    async def to_look(cls, work: Work, showtime_id: UUID) -> Self:
        """Lock for work that may leave the map as it is."""
        return await cls._open(work, await showtimes.lock(showtime_id), has_version=False)

    @classmethod
    async def _open(cls, work: Work, showtime: LockedShowtime, *, has_version: bool) -> Self:
        claims = await seat_claims.claims_of(showtime.id, work.now)
        layout = await seat_claims.layout_of(showtime.layout_id)
        taken = {**claims.states, **{lapsed.label: SeatState.HELD for lapsed in claims.lapsed}}
        version = showtime.version - 1 if has_version else showtime.version
        opened = cls(work, showtime, SeatMap(showtime.id, version, layout, taken), has_version)
        if claims.lapsed:
            await opened._give_back(claims.lapsed)
        return opened

    async def write(self, labels: Sequence[str], state: SeatState, cause: str) -> None:
        """Bring seats into a state: one version, one log row, one announcement, all the same change."""
        change = self.seat_map.change(labels, state)
        if not self._has_version:
            await showtimes.advance(self.showtime.id)
        self._has_version = False
        await seat_changes.record(change, cause, self._work.now)
        self._work.announce(change)
        self.seat_map = self.seat_map.apply(change)

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
