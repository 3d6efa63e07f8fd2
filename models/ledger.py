"""The ledger: append-only entries, two for every movement of money, written in the transaction that moves it."""

from datetime import datetime
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.models import Model

from domain.ledger import Account, Cause, Movement
from models.base import SqlValue, places, sql


class LedgerEntry(Model):
    """One side of a movement. The entries of one movement sum to zero."""

    id = fields.BigIntField(primary_key=True, generated=True)
    movement = fields.UUIDField(db_index=True)
    at = fields.DatetimeField()
    cause = fields.CharEnumField(Cause, max_length=24)
    account = fields.CharEnumField(Account, max_length=16)
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    capture_id = fields.UUIDField()
    refund_id = fields.UUIDField(null=True)

    class Meta:
        table = "ledger_entries"
        indexes = (("capture_id",), ("account", "currency"))


async def post(
    movement: Movement, currency: str, at: datetime, *, capture_id: UUID, refund_id: UUID | None = None
) -> None:
    """Write both sides of a movement."""
    cause, entries = movement
    number = uuid4()
    rows: list[tuple[SqlValue, ...]] = [
        (number, at, cause.value, entry.account.value, entry.minor, currency, capture_id, refund_id)
        for entry in entries
    ]
    statement = (
        "INSERT INTO ledger_entries"
        " (movement, at, cause, account, amount_minor, currency, capture_id, refund_id) VALUES "
    )
    await sql(statement + places(1, rows), *[value for row in rows for value in row])
