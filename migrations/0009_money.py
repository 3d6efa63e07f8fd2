import json

from tortoise import migrations
from tortoise.migrations import operations as ops
from domain.ledger import Account, Cause
from domain.offers import OfferStatus
from domain.payments import CaptureFate, MessageState, PaymentProvider
from domain.refunds import RefundReason, RefundStatus
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

import clock
from domain.ledger import captured, refund_ordered, refund_paid, sold
from models.base import SqlRow, as_instant, as_uuid, sql
from models.ledger import post

# Until now a payment was captured at most once, and wholly given back or not at all. What it bought has a line of sales.
CAPTURED = """
SELECT p.id, p.booking_id, p.provider, p.provider_ref, p.amount_minor, p.currency, p.status, p.refund_due,
 s.sold_at, (SELECT MIN(e.received_at) FROM payment_events e WHERE e.payment_id = p.id AND e.status = 'SUCCEEDED') AS heard
FROM payments p LEFT JOIN sales s ON s.payment_id = p.id
WHERE p.status IN ('SUCCEEDED', 'REFUNDED')"""
CAPTURE = """
INSERT INTO captures (id, created_at, payment_id, booking_id, provider, capture_ref, amount_minor, currency, fate,
 refunding_minor, refunded_minor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""
REFUND = """
INSERT INTO refunds (id, created_at, capture_id, payment_id, booking_id, provider, amount_minor, kept_minor, currency, seats,
 reason, status, attempt, settled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, '[]', $9, $10, 1, $11)"""
TASK = "INSERT INTO tasks (id, created_at, kind, body, run_at, attempts) VALUES ($1, $2, 'carry-out-refund', $3, $2, 0)"
MESSAGES = """
SELECT id, provider, event_id, payment_id, status, amount_minor, currency, received_at FROM payment_events"""
MESSAGE = """
INSERT INTO payment_messages (id, created_at, provider, event_id, kind, body, payment_id, state, attempts, try_at, problem,
 applied_at) VALUES ($1, $2, $3, $4, $5, '', $6, $7, 1, $2, NULL, $8)"""


async def bring_the_money_over(apps: object, editor: object) -> None:
    """Every captured payment gets its capture, its refund if one was due or done, and their entries in the ledger."""
    for row in await sql(CAPTURED):
        await _bring(row)
    for row in await sql(MESSAGES):
        at, known = as_instant(row["received_at"]), row["payment_id"] is not None
        await sql(
            MESSAGE, uuid4(), at, str(row["provider"]), str(row["event_id"]), str(row["status"]),
            as_uuid(row["payment_id"]) if known else None, "APPLIED" if known else "IGNORED", at if known else None,
        )
    await sql("DELETE FROM tasks WHERE kind = 'refund-payment'")


async def _bring(row: SqlRow) -> None:
    minor, currency, is_back = int(str(row["amount_minor"])), str(row["currency"]), str(row["status"]) == "REFUNDED"
    at = as_instant(row["sold_at"] or row["heard"] or clock.now())
    capture, was_sold, goes_back = uuid4(), row["sold_at"] is not None, is_back or bool(row["refund_due"])
    fate = "TICKET" if was_sold else "REFUND"
    payment, booking, provider = as_uuid(row["id"]), as_uuid(row["booking_id"]), str(row["provider"])
    await sql(
        CAPTURE, capture, at, payment, booking, provider, str(row["provider_ref"]), minor, currency, fate,
        minor if goes_back else 0, minor if is_back else 0,
    )
    await post(captured(minor), currency, at, capture_id=capture)
    if was_sold:
        await post(sold(minor), currency, at, capture_id=capture)
    if not goes_back:
        return
    refund, reason = uuid4(), "CUSTOMER" if was_sold else "BOOKING_CANCELLED"
    status = "SUCCEEDED" if is_back else "PENDING"
    await sql(
        REFUND, refund, at, capture, payment, booking, provider, minor, currency, reason, status, at if is_back else None
    )
    await post(refund_ordered(minor, was_sold=was_sold), currency, at, capture_id=capture, refund_id=refund)
    if is_back:
        await post(refund_paid(minor), currency, at, capture_id=capture, refund_id=refund)
    else:
        await sql(TASK, uuid4(), at, json.dumps({"refund_id": str(refund)}))


class DropColumn(ops.RemoveField):
    """Drops a column in place. On SQLite Tortoise would copy the table, which rows that refer to it forbid."""

    async def database_forward(self, app_label, old_state, new_state, state_editor=None):
        if state_editor:
            await sql(f"ALTER TABLE payments DROP COLUMN {self.name}")


class Migration(migrations.Migration):
    dependencies = [('models', '0008_price_terms')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Capture',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('payment', fields.ForeignKeyField('models.Payment', source_field='payment_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('booking', fields.ForeignKeyField('models.Booking', source_field='booking_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('provider', fields.CharEnumField(description='SANDBOX: SANDBOX\nRAZORPAY: RAZORPAY\nSTRIPE: STRIPE\nVNPAY: VNPAY\nCOUNTER: COUNTER', enum_type=PaymentProvider, max_length=16)),
                ('capture_ref', fields.CharField(max_length=255)),
                ('amount_minor', fields.BigIntField()),
                ('currency', fields.CharField(max_length=3)),
                ('fate', fields.CharEnumField(description='TICKET: TICKET\nOFFER: OFFER\nREFUND: REFUND', enum_type=CaptureFate, max_length=16)),
                ('refunding_minor', fields.BigIntField(default=0)),
                ('refunded_minor', fields.BigIntField(default=0)),
            ],
            options={'table': 'captures', 'app': 'models', 'unique_together': (('provider', 'capture_ref'),), 'indexes': [Index(fields=['payment_id']), Index(fields=['booking_id'])], 'pk_attr': 'id', 'table_description': 'Money that came in, once for each name the provider has for it, and what became of it.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('movement', fields.UUIDField(db_index=True)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('cause', fields.CharEnumField(description='CAPTURED: CAPTURED\nSOLD: SOLD\nREFUND_ORDERED: REFUND_ORDERED\nREFUND_PAID: REFUND_PAID\nREFUND_BOUNCED: REFUND_BOUNCED', enum_type=Cause, max_length=24)),
                ('account', fields.CharEnumField(description='PROVIDER: PROVIDER\nCUSTOMERS: CUSTOMERS\nSALES: SALES\nREFUNDS: REFUNDS', enum_type=Account, max_length=16)),
                ('amount_minor', fields.BigIntField()),
                ('currency', fields.CharField(max_length=3)),
                ('capture_id', fields.UUIDField()),
                ('refund_id', fields.UUIDField(null=True)),
            ],
            options={'table': 'ledger_entries', 'app': 'models', 'indexes': [Index(fields=['capture_id']), Index(fields=['account', 'currency'])], 'pk_attr': 'id', 'table_description': 'One side of a movement. The entries of one movement sum to zero.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Offer',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('booking', fields.ForeignKeyField('models.Booking', source_field='booking_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('capture', fields.ForeignKeyField('models.Capture', source_field='capture_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('hold', fields.ForeignKeyField('models.Hold', source_field='hold_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('status', fields.CharEnumField(description='OPEN: OPEN\nACCEPTED: ACCEPTED\nDECLINED: DECLINED\nEXPIRED: EXPIRED', enum_type=OfferStatus, max_length=16)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'offers', 'app': 'models', 'unique_together': (('capture',),), 'indexes': [Index(fields=['booking_id']), Index(fields=['status', 'expires_at'])], 'pk_attr': 'id', 'table_description': "Seats held for a payer until expires_at: accepted, they become the booking's, else the money goes back."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='PaymentMessage',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('provider', fields.CharEnumField(description='SANDBOX: SANDBOX\nRAZORPAY: RAZORPAY\nSTRIPE: STRIPE\nVNPAY: VNPAY\nCOUNTER: COUNTER', enum_type=PaymentProvider, max_length=16)),
                ('event_id', fields.CharField(max_length=255)),
                ('kind', fields.CharField(max_length=120)),
                ('body', fields.TextField(unique=False)),
                ('news', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('payment', fields.ForeignKeyField('models.Payment', source_field='payment_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharEnumField(description='NEW: NEW\nAPPLIED: APPLIED\nIGNORED: IGNORED\nDEAD: DEAD', enum_type=MessageState, max_length=16)),
                ('attempts', fields.IntField(default=0)),
                ('try_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('problem', fields.CharField(null=True, max_length=500)),
                ('applied_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'payment_messages', 'app': 'models', 'unique_together': (('provider', 'event_id'),), 'indexes': [Index(fields=['state', 'try_at']), Index(fields=['payment_id']), Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': "A provider's message, unique by its event id: `news` is what it means, None if it says nothing about money."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Refund',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('capture', fields.ForeignKeyField('models.Capture', source_field='capture_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('payment', fields.ForeignKeyField('models.Payment', source_field='payment_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('booking', fields.ForeignKeyField('models.Booking', source_field='booking_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('provider', fields.CharEnumField(description='SANDBOX: SANDBOX\nRAZORPAY: RAZORPAY\nSTRIPE: STRIPE\nVNPAY: VNPAY\nCOUNTER: COUNTER', enum_type=PaymentProvider, max_length=16)),
                ('amount_minor', fields.BigIntField()),
                ('kept_minor', fields.BigIntField(default=0)),
                ('currency', fields.CharField(max_length=3)),
                ('seats', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('reason', fields.CharEnumField(description='CUSTOMER: CUSTOMER\nSTAFF: STAFF\nWRONG_AMOUNT: WRONG_AMOUNT\nDOUBLE_PAYMENT: DOUBLE_PAYMENT\nSEATS_GONE: SEATS_GONE\nOFFER_DECLINED: OFFER_DECLINED\nOFFER_EXPIRED: OFFER_EXPIRED\nBOOKING_CANCELLED: BOOKING_CANCELLED\nSHOWTIME_CANCELLED: SHOWTIME_CANCELLED\nSHOWTIME_STARTED: SHOWTIME_STARTED\nAT_PROVIDER: AT_PROVIDER', enum_type=RefundReason, max_length=24)),
                ('note', fields.CharField(null=True, max_length=500)),
                ('asked_by', fields.ForeignKeyField('models.User', source_field='asked_by_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('status', fields.CharEnumField(description='PENDING: PENDING\nPROCESSING: PROCESSING\nSUCCEEDED: SUCCEEDED\nFAILED: FAILED', enum_type=RefundStatus, max_length=16)),
                ('refund_ref', fields.CharField(null=True, max_length=255)),
                ('failure', fields.CharField(null=True, max_length=500)),
                ('attempt', fields.IntField(default=1)),
                ('followed_by', fields.UUIDField(null=True)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'refunds', 'app': 'models', 'unique_together': (('provider', 'refund_ref'),), 'indexes': [Index(fields=['capture_id']), Index(fields=['payment_id']), Index(fields=['booking_id']), Index(fields=['status', 'created_at'])], 'pk_attr': 'id', 'table_description': 'Money on its way back: `seats` were given up for it, and `kept_minor` of what they cost stays with the house.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='SandboxEvent',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ref', fields.CharField(db_index=True, max_length=255)),
                ('body', fields.TextField(unique=False)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'sandbox_events', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Something that the sandbox tells from the moment `at`, whether or not it sends a webhook about it.'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Booking',
            name='policy',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Booking',
            name='returned',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AlterModelOptions(
            name='Payment',
            options={'table': 'payments', 'app': 'models', 'unique_together': (('provider', 'provider_ref'),), 'indexes': [Index(fields=['booking_id']), Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'One attempt to pay for a booking: `details` are the public values its checkout needs.'},
        ),
        ops.AddField(
            model_name='Payment',
            name='embedded',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Payment',
            name='details',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Payment',
            name='look_at',
            field=fields.DatetimeField(null=True, db_index=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Payment',
            name='looks',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Payment',
            name='payer_address',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='Payment',
            name='return_url',
            field=fields.CharField(default='', db_default='', max_length=2000),
        ),
        ops.AddIndex(
            model_name='Payment',
            index=Index(fields=['created_at']),
        ),
        ops.AddField(
            model_name='Venue',
            name='payment_providers',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Venue',
            name='refund_policy',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.RunPython(bring_the_money_over),
        ops.DeleteModel(name='PaymentEvent'),
        DropColumn(model_name='Payment', name='refund_due'),
    ]
