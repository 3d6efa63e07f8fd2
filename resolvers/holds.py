"""Holds: seats set aside for a person while they pay."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import clock
from domain.access import Actor
from domain.age import AgeUnknown
from domain.best_seats import Party, best_seats
from domain.holds import HoldStatus, HoldTerms, check_room_for_one_more, expiry, extended_expiry, status_at
from domain.neighbours import neighbours_of
from domain.preferences import as_liked, read_preferences
from domain.pricing import quote
from domain.problems import HoldBooked, HoldExpired, IdempotencyConflict, NotEnoughSeats, TooManySeats
from domain.seat_maps import SeatState
from domain.seating import SeatRule, check_available, check_labels, check_room, check_rules, is_plain
from domain.showtimes import check_on_sale
from domain.wrong_calls import BadUserInput, NotFound, Unauthenticated
from models import seat_claims, selections
from models.bookings import Booking, Hold, write_quote
from models.users import User
from resolvers import ages
from resolvers.seat_maps import OpenMap
from resolvers.unit_of_work import Work, unit_of_work
from settings import Settings

SWEEP_AT_MOST = 200


def terms(settings: Settings) -> HoldTerms:
    """What the settings allow a hold."""
    return HoldTerms(
        lasts=timedelta(minutes=settings.hold_minutes),
        lasts_at_most=timedelta(minutes=settings.hold_max_minutes),
        seats_at_most=settings.hold_seats_max,
        at_once=settings.holds_per_person,
        grace=timedelta(minutes=settings.payment_grace_minutes),
        seats_per_person=settings.seats_per_person,
        rules=frozenset(map(SeatRule, settings.house_rules)),
        age_unknown=AgeUnknown(settings.age_unknown),
    )


async def mine(actor: Actor) -> list[Hold]:
    """The actor's holds that are still alive, oldest first."""
    alive = Hold.visible_to(actor).filter(status=HoldStatus.ACTIVE, expires_at__gt=clock.now())
    return await alive.filter(user_id=actor.user_id).order_by("created_at", "id")


async def one(actor: Actor, hold_id: UUID) -> Hold | None:
    """A hold the actor may see."""
    return await Hold.visible_to(actor).get_or_none(id=hold_id)


async def place(
    actor: Actor, showtime_id: UUID, labels: Sequence[str], terms: HoldTerms, *, key: str | None = None
) -> Hold:
    """Set seats aside for the actor until the hold expires: all of them or none."""
    person = _person(actor)
    async with unit_of_work() as work:
        hold_id = uuid4()
        if first := await work.once(actor, "holdSeats", key, [showtime_id, list(labels)], hold_id):
            return await Hold.get(id=first)
        opened = await OpenMap.to_change(work, showtime_id, person)
        check_labels(opened.layout, labels, terms.seats_at_most)
        check_on_sale(opened.showtime.window, work.now)
        await ages.check(opened.showtime, person, terms.age_unknown)
        found = await opened.read([*labels, *neighbours_of(opened.layout).around(labels)], person)
        check_available(opened.seats, labels)
        check_room_for_one_more(terms, found.alive)
        check_room(found.mine, len(labels), terms.seats_per_person)
        if not is_plain(opened.seats, labels, terms.rules):
            await opened.read(None, person)
            check_rules(opened.seats, labels, terms.rules)
        return await _write(work, opened, hold_id, person, labels, expiry(terms, work.now))


async def place_best(
    actor: Actor, showtime_id: UUID, party: Party, terms: HoldTerms, *, key: str | None = None
) -> Hold:
    """Set the best free seats for a party aside for the actor, as they like them; NotEnoughSeats where there are too few."""
    person = _person(actor)
    async with unit_of_work() as work:
        hold_id = uuid4()
        asked = [showtime_id, party.count, sorted(party.kinds), party.wheelchairs, party.position, party.aisle]
        if first := await work.once(actor, "holdBestSeats", key, asked, hold_id):
            return await Hold.get(id=first)
        opened = await OpenMap.to_change(work, showtime_id, person)
        if party.count > terms.seats_at_most:
            raise TooManySeats(terms.seats_at_most)
        check_on_sale(opened.showtime.window, work.now)
        await ages.check(opened.showtime, person, terms.age_unknown)
        found = await opened.read(None, person)
        check_room_for_one_more(terms, found.alive)
        check_room(found.mine, party.count, terms.seats_per_person)
        best = best_seats(opened.seats, await _as_liked(party, person))
        if best is None:
            raise NotEnoughSeats
        return await _write(work, opened, hold_id, person, best.labels, expiry(terms, work.now))


async def _as_liked(party: Party, person: UUID) -> Party:
    """The party with its host's preferences where it has none of its own."""
    if party.position is not None and party.aisle is not None:
        return party
    host = await User.get(id=person).only("id", "preferences")
    return as_liked(party, read_preferences(host.preferences).seats)


async def _write(
    work: Work, opened: OpenMap, hold_id: UUID, person: UUID, labels: Sequence[str], until: datetime
) -> Hold:
    by_label = opened.layout.by_label
    price = quote(opened.showtime.base_price, [by_label[label] for label in labels], opened.showtime.terms)
    hold = Hold(
        id=hold_id,
        created_at=work.now,
        user_id=person,
        showtime_id=opened.showtime.id,
        status=HoldStatus.ACTIVE,
        expires_at=until,
        lines=write_quote(price),
        currency=price.currency,
    )
    change = await opened.plan(labels, SeatState.HELD)
    await selections.place(hold, labels, change, "HELD")
    opened.written(change)
    return hold


async def extend(actor: Actor, hold_id: UUID, terms: HoldTerms, *, key: str | None = None) -> Hold:
    """Give a live hold its full length again, counted from now, up to the cap."""
    async with unit_of_work() as work:
        if await _is_repetition(work, actor, "extendHold", key, hold_id):
            return await Hold.get(id=hold_id)
        hold, _ = await _lock(work, actor, hold_id)
        await _check_alive(hold)
        hold.expires_at = extended_expiry(terms, hold.created_at, hold.expires_at, work.now)
        await hold.save(update_fields=["expires_at"])
        await seat_claims.prolong(hold.id, hold.expires_at)
    return hold


async def release(actor: Actor, hold_id: UUID, *, key: str | None = None) -> Hold:
    """Give the seats of a live hold back; a released hold is given again."""
    async with unit_of_work() as work:
        if await _is_repetition(work, actor, "releaseHold", key, hold_id):
            return await Hold.get(id=hold_id)
        hold, opened = await _lock(work, actor, hold_id)
        if hold.status is HoldStatus.RELEASED:
            return hold
        await _check_alive(hold)
        await let_go(opened, hold)
    return hold


async def let_go(opened: OpenMap, hold: Hold) -> None:
    """Give the seats of a live hold back; they must have been read."""
    hold.status = HoldStatus.RELEASED
    await hold.save(update_fields=["status"])
    await seat_claims.free_holds([hold.id])
    await opened.write(hold.quote.labels, SeatState.AVAILABLE, "RELEASED")


async def _is_repetition(work: Work, actor: Actor, mutation: str, key: str | None, hold_id: UUID) -> bool:
    """Remember the key; BadUserInput for one of another hold, since these mutations' unions may not grow."""
    try:
        return await work.once(actor, mutation, key, [hold_id], hold_id) is not None
    except IdempotencyConflict as problem:
        raise BadUserInput(problem.message) from problem


async def release_expired(now: datetime) -> int:
    """Give back the seats of holds that are over; how many showtimes had any. Any number may run at once."""
    showtime_ids = await seat_claims.showtimes_with_lapsed_holds(now, SWEEP_AT_MOST)
    for showtime_id in showtime_ids:
        async with unit_of_work() as work:
            await OpenMap.to_look(work, showtime_id)
    return len(showtime_ids)


async def lock_for_booking(work: Work, actor: Actor, hold_id: UUID) -> tuple[Hold, OpenMap]:
    """A live hold of the actor's, with its seat map locked; HoldExpired or HoldBooked if it is over."""
    hold, opened = await _lock(work, actor, hold_id)
    await _check_alive(hold)
    return hold, opened


async def _lock(work: Work, actor: Actor, hold_id: UUID) -> tuple[Hold, OpenMap]:
    visible = Hold.visible_to(actor)
    seen = await visible.get_or_none(id=hold_id)
    if seen is None:
        raise NotFound
    opened = await OpenMap.to_look(work, seen.showtime_id, seen.quote.labels)
    return await visible.get(id=hold_id), opened


async def _check_alive(hold: Hold) -> None:
    if hold.status is HoldStatus.BOOKED:
        booking = await Booking.get(hold_id=hold.id)
        raise HoldBooked(booking.id)
    if hold.status is not HoldStatus.ACTIVE:
        raise HoldExpired


def status_now(hold: Hold) -> HoldStatus:
    """A hold's status at this moment."""
    return status_at(hold.status, hold.expires_at, clock.now())


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise Unauthenticated
    return actor.user_id
