"""What a venue promises its customers: how much of their money comes back when, and with whom they may pay."""

from collections.abc import Sequence
from uuid import UUID

from domain.access import Actor
from domain.bookings import BookingStatus
from domain.catalogue import VENUES
from domain.payments import PaymentProvider
from domain.problems import FieldProblem, InvalidInput
from domain.refunds import RefundPolicy, RefundStep, check_policy, read_policy, write_policy
from domain.traces import Trace, facts
from models.bookings import Booking
from models.catalogue import touch
from models.locks import lock_row
from models.search import found
from models.showtimes import Showtime
from models.venues import Venue
from resolvers import bookings
from resolvers.refunds import Gateways
from resolvers.unit_of_work import unit_of_work


def offered(venue: Venue, currency: str, gateways: Gateways) -> list[PaymentProvider]:
    """Who can take money in this currency at a venue: enabled here, able to, and wanted by the venue."""
    able = [provider for provider, gateway in gateways.items() if gateway.takes(currency)]
    wanted = venue.payment_providers
    return [provider for provider in able if wanted is None or provider.value in wanted]


async def methods(booking: Booking, gateways: Gateways) -> list[PaymentProvider]:
    """Who can take the money of a booking now; nobody unless it waits for that."""
    showtime = await Showtime.get(id=booking.showtime_id).select_related("venue")
    if bookings.status_now(booking, showtime) is not BookingStatus.PENDING:
        return []
    return offered(showtime.venue, booking.currency, gateways)


async def set_refund_policy(
    actor: Actor, venue_id: UUID, steps: Sequence[RefundStep], *, key: str | None = None
) -> Venue:
    """Give a venue another ladder; bookings that have been made keep theirs."""
    policy = check_policy(steps)
    async with unit_of_work() as work:
        given = [venue_id, write_policy(policy)]
        if await work.once(actor, "setRefundPolicy", key, given, venue_id):
            return await found(Venue, venue_id)
        venue = await lock_row(Venue, venue_id)
        trace = Trace("SET_REFUND_POLICY", "Venue", venue_id, venue_id)
        was, now = (facts(steps=_said(each)) for each in (read_policy(venue.refund_policy), policy))
        await work.record_change(actor, trace, was, now)
        venue.refund_policy = write_policy(policy)
        await venue.save(update_fields=["refund_policy"])
        await touch(VENUES)
    return venue


def _said(policy: RefundPolicy) -> list[str]:
    return [f"{step.hours} h: {step.percent} %" for step in policy.steps]


async def set_payment_methods(
    actor: Actor,
    venue_id: UUID,
    providers: Sequence[PaymentProvider] | None,
    gateways: Gateways,
    *,
    key: str | None = None,
) -> Venue:
    """Say with whom a venue's customers may pay (None: all that are enabled); payments under way go on."""
    async with unit_of_work() as work:
        if await work.once(actor, "setPaymentMethods", key, [venue_id, providers], venue_id):
            return await found(Venue, venue_id)
        venue = await lock_row(Venue, venue_id)
        if providers is not None:
            _check_providers(providers, venue.currency, gateways)
        trace = Trace("SET_PAYMENT_METHODS", "Venue", venue_id, venue_id)
        before = facts(providers=venue.payment_providers)
        await work.record_change(actor, trace, before, facts(providers=providers))
        venue.payment_providers = None if providers is None else [provider.value for provider in providers]
        await venue.save(update_fields=["payment_providers"])
        await touch(VENUES)
    return venue


def _check_providers(providers: Sequence[PaymentProvider], currency: str, gateways: Gateways) -> None:
    wrong: list[FieldProblem] = []
    if not providers:
        wrong.append(FieldProblem(("providers",), "A venue offers at least one way to pay."))
    if len(set(providers)) < len(providers):
        wrong.append(FieldProblem(("providers",), "Each provider is named once."))
    for number, provider in enumerate(providers):
        gateway = gateways.get(provider)
        where = ("providers", str(number))
        if gateway is None:
            wrong.append(FieldProblem(where, f"{provider.value} is not enabled here."))
        elif not gateway.takes(currency):
            wrong.append(FieldProblem(where, f"{provider.value} takes no {currency}."))
    if wrong:
        raise InvalidInput(wrong)
