"""What must be done later: written in the transaction that causes it, done at least once."""

from dataclasses import asdict, dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class CarryOutRefund:
    """Give captured money back through its gateway."""

    kind: ClassVar[str] = "carry-out-refund"
    refund_id: UUID


@dataclass(frozen=True)
class CloseOffer:
    """Give up an offer that nobody took in time, and its money back."""

    kind: ClassVar[str] = "close-offer"
    offer_id: UUID


@dataclass(frozen=True)
class DeliverSandboxWebhook:
    """Post one signed event of the sandbox gateway to our own webhook door."""

    kind: ClassVar[str] = "deliver-sandbox-webhook"
    body: str


Task = CarryOutRefund | CloseOffer | DeliverSandboxWebhook


def to_body(task: Task) -> dict[str, str]:
    """The task's arguments as text."""
    return {name: str(value) for name, value in asdict(task).items()}


def from_body(kind: str, body: dict[str, str]) -> Task:
    """The task that was written; ValueError for a kind nobody knows."""
    if kind == CarryOutRefund.kind:
        return CarryOutRefund(UUID(body["refund_id"]))
    if kind == CloseOffer.kind:
        return CloseOffer(UUID(body["offer_id"]))
    if kind == DeliverSandboxWebhook.kind:
        return DeliverSandboxWebhook(body["body"])
    raise ValueError(f"No task is called {kind!r}.")
