"""What Stripe's objects tell of a payment: the same words in a webhook and in the answer to a question."""

import json
from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from adapters.payments.base import Message
from adapters.payments.redaction import redacted_json
from adapters.payments.stripe_amounts import from_stripe
from domain.money import Money
from domain.payments import GatewayEvent, News, PaymentProvider

Fields: TypeAlias = Mapping[str, object]

PAYMENT_ID = "payment_id"  # our names, in Stripe's metadata
REFUND_ID = "refund_id"
LONGEST_NAME = 255

# There is no `payment_intent.payment_failed` here: a declined card puts the PaymentIntent back to
# requires_payment_method "so that the payment can be retried" (docs.stripe.com/payments/paymentintents/lifecycle), in the
# same checkout and often seconds later. Were it news, seats would be given away under a payer who is typing in the next
# card. The end of an attempt that cannot be repeated is told by checkout.session.async_payment_failed.
# Nor is there `charge.refunded`: it says the sum of all refunds of a charge, and refund.* tells of each.
INTENT_KINDS = frozenset({"payment_intent.canceled", "payment_intent.processing", "payment_intent.succeeded"})
BOUNCED = "checkout.session.async_payment_failed"
SESSION_KINDS = frozenset(
    {"checkout.session.async_payment_succeeded", "checkout.session.completed", "checkout.session.expired", BOUNCED}
)
REFUND_KINDS = frozenset({"refund.created", "refund.failed", "refund.updated"})

_OF_INTENT = {"processing": News.PROCESSING, "succeeded": News.CAPTURED, "canceled": News.CANCELLED}
_OF_REFUND = {"succeeded": News.REFUNDED, "failed": News.REFUND_FAILED, "canceled": News.REFUND_FAILED}


def read_message(body: bytes) -> Message:
    """A webhook's body; KeyError, TypeError, ValueError or RecursionError if it is no event of Stripe."""
    event = fields(json.loads(body))
    event_id, kind = text(event, "id"), text(event, "type")
    return Message(event_id, kind, redacted_json(body), _event(event_id, kind, event))


def _event(event_id: str, kind: str, event: Fields) -> GatewayEvent | None:
    if kind in INTENT_KINDS:
        return intent_news(_subject(event), event_id)
    if kind in SESSION_KINDS:
        return session_news(_subject(event), event_id, bounced=kind == BOUNCED)
    if kind in REFUND_KINDS:
        return refund_news(_subject(event), event_id)
    return None


def _subject(event: Fields) -> Fields:
    return fields(fields(event["data"])["object"])


def intent_news(intent: Fields, event_id: str) -> GatewayEvent | None:
    """What a PaymentIntent tells; None while it waits for the payer."""
    news = _OF_INTENT.get(text(intent, "status"))
    if news is None:
        return None
    captured, name = news is News.CAPTURED, text(intent, "id")
    return GatewayEvent(
        PaymentProvider.STRIPE,
        event_id,
        news,
        amount=money(intent, "amount_received" if captured else "amount"),
        provider_ref=name,
        payment_id=our_name(intent, PAYMENT_ID),
        capture_ref=name if captured else None,
        reason=optional_text(intent, "cancellation_reason"),
    )


def session_news(session: Fields, event_id: str, *, bounced: bool) -> GatewayEvent | None:
    """What a Checkout Session tells; `bounced` if its payment has failed after the payer had done their part."""
    news = _of_session(session, bounced=bounced)
    if news is None:
        return None
    return GatewayEvent(
        PaymentProvider.STRIPE,
        event_id,
        news,
        amount=money(session, "amount_total"),
        provider_ref=text(session, "id"),
        payment_id=our_name(session, PAYMENT_ID) or _uuid(session.get("client_reference_id")),
        # The same name that payment_intent.succeeded gives: it is the same money.
        capture_ref=text(session, "payment_intent") if news is News.CAPTURED else None,
    )


def _of_session(session: Fields, *, bounced: bool) -> News | None:
    if text(session, "mode") != "payment":  # subscriptions and saved cards of somebody else on this account
        return None
    if text(session, "payment_status") == "paid":
        return News.CAPTURED
    if text(session, "payment_status") != "unpaid":
        return None
    if text(session, "status") == "complete":
        return News.FAILED if bounced else News.PROCESSING
    return News.CANCELLED if text(session, "status") == "expired" else None


def refund_news(refund: Fields, event_id: str) -> GatewayEvent | None:
    """What a refund tells; None while it is under way, or if it is of no payment of ours."""
    news = _OF_REFUND.get(text(refund, "status"))
    paid, payment_id = optional_text(refund, "payment_intent"), our_name(refund, PAYMENT_ID)
    if news is None or (paid is None and payment_id is None):
        return None
    return GatewayEvent(
        PaymentProvider.STRIPE,
        event_id,
        news,
        amount=money(refund, "amount"),
        provider_ref=paid,
        payment_id=payment_id,
        capture_ref=paid,
        refund_ref=text(refund, "id"),
        refund_id=our_name(refund, REFUND_ID),
        reason=optional_text(refund, "failure_reason"),
    )


def fields(value: object) -> Fields:
    """An object of Stripe; TypeError if it is none."""
    if not isinstance(value, Mapping):
        raise TypeError("This is no object.")
    return value


def text(of: Fields, name: str) -> str:
    """A name or a word that can be kept; KeyError, TypeError or ValueError if it cannot."""
    value = of[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text.")
    if not (value and value.isprintable() and len(value) <= LONGEST_NAME):
        raise ValueError(f"{name} cannot be kept.")
    return value


def optional_text(of: Fields, name: str) -> str | None:
    """The same, where Stripe may say nothing."""
    return None if of.get(name) is None else text(of, name)


def money(of: Fields, name: str) -> Money:
    """An amount in the object's currency; KeyError, TypeError or ValueError if it is none."""
    amount = of[name]
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise TypeError(f"{name} is no amount.")
    return from_stripe(amount, text(of, "currency"))


def our_name(of: Fields, name: str) -> UUID | None:
    """Our own name of a payment or a refund in its metadata, if it is there."""
    metadata = of.get("metadata")
    return _uuid(metadata.get(name)) if isinstance(metadata, Mapping) else None


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
