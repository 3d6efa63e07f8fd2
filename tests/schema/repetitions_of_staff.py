"""Every mutation of staff that takes a key, in a situation of its own: who calls it, with what, and with what else."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import uuid4

import clock
from domain.payments import PaymentProvider
from domain.refunds import ATTEMPTS, RefundStatus
from models.refunds import Refund
from models.venues import Screen
from resolvers import cancellations
from schema.ids import global_id
from tests.factories.messages import make_dead_letter
from tests.factories.movies import make_movie
from tests.factories.sale import FakeGateway
from tests.schema.repetitions import Repeated, World, unknown


async def create_movie(world: World) -> Repeated:
    return Repeated(world.admin, {"title": "Dawn"}, {"title": "Dusk"})


async def update_movie(world: World) -> Repeated:
    given = {"movieId": global_id("Movie", (await make_movie()).id), "ageRestriction": 12}
    return Repeated(world.admin, given, given | {"ageRestriction": 16})


async def delete_movie(world: World) -> Repeated:
    given = {"movieId": global_id("Movie", (await make_movie()).id)}
    return Repeated(world.admin, given, {"movieId": unknown("Movie")})


async def create_venue(world: World) -> Repeated:
    given = {"name": f"Odeon {uuid4().hex}", "timezone": "UTC", "currency": "EUR"}
    return Repeated(world.admin, given, given | {"currency": "USD"})


async def update_venue(world: World) -> Repeated:
    given = {"venueId": world.venue, "city": "Pune"}
    return Repeated(world.admin, given, given | {"city": "Goa"})


async def set_refund_policy(world: World) -> Repeated:
    given = {"venueId": world.venue, "steps": [{"hours": 24, "percent": 50}]}
    return Repeated(world.admin, given, given | {"steps": [{"hours": 24, "percent": 60}]})


async def set_payment_methods(world: World) -> Repeated:
    given = {"venueId": world.venue, "providers": ["SANDBOX"]}
    return Repeated(world.admin, given, given | {"providers": None})


async def set_price_terms(world: World) -> Repeated:
    given = {"venueId": world.venue, "bookingFee": "30.00"}
    return Repeated(world.admin, given, given | {"bookingFee": "31.00"})


async def create_screen(world: World) -> Repeated:
    given = {"venueId": world.venue, "name": "9", "layout": "A ss"}
    return Repeated(world.admin, given, given | {"layout": "A sss"})


async def update_screen(world: World) -> Repeated:
    screen = await Screen.get(id=world.sale.showtime.screen_id)
    given = {"screenId": global_id("Screen", screen.id), "name": "9"}
    return Repeated(world.admin, given, given | {"name": "8"})


async def create_showtime(world: World) -> Repeated:
    showtime = world.sale.showtime
    given = {
        "movieId": global_id("Movie", showtime.movie_id),
        "screenId": global_id("Screen", showtime.screen_id),
        "startsAt": (clock.now() + timedelta(days=3)).isoformat(),
        "basePrice": "9.00",
    }
    return Repeated(world.admin, given, given | {"basePrice": "8.00"})


async def cancel_showtime(world: World) -> Repeated:
    await world.bought()
    return Repeated(world.admin, {"showtimeId": world.showtime}, {"showtimeId": unknown("Showtime")})


async def settle_counter_payment(world: World) -> Repeated:
    world.sale.gateway = FakeGateway(PaymentProvider.COUNTER)
    payment = await world.sale.start(await world.sale.book("A1"))
    return Repeated(world.admin, {"paymentId": global_id("Payment", payment.id)}, {"paymentId": unknown("Payment")})


async def settle_counter_refund(world: World) -> Repeated:
    world.sale.gateway = FakeGateway(PaymentProvider.COUNTER)
    given = {"refundId": global_id("Refund", (await refunded(world)).id)}
    return Repeated(world.admin, given, {"refundId": unknown("Refund")})


async def refunded(world: World) -> Refund:
    """Money that is to go back."""
    booking, _ = await world.sale.buy("A1")
    await cancellations.cancel(world.sale.ana, booking.id)
    return await Refund.get(booking_id=booking.id)


async def refund_payment(world: World) -> Repeated:
    _, payment = await world.sale.buy("A1")
    given = {"paymentId": global_id("Payment", payment.id), "reason": "The heating failed", "amount": "10.00"}
    return Repeated(world.admin, given, given | {"amount": "20.00"})


async def retry_refund(world: World) -> Repeated:
    refund = await refunded(world)
    await Refund.filter(id=refund.id).update(status=RefundStatus.FAILED, attempt=ATTEMPTS)
    return Repeated(world.admin, {"refundId": global_id("Refund", refund.id)}, {"refundId": unknown("Refund")})


async def replay_message(world: World) -> Repeated:
    dead = await make_dead_letter()
    given = {"messageId": global_id("PaymentMessage", dead.id)}
    return Repeated(world.admin, given, {"messageId": unknown("PaymentMessage")})


async def correct_date_of_birth(world: World) -> Repeated:
    given = {"userId": global_id("User", world.sale.ana.user_id), "dateOfBirth": "1990-05-01"}
    return Repeated(world.admin, given, given | {"dateOfBirth": "1991-05-01"})


async def dismiss_message(world: World) -> Repeated:
    replayed = await replay_message(world)
    given = replayed.given | {"reason": "Paid back by hand."}
    return Repeated(world.admin, given, given | {"reason": "It was a trial."})


BY_STAFF: Final[Mapping[str, Callable[[World], Awaitable[Repeated]]]] = {
    "createMovie": create_movie,
    "updateMovie": update_movie,
    "deleteMovie": delete_movie,
    "createVenue": create_venue,
    "updateVenue": update_venue,
    "setRefundPolicy": set_refund_policy,
    "setPaymentMethods": set_payment_methods,
    "setPriceTerms": set_price_terms,
    "correctDateOfBirth": correct_date_of_birth,
    "createScreen": create_screen,
    "updateScreen": update_screen,
    "createShowtime": create_showtime,
    "cancelShowtime": cancel_showtime,
    "settleCounterPayment": settle_counter_payment,
    "settleCounterRefund": settle_counter_refund,
    "refundPayment": refund_payment,
    "retryRefund": retry_refund,
    "replayMessage": replay_message,
    "dismissMessage": dismiss_message,
}
