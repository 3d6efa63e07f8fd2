"""Messages of providers, as the inbox keeps them."""

from uuid import UUID, uuid4

import clock
from domain.payments import MessageState, PaymentProvider
from models.inbox import PaymentMessage


async def make_dead_letter(payment_id: UUID | None = None) -> PaymentMessage:
    """A message that could not be applied, about a payment or about none that is known."""
    return await PaymentMessage.create(
        created_at=clock.now(),
        provider=PaymentProvider.SANDBOX,
        event_id=uuid4().hex,
        kind="payment.succeeded",
        body="{}",
        payment_id=payment_id,
        state=MessageState.DEAD,
        try_at=clock.now(),
    )
