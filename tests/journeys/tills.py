"""Payers who pay at a provider's double. It lives in the test's own process, so it outlives every server that dies."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx2
import pytest

from domain.payments import PaymentProvider
from tests.doubles.provider import Webhook
from tests.journeys.house import LIST, open_house
from tests.journeys.people import Answer, Person, a_customer
from tests.money.bank import CURRENCIES, DOUBLES
from tests.servers import Server, StartServer

START = """
mutation Start($input: StartPaymentInput!) {
  startPayment(input: $input) {
    __typename
    ... on Payment {
      id status provider providerRef checkoutUrl amount { amount currency }
      checkout {
        __typename
        ... on StripeCheckout { publishableKey url clientSecret }
        ... on RazorpayCheckout { keyId orderId amountMinor currency url }
        ... on VNPayCheckout { page: url }
        ... on CounterCheckout { reference amount { amount currency } }
      }
    }
    ... on Problem { message }
  }
}"""
IMPATIENT = str(Path(__file__).with_name("fused_server.py"))  # without a fuse it only waits less
QUIET = {"PAYMENT_LOOK_AFTER_SECONDS": "3600", "PAYMENT_RECENT_SECONDS": "3600"}  # the reconciler hears of nothing

# On PostgreSQL one of them shows that the database makes no difference; the fault matrix has all of them there too.
every_provider = pytest.mark.parametrize(
    "provider",
    [each if each is PaymentProvider.RAZORPAY else pytest.param(each, marks=pytest.mark.once) for each in CURRENCIES],
)


@dataclass
class Till:
    """One provider, and what its payers and their browsers do."""

    provider: PaymentProvider
    double: Any

    @property
    def currency(self) -> str:
        """What its payers pay in."""
        return CURRENCIES[self.provider]

    @property
    def env(self) -> dict[str, str]:
        """What a server needs to take this provider's money."""
        return {"PAYMENT_PROVIDERS": self.provider.value, **self.double.settings_env()}

    @property
    def door(self) -> str:
        """Where its webhooks come in, as a path."""
        return f"/webhooks/{self.provider.value.lower()}"

    async def start(self, person: Person, booking_id: str, **more: object) -> Answer:
        """Begin to pay: with `key`, or with other fields of the input."""
        given = {"bookingId": booking_id, "provider": self.provider.value, **more}
        return dict((await person.ask(START, input=given))["startPayment"])

    def go_to_checkout(self, payment: Answer) -> str:
        """The payer's browser opens the checkout; the provider's name for the payment."""
        if self.provider is PaymentProvider.VNPAY:
            self.double.visit(payment["checkoutUrl"])
        return str(payment["providerRef"])

    async def pay(self, payment: Answer) -> None:
        """The payer pays what was asked."""
        await self.double.pay(self.go_to_checkout(payment))

    async def come_back(self, server: Server, payment: Answer) -> httpx2.Response:
        """The payer's browser comes back from the checkout, as the provider sends it."""
        ref = payment["providerRef"]
        proof = self.double.proof(ref) if hasattr(self.double, "proof") else {}
        path = urlsplit(self.return_address(ref)).path
        if self.provider is PaymentProvider.RAZORPAY:
            return await server.client.post(path, data=proof)
        return await server.client.get(f"{path}?{proof.get('query', '')}")

    def return_address(self, ref: str) -> str:
        """Where the provider was told to send the browser."""
        if self.provider is PaymentProvider.STRIPE:
            return str(self.double.sessions[ref]["success_url"])
        if self.provider is PaymentProvider.VNPAY:
            return str(self.double.payments[ref].terms["vnp_ReturnUrl"])
        payment_id = self.double.orders[ref]["notes"]["payment_id"]
        return f"/payments/razorpay/return/{payment_id}"

    async def deliver(self, server: Server, *webhooks: Webhook) -> list[httpx2.Response]:
        """Deliver these webhooks, or else all that wait; the answers."""
        sending = list(webhooks or self.double.outbox)
        if not webhooks:
            self.double.outbox.clear()
        return [await send(server, self.door, webhook) for webhook in sending]


async def send(server: Server, door: str, webhook: Webhook) -> httpx2.Response:
    """Knock at a server's door as a provider does."""
    path = f"{door}?{webhook.query}" if webhook.query else door
    headers = [(name.encode(), value.encode("latin-1")) for name, value in webhook.headers.items()]
    return await server.client.request(webhook.method, path, content=webhook.body or None, headers=headers)


@dataclass
class Sale:
    """Somebody who has booked two seats and begun to pay for them."""

    till: Till
    server: Server
    person: Person
    booking: Answer
    payment: Answer


class AtCheckout(Protocol):
    """A sale in a house that takes this provider's money, and that the reconciler does not help unless `env` says so."""

    def __call__(self, provider: PaymentProvider, **env: str) -> AbstractAsyncContextManager[Sale]: ...


@asynccontextmanager
async def sale_at_checkout(
    start_server: StartServer, database_url: str, redis_url: str, provider: PaymentProvider, **env: str
) -> AsyncIterator[Sale]:
    """What `AtCheckout` promises, on this database and this Redis."""
    await open_house(database_url, 1, CURRENCIES[provider])
    async with (
        open_till(provider) as till,
        start_server(
            database_url=database_url,
            redis_url=redis_url,
            env={"SEAT_RULES": "", **till.env, **QUIET, **env},
            arguments=[IMPATIENT],
        ) as server,
    ):
        ana = await a_customer(server)
        showtime = (await ana.ask(LIST))["showtimes"]["nodes"][0]["id"]
        booking = await ana.book((await ana.hold(showtime, ["C7", "C8"]))["id"])
        yield Sale(till, server, ana, booking, await till.start(ana, booking["id"]))


@asynccontextmanager
async def open_till(provider: PaymentProvider) -> AsyncIterator[Till]:
    """A provider that answers until the block ends."""
    async with DOUBLES[provider]().serving() as double:
        yield Till(provider, double)
