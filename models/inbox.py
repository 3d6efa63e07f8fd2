"""The inbox: every message of a provider, kept as it came (without private values), applied at its time, once."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from domain.access import Actor, Permission, Reach
from domain.money import Money
from domain.payments import GatewayEvent, MessageState, News, PaymentProvider
from models.base import Row, as_texts, as_uuid, on_sqlite, sql
from models.payments import Payment
from models.reach import within


class PaymentMessage(Row):
    """A provider's message, unique by its event id: `news` is what it means, None if it says nothing about money."""

    provider = fields.CharEnumField(PaymentProvider, max_length=16)
    event_id = fields.CharField(max_length=255)
    kind = fields.CharField(max_length=120)
    body = fields.TextField()
    news: fields.Field[dict[str, str] | None] = fields.JSONField(null=True)
    payment: ForeignKeyFieldInstance[Payment] | None = fields.ForeignKeyField(
        "models.Payment", on_delete=fields.RESTRICT, null=True
    )
    payment_id: UUID | None
    state = fields.CharEnumField(MessageState, max_length=16)
    attempts = fields.IntField(default=0)
    try_at = fields.DatetimeField()
    problem = fields.CharField(max_length=500, null=True)
    applied_at = fields.DatetimeField(null=True)

    class Meta:
        table = "payment_messages"
        unique_together = (("provider", "event_id"),)
        indexes = (("state", "try_at"), ("payment_id",), ("created_at",))

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["PaymentMessage"]:
        """The messages this actor may see: those about the payments they answer for."""
        return cls.within(actor.reach(Permission.PAYMENT_READ))

    @classmethod
    def within(cls, reach: Reach) -> QuerySet["PaymentMessage"]:
        """The messages about payments at these venues; what is about no payment we know of is nobody's but the house's."""
        return cls.filter(within(reach, "payment__booking__showtime"))


@dataclass(frozen=True)
class TakenMessage:
    """A message this worker has taken; `attempts` counts this one."""

    id: UUID
    event: GatewayEvent
    attempts: int


_TAKE_SQLITE = """
UPDATE payment_messages SET try_at = $2, attempts = attempts + 1 WHERE id =
 (SELECT id FROM payment_messages WHERE state = 'NEW' AND try_at <= $1 ORDER BY try_at LIMIT 1)
RETURNING id, news, attempts"""
_TAKE_POSTGRES = _TAKE_SQLITE.replace("LIMIT 1)", "LIMIT 1 FOR UPDATE SKIP LOCKED)")


async def keep(message: PaymentMessage) -> bool:
    """Write a message down; False if it has come before."""
    written = await sql(
        "INSERT INTO payment_messages (id, created_at, provider, event_id, kind, body, news, payment_id, state, attempts,"
        " try_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $2)"
        " ON CONFLICT (provider, event_id) DO NOTHING RETURNING id",
        message.id,
        message.created_at,
        message.provider.value,
        message.event_id,
        message.kind,
        message.body,
        None if message.news is None else json.dumps(message.news),
        message.payment_id,
        message.state.value,
    )
    return bool(written)


async def take(now: datetime, lease: timedelta) -> TakenMessage | None:
    """Take the message that is due; if its worker dies, it is due again when the lease is over."""
    rows = await sql(_TAKE_SQLITE if on_sqlite() else _TAKE_POSTGRES, now, now + lease)
    if not rows:
        return None
    row = rows[0]
    return TakenMessage(as_uuid(row["id"]), read_news(as_texts(row["news"])), int(str(row["attempts"])))


async def applied(message_id: UUID, payment_id: UUID, now: datetime) -> bool:
    """Mark a message applied, in the transaction that applies it; False if another worker has."""
    changed = await sql(
        "UPDATE payment_messages SET state = 'APPLIED', applied_at = $2, payment_id = $3, problem = NULL"
        " WHERE id = $1 AND state = 'NEW' RETURNING id",
        message_id,
        now,
        payment_id,
    )
    return bool(changed)


async def wake_waiting(provider: PaymentProvider, payment_id: UUID, now: datetime) -> None:
    """Have messages tried at once that waited for what has just happened to their payment: those put back before.

    Nobody else's are touched: one whose first try goes on has a worker who holds its lease.
    """
    waiting = PaymentMessage.filter(provider=provider, payment_id=payment_id, state=MessageState.NEW)
    await waiting.filter(problem__isnull=False).update(try_at=now)


def write_news(event: GatewayEvent) -> dict[str, str]:
    """What a message means, as it is stored."""
    known = {
        "provider": event.provider.value,
        "event_id": event.event_id,
        "news": event.news.value,
        "minor": str(event.amount.minor),
        "currency": event.amount.currency,
        "provider_ref": event.provider_ref,
        "payment_id": str(event.payment_id) if event.payment_id else None,
        "capture_ref": event.capture_ref,
        "refund_ref": event.refund_ref,
        "refund_id": str(event.refund_id) if event.refund_id else None,
        "reason": event.reason,
    }
    return {name: value for name, value in known.items() if value is not None}


def read_news(kept: dict[str, str]) -> GatewayEvent:
    """The news from its stored form."""
    return GatewayEvent(
        provider=PaymentProvider(kept["provider"]),
        event_id=kept["event_id"],
        news=News(kept["news"]),
        amount=Money(int(kept["minor"]), kept["currency"]),
        provider_ref=kept.get("provider_ref"),
        payment_id=UUID(kept["payment_id"]) if "payment_id" in kept else None,
        capture_ref=kept.get("capture_ref"),
        refund_ref=kept.get("refund_ref"),
        refund_id=UUID(kept["refund_id"]) if "refund_id" in kept else None,
        reason=kept.get("reason"),
    )
