"""What must be done later: written in the transaction that causes it, done at least once."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar, Final
from uuid import UUID

from domain.notices import Notice


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


@dataclass(frozen=True)
class SendCode:
    """Send a code to where it is to prove itself: the code is derived from its row, so the queue never holds it."""

    kind: ClassVar[str] = "send-code"
    code_id: UUID


@dataclass(frozen=True)
class SendNotice:
    """Tell a person what has happened to their account, at `to` and in `language` where these are not what they have now."""

    kind: ClassVar[str] = "send-notice"
    user_id: UUID
    notice: Notice
    to: str = ""
    language: str = ""


@dataclass(frozen=True)
class SendInvitation:
    """Ask somebody by e-mail to join the staff."""

    kind: ClassVar[str] = "send-invitation"
    invitation_id: UUID


Task = CarryOutRefund | CloseOffer | DeliverSandboxWebhook | SendCode | SendInvitation | SendNotice


def to_body(task: Task) -> dict[str, str]:
    """The task's arguments as text."""
    return {name: str(value) for name, value in asdict(task).items()}


def from_body(kind: str, body: dict[str, str]) -> Task:
    """The task that was written; ValueError for a kind nobody knows."""
    if kind not in _READ:
        raise ValueError(f"No task is called {kind!r}.")
    return _READ[kind](body)


_READ: Final[Mapping[str, Callable[[Mapping[str, str]], Task]]] = {
    CarryOutRefund.kind: lambda body: CarryOutRefund(UUID(body["refund_id"])),
    CloseOffer.kind: lambda body: CloseOffer(UUID(body["offer_id"])),
    DeliverSandboxWebhook.kind: lambda body: DeliverSandboxWebhook(body["body"]),
    SendCode.kind: lambda body: SendCode(UUID(body["code_id"])),
    SendInvitation.kind: lambda body: SendInvitation(UUID(body["invitation_id"])),
    SendNotice.kind: lambda body: SendNotice(
        UUID(body["user_id"]), Notice(body["notice"]), body["to"], body["language"]
    ),
}
