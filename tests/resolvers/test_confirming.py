"""What a payer's browser brings back from a checkout: checked, then the provider itself is asked."""

import pytest

from domain.bookings import BookingStatus
from domain.payments import News, PaymentStatus
from domain.problems import PaymentRefused
from domain.wrong_calls import BadUserInput, NotFound
from models.bookings import Booking
from models.payments import Payment
from resolvers import payments
from resolvers.payments import Payer
from settings import Settings
from tests.factories.sale import Sale, others
from tests.resolvers.refusals import refused

DONE, PENDING = PaymentStatus.SUCCEEDED, PaymentStatus.PENDING


async def confirm(sale: Sale, payment: Payment, **proof: str) -> Payment:
    return await payments.confirm(sale.ana, payment.id, proof, sale.gateways, sale.house, key="confirm")


async def test_what_the_browser_brings_back_has_the_provider_asked_whose_word_counts(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    assert (await confirm(sale, payment, ref=str(payment.provider_ref))).status is PENDING, "not paid yet"
    sale.gateway.is_down = True
    assert (await confirm(sale, payment, ref=str(payment.provider_ref))).status is PENDING
    sale.gateway.is_down = False
    sale.gateway.told = [sale.event(payment, News.PROCESSING), sale.event(payment, News.CAPTURED)]
    for _ in range(2):
        assert (await confirm(sale, payment, ref=str(payment.provider_ref))).status is DONE
        assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED


async def test_a_proof_of_another_payment_confirms_nothing(sale: Sale) -> None:
    (ben,) = await others(1)
    payment = await sale.start(await sale.book("A1"))
    sale.gateway.told = [sale.event(payment, News.CAPTURED)]
    await refused(PaymentRefused, lambda: confirm(sale, payment, ref="another"))
    args = ({}, sale.gateways, sale.house)
    await refused(NotFound, lambda: payments.confirm(ben, payment.id, *args))
    await refused(PaymentRefused, lambda: payments.confirm(sale.ana, payment.id, {}, {}, sale.house))


@pytest.mark.once
@pytest.mark.parametrize(
    "url", ["https://elsewhere.test/", "//elsewhere.test", "", "/home", "http://127.0.0.1:8000/\n"]
)
def test_a_browser_ends_at_this_house_or_where_it_may_call_from(url: str) -> None:
    settings = Settings(_env_file=None, allowed_origins="https://app.example")
    with pytest.raises(BadUserInput):
        payments.checked(Payer(return_url=url), settings)
    for ours in (f"{settings.address}/bookings/1", "https://app.example/paid?yes=1"):
        assert payments.checked(Payer(return_url=ours), settings).return_url == ours
