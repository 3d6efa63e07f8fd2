"""Whatever staff change in the catalogue, every answer about it is another at once, on every process."""

from datetime import timedelta

import pytest

import clock
from domain.access import Actor, Role
from domain.payments import PaymentProvider
from domain.price_terms import WantedTerms
from domain.refunds import RefundStep
from models.showtimes import Showtime
from resolvers import movies, screens, showtime_cancellations, showtimes, venue_terms, venues
from resolvers.screens import ScreenDetails
from tests.databases import Database
from tests.factories.sale import FakeGateway
from tests.factories.showtimes import make_showtime
from tests.factories.users import make_staff
from tests.schema.asking import Asker, asker
from tests.schema.desks import MOVIES, SHOWTIMES, VENUES, Desk, ask, desk
from tests.schema.test_gates import LOGGED_IN, OPEN_TO

__all__ = ["ask", "desk"]


async def edited_movie(actor: Actor, showtime: Showtime) -> None:
    await movies.edit(actor, showtime.movie_id, {"title": "Renamed"})


async def added_movie(actor: Actor, showtime: Showtime) -> None:
    await movies.add(actor, movies.MovieDetails(title="New"))


async def deleted_movie(actor: Actor, showtime: Showtime) -> None:
    await movies.delete(actor, (await movies.add(actor, movies.MovieDetails(title="Gone"))).id)


async def edited_venue(actor: Actor, showtime: Showtime) -> None:
    await venues.edit(actor, showtime.venue_id, {"city": "Elsewhere"})


async def added_venue(actor: Actor, showtime: Showtime) -> None:
    await venues.add(actor, venues.VenueDetails(name="Second", timezone="UTC", currency="EUR"))


async def priced_venue(actor: Actor, showtime: Showtime) -> None:
    await venues.set_price_terms(actor, showtime.venue_id, WantedTerms(tax_name="GST", tax_percent="18"))


async def added_screen(actor: Actor, showtime: Showtime) -> None:
    await screens.add(actor, showtime.venue_id, ScreenDetails(name="9", layout="A sss"))


async def edited_screen(actor: Actor, showtime: Showtime) -> None:
    await screens.edit(actor, showtime.screen_id, {"name": "Renamed"})


async def added_showtime(actor: Actor, showtime: Showtime) -> None:
    wanted = showtimes.ShowtimeDetails(starts_at=clock.now() + timedelta(days=3), base_price="9")
    await showtimes.schedule(actor, showtime.movie_id, showtime.screen_id, wanted)


async def cancelled_showtime(actor: Actor, showtime: Showtime) -> None:
    await showtime_cancellations.cancel(actor, showtime.id)


async def set_refund_policy(actor: Actor, showtime: Showtime) -> None:
    await venue_terms.set_refund_policy(actor, showtime.venue_id, [RefundStep(24, 50)])


async def set_payment_methods(actor: Actor, showtime: Showtime) -> None:
    gateways = {provider: FakeGateway(provider) for provider in (PaymentProvider.SANDBOX, PaymentProvider.COUNTER)}
    await venue_terms.set_payment_methods(actor, showtime.venue_id, [PaymentProvider.COUNTER], gateways)


EDITS = {
    "createMovie": (added_movie, [MOVIES]),
    "updateMovie": (edited_movie, [MOVIES, SHOWTIMES]),
    "deleteMovie": (deleted_movie, []),
    "createVenue": (added_venue, [VENUES]),
    "updateVenue": (edited_venue, [SHOWTIMES]),
    "setPriceTerms": (priced_venue, [VENUES]),
    "createScreen": (added_screen, [VENUES]),
    "updateScreen": (edited_screen, [VENUES, SHOWTIMES]),
    "createShowtime": (added_showtime, [SHOWTIMES]),
    "cancelShowtime": (cancelled_showtime, [SHOWTIMES]),
    "setRefundPolicy": (set_refund_policy, [VENUES]),
    "setPaymentMethods": (set_payment_methods, [VENUES]),
}

# What staff do with payments changes nothing that everybody is shown.
OF_THE_MONEY = {
    "refundPayment",
    "retryRefund",
    "replayMessage",
    "dismissMessage",
    "settleCounterPayment",
    "settleCounterRefund",
}

# Nor does what they do with people.
OF_PEOPLE = {
    "requireSecondFactor",
    "setRoles",
    "postStaff",
    "lockUser",
    "unlockUser",
    "inviteStaff",
    "withdrawInvitation",
    "correctDateOfBirth",
    "createCustomer",
}


@pytest.mark.parametrize("mutation", EDITS)
async def test_an_edit_is_seen_at_once(mutation: str, desk: Desk, ask: Asker, database: Database) -> None:
    """On every process: nothing told the second desk but the database."""
    showtime, editor = await make_showtime(rows=1), await make_staff(Role.ADMIN)
    other = Desk(asker(database.settings).calls)
    edit, changed = EDITS[mutation]
    before = {query: (await desk(query), await other(query)) for query in (MOVIES, VENUES, SHOWTIMES)}
    await edit(Actor(editor.id, frozenset({Role.ADMIN}), None), showtime)
    for query in before:
        truth = (await ask(query))["data"]
        assert await desk(query) == await other(query) == truth
        assert (truth != before[query][0]) == (query in changed), query


def test_every_mutation_of_the_catalogue_is_among_them() -> None:
    staff = {
        name.partition(".")[2] for name, who in OPEN_TO.items() if name.startswith("Mutation.") and who < LOGGED_IN
    }
    assert staff - OF_THE_MONEY - OF_PEOPLE == set(EDITS), (
        "a new mutation of staff must be here, if it changes the catalogue"
    )
