"""What a venue promises holds for what is sold from then on; what was promised before stays as it was."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

import clock
from domain.access import Actor, Role
from domain.bookings import BookingStatus
from domain.payments import PaymentProvider, PaymentStatus
from domain.problems import CancellationRefused, IdempotencyConflict, InvalidInput, PaymentRefused
from domain.refunds import UNTIL_THE_START, RefundPolicy, RefundStep, check_policy, share_of
from domain.wrong_calls import NotFound
from models.bookings import Booking, Ticket
from models.payments import Capture
from models.refunds import Refund
from models.venues import Venue
from resolvers import cancellations, payments, venue_terms, venues
from resolvers.refunds import Gateways
from settings import Settings
from tests.factories.sale import FakeGateway, Sale, open_sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import refused
from tests.resolvers.sale_fixtures import Later

P = PaymentProvider


@pytest.fixture
async def admin(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.ADMIN))


async def venue_of(sale: Sale) -> Venue:
    return await Venue.get(id=sale.showtime.venue_id)


def a_ladder(dice: random.Random) -> RefundPolicy:
    hours = dice.sample(range(72), dice.randint(1, 4))
    percents = sorted((dice.randint(0, 100) for _ in hours), reverse=True)
    steps = zip(sorted(hours, reverse=True), percents, strict=True)
    return check_policy([RefundStep(*step) for step in steps])


async def test_a_booking_keeps_the_ladder_it_was_made_under(sale: Sale, admin: Actor) -> None:
    venue = await venue_of(sale)
    hold = await sale.hold("A1")
    await venue_terms.set_refund_policy(admin, venue.id, [RefundStep(12, 60)])
    early = await sale.book_hold(hold.id)
    await venue_terms.set_refund_policy(admin, venue.id, [RefundStep(12, 20), RefundStep(48, 90)])
    late = await sale.book("B1")
    assert early.refund_policy == RefundPolicy((RefundStep(12, 60),)), "the hold promised a price, the booking a ladder"
    assert late.refund_policy == RefundPolicy((RefundStep(48, 90), RefundStep(12, 20)))
    assert (await cancellations.quote(sale.ana, early.id, None)).percent == 60
    assert (await cancellations.quote(sale.ana, late.id, None)).percent == 20


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_the_venue_says_meanwhile_quotes_and_refunds_follow_the_booking(
    settings: Settings, admin: Actor, sale: Sale, later: Later, seed: int
) -> None:
    dice = random.Random(seed)
    sale = await open_sale(settings, timedelta(hours=60))
    people = await others(6)
    promised: dict[object, RefundPolicy] = {}
    for number, person in enumerate(people, start=1):
        await venue_terms.set_refund_policy(admin, sale.showtime.venue_id, a_ladder(dice).steps)
        hold = await sale.hold(f"A{number}", f"B{number}", actor=person)
        last = a_ladder(dice)
        await venue_terms.set_refund_policy(admin, sale.showtime.venue_id, last.steps)
        booking = await sale.book_hold(hold.id, actor=person)
        promised[booking.id] = last
        await sale.tell(await sale.start(booking, actor=person), PaymentStatus.SUCCEEDED)
    for booking, person in zip(await Booking.all().order_by("created_at"), people, strict=True):
        later(hours=dice.randint(0, 9))
        await venue_terms.set_refund_policy(admin, sale.showtime.venue_id, a_ladder(dice).steps)
        percent = promised[booking.id].percent_at(sale.showtime.starts_at, clock.now())
        ticket = await Ticket.get(booking_id=booking.id, seat=booking.kept_seats[0])
        offer = await cancellations.quote(person, booking.id, [ticket.id])
        if percent is None:
            assert (offer.amount.minor, offer.refusal is None) == (0, False)
            give = (person, booking.id, [ticket.id], None)
            await refused(CancellationRefused, lambda given=give: cancellations.refund_tickets(*given))
            continue
        assert (offer.percent, offer.amount.minor) == (percent, share_of(25_000, percent))
        assert offer.until is not None
        assert offer.until >= clock.now()
        await cancellations.refund_tickets(person, booking.id, [ticket.id], None)
        refund = await Refund.get(booking_id=booking.id)
        assert (refund.amount, refund.kept) == (offer.amount, offer.kept)


async def test_ticket_by_ticket_the_parts_are_the_whole(sale: Sale, admin: Actor) -> None:
    await venue_terms.set_refund_policy(admin, sale.showtime.venue_id, [RefundStep(0, 33)])
    booking, _ = await sale.buy("A1", "A2", "A3")
    for seat in booking.kept_seats:
        ticket = await Ticket.get(booking_id=booking.id, seat=seat)
        await cancellations.refund_tickets(sale.ana, booking.id, [ticket.id], None)
    parts = await Refund.all().values_list("amount_minor", "kept_minor")
    assert parts == [(8_250, 16_750)] * 3
    capture = await Capture.get()
    assert (capture.refunding_minor, sum(map(sum, parts))) == (75_000, 75_000)
    assert (await Booking.get()).status is BookingStatus.CANCELLED


async def test_a_ladder_that_makes_no_sense_leaves_the_old_one(sale: Sale, admin: Actor) -> None:
    venue = await venue_of(sale)
    policies: Sequence[list[RefundStep]] = ([], [RefundStep(1, 10), RefundStep(2, 5)], [RefundStep(-1, 101)])
    for steps in policies:
        await refused(InvalidInput, lambda s=steps: venue_terms.set_refund_policy(admin, venue.id, s))
    await refused(NotFound, lambda: venue_terms.set_refund_policy(admin, sale.showtime.id, [RefundStep(0, 1)]))
    assert (await venue_of(sale)).refund_policy is None
    assert (await sale.book("A1")).refund_policy == UNTIL_THE_START


async def test_the_order_of_the_steps_is_no_other_input(sale: Sale, admin: Actor) -> None:
    venue, steps = await venue_of(sale), [RefundStep(0, 10), RefundStep(24, 90)]
    await venue_terms.set_refund_policy(admin, venue.id, steps, key="k")
    again = await venue_terms.set_refund_policy(admin, venue.id, steps[::-1], key="k")
    assert again.refund_policy == [[24, 90], [0, 10]]
    await refused(IdempotencyConflict, lambda: venue_terms.set_refund_policy(admin, venue.id, steps[:1], key="k"))


class Taking(FakeGateway):
    """Takes every currency; VNPAY nothing but VND."""

    def takes(self, currency: str) -> bool:
        return self.provider is not P.VNPAY or currency == "VND"


ENABLED: Gateways = {provider: Taking(provider) for provider in (P.SANDBOX, P.STRIPE, P.VNPAY)}


@pytest.mark.parametrize(
    ("currency", "wanted", "offered"),
    [
        ("INR", None, [P.SANDBOX, P.STRIPE]),
        ("VND", None, [P.SANDBOX, P.STRIPE, P.VNPAY]),
        ("VND", [P.VNPAY], [P.VNPAY]),
        ("INR", [P.VNPAY, P.STRIPE], [P.STRIPE]),
        ("INR", [P.RAZORPAY], []),
        ("INR", [P.STRIPE, P.SANDBOX], [P.SANDBOX, P.STRIPE]),
    ],
)
def test_offered_is_what_is_enabled_able_and_wanted(
    currency: str, wanted: list[PaymentProvider] | None, offered: list[PaymentProvider]
) -> None:
    venue = Venue(currency=currency, payment_providers=wanted and [each.value for each in wanted])
    assert venue_terms.offered(venue, currency, ENABLED) == offered


async def test_only_who_is_offered_can_be_paid(sale: Sale, admin: Actor) -> None:
    venue, booking = await venue_of(sale), await sale.book("A1")
    assert await venue_terms.methods(booking, ENABLED) == [P.SANDBOX, P.STRIPE]
    await venue_terms.set_payment_methods(admin, venue.id, [P.STRIPE], ENABLED)
    assert await venue_terms.methods(booking, ENABLED) == [P.STRIPE]
    await refused(PaymentRefused, lambda: payments.start(sale.ana, booking.id, P.SANDBOX, gateways=ENABLED))
    await venue_terms.set_payment_methods(admin, venue.id, None, ENABLED)
    payment = await payments.start(sale.ana, booking.id, P.SANDBOX, gateways=ENABLED)
    await venue_terms.set_payment_methods(admin, venue.id, [P.STRIPE], ENABLED)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED, "what was started goes on"
    assert await venue_terms.methods(await Booking.get(id=booking.id), ENABLED) == []


@pytest.mark.parametrize(
    ("wanted", "paths"),
    [
        ([], [("providers",)]),
        ([P.STRIPE, P.STRIPE], [("providers",)]),
        ([P.RAZORPAY], [("providers", "0")]),
        ([P.STRIPE, P.VNPAY, P.COUNTER], [("providers", "1"), ("providers", "2")]),
    ],
)
async def test_what_cannot_be_offered_is_named_and_changes_nothing(
    sale: Sale, admin: Actor, wanted: list[PaymentProvider], paths: list[tuple[str, ...]]
) -> None:
    venue = await venue_of(sale)
    await venue_terms.set_payment_methods(admin, venue.id, [P.STRIPE], ENABLED)
    refusal = await refused(
        InvalidInput, lambda: venue_terms.set_payment_methods(admin, venue.id, wanted, ENABLED, key="k")
    )
    assert [problem.path for problem in refusal.fields] == paths
    assert (await venue_of(sale)).payment_providers == ["STRIPE"]


async def test_editing_a_venue_leaves_its_terms(sale: Sale, admin: Actor) -> None:
    venue = await venue_of(sale)
    await venue_terms.set_refund_policy(admin, venue.id, [RefundStep(1, 2)])
    await venue_terms.set_payment_methods(admin, venue.id, [P.STRIPE], ENABLED)
    await venues.edit(admin, venue.id, {"city": "Pune"})
    found = await venue_of(sale)
    assert (found.city, found.refund_policy, found.payment_providers) == ("Pune", [[1, 2]], ["STRIPE"])
