"""Who can take the money, and what a client needs to open a provider's checkout: typed for each provider."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.payments import PaymentProvider
from schema.enums import publish
from schema.money import Money

if TYPE_CHECKING:
    from models.payments import Payment as PaymentRow


publish(
    PaymentProvider,
    "Who takes the money. Not every house offers all of them.",
    {
        "SANDBOX": "Takes no real money: its checkout page lets you choose how the payment ends.",
        "RAZORPAY": "Razorpay.",
        "STRIPE": "Stripe.",
        "VNPAY": "VNPAY.",
        "COUNTER": "Staff at the cinema's counter.",
    },
)


@strawberry.type(description="The sandbox: a page of this server's, on which you choose how the payment ends.")
class SandboxCheckout:
    url: str | None = strawberry.field(description="Send the payer's browser there.")


@strawberry.type(
    description="Stripe. Hosted: send the payer to `url`. Embedded: give `clientSecret` to Stripe.js (Payment Element)."
)
class StripeCheckout:
    publishable_key: str = strawberry.field(description="The key for Stripe.js.")
    url: str | None = strawberry.field(description="Stripe's own page; null for an embedded payment.")
    client_secret: str | None = strawberry.field(
        description="For Stripe.js; null for a hosted payment. Show it to nobody but the payer."
    )


@strawberry.type(
    description="Razorpay. Send the payer to `url`, or open Razorpay's checkout.js with these values and hand what it gives "
    "back to `confirmPayment`."
)
class RazorpayCheckout:
    key_id: str = strawberry.field(description="Razorpay's `key`.")
    order_id: str = strawberry.field(description="Razorpay's `order_id`.")
    amount_minor: int = strawberry.field(description="Razorpay's `amount`: in the currency's smallest unit.")
    currency: str = strawberry.field(description="ISO 4217.")
    url: str | None = strawberry.field(description="A page that leads to Razorpay's checkout; null if embedded.")


@strawberry.type(description="VNPAY: send the payer to `url`.")
class VNPayCheckout:
    url: str | None = strawberry.field(description="VNPAY's page, signed for this payment.")


@strawberry.type(description="The cinema's counter: the payer says the reference there, and pays.")
class CounterCheckout:
    reference: str = strawberry.field(description="The booking's reference.")
    amount: Money = strawberry.field(description="What is to be paid.")


PaymentCheckout = Annotated[
    SandboxCheckout | StripeCheckout | RazorpayCheckout | VNPayCheckout | CounterCheckout,
    strawberry.union("PaymentCheckout", description="How to pay: one type for each provider."),
]


def checkout_of(
    row: "PaymentRow",
) -> SandboxCheckout | StripeCheckout | RazorpayCheckout | VNPayCheckout | CounterCheckout | None:
    """The checkout of a payment; None until its provider has been told of it."""
    if row.provider_ref is None:
        return None
    details: Mapping[str, str] = row.details or {}
    url = row.checkout_url
    if row.provider is PaymentProvider.STRIPE:
        return StripeCheckout(
            publishable_key=details.get("publishable_key", ""), url=url, client_secret=details.get("client_secret")
        )
    if row.provider is PaymentProvider.RAZORPAY:
        return RazorpayCheckout(
            key_id=details.get("key_id", ""),
            order_id=details.get("order_id", row.provider_ref),
            amount_minor=int(details.get("amount_minor", row.amount_minor)),
            currency=row.currency,
            url=url,
        )
    if row.provider is PaymentProvider.COUNTER:
        return CounterCheckout(reference=details.get("reference", ""), amount=Money.of(row.amount))
    return VNPayCheckout(url=url) if row.provider is PaymentProvider.VNPAY else SandboxCheckout(url=url)


@strawberry.type(description="A way to pay for a booking.")
class PaymentMethod:
    provider: PaymentProvider = strawberry.field(description="What to give to `startPayment`.")
    embeddable: bool = strawberry.field(description="Whether its checkout can be part of your own page: `embedded`.")


EMBEDDABLE = (PaymentProvider.STRIPE, PaymentProvider.RAZORPAY)


def payment_method(provider: PaymentProvider) -> PaymentMethod:
    """The shape of a way to pay."""
    return PaymentMethod(provider=provider, embeddable=provider in EMBEDDABLE)
