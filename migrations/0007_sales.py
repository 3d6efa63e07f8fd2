from zoneinfo import ZoneInfo

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

from models.base import as_instant, as_uuid, sql

# A booking is confirmed in the transaction in which the news of its payment is recorded: the moments are the same.
SOLD = """
SELECT p.id AS payment_id, s.venue_id, s.movie_id, v.timezone, e.received_at AS sold_at, p.amount_minor, p.currency,
 CASE WHEN p.refund_due OR p.status = 'REFUNDED' THEN p.amount_minor ELSE 0 END AS refunded_minor, COUNT(*) AS tickets
FROM payment_events e
JOIN payments p ON p.id = e.payment_id
JOIN tickets t ON t.booking_id = p.booking_id AND t.created_at = e.received_at
JOIN bookings b ON b.id = p.booking_id JOIN showtimes s ON s.id = b.showtime_id JOIN venues v ON v.id = s.venue_id
WHERE e.status = 'SUCCEEDED'
GROUP BY p.id, s.venue_id, s.movie_id, v.timezone, e.received_at, p.amount_minor, p.currency, p.refund_due, p.status"""
NOTE = """
INSERT INTO sales (payment_id, venue_id, movie_id, sold_at, local_hour, local_date, tickets, amount_minor, refunded_minor,
 currency)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""


async def note_what_was_sold_before(apps: object, editor: object) -> None:
    """A line for each payment that has bought seats until now."""
    for row in await sql(SOLD):
        sold_at = as_instant(row["sold_at"])
        local = sold_at.astimezone(ZoneInfo(str(row["timezone"])))
        await sql(
            NOTE,
            as_uuid(row["payment_id"]),
            as_uuid(row["venue_id"]),
            as_uuid(row["movie_id"]),
            sold_at,
            local.replace(minute=0, second=0, microsecond=0),
            local.date(),
            int(str(row["tickets"])),
            int(str(row["amount_minor"])),
            int(str(row["refunded_minor"])),
            str(row["currency"]),
        )


class Migration(migrations.Migration):
    dependencies = [('models', '0006_bookings_found')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Sale',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('payment', fields.ForeignKeyField('models.Payment', source_field='payment_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('venue', fields.ForeignKeyField('models.Venue', source_field='venue_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('movie', fields.ForeignKeyField('models.Movie', source_field='movie_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('sold_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('local_hour', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('local_date', fields.DateField()),
                ('tickets', fields.SmallIntField()),
                ('amount_minor', fields.BigIntField()),
                ('refunded_minor', fields.BigIntField(default=0)),
                ('currency', fields.CharField(max_length=3)),
            ],
            options={'table': 'sales', 'app': 'models', 'unique_together': (('payment',),), 'indexes': [Index(fields=['venue_id', 'local_date'])], 'pk_attr': 'id', 'table_description': "The seats that one payment bought: local_date and local_hour are on the venue's calendar and clocks."},
            bases=['Model'],
        ),
        ops.RunPython(note_what_was_sold_before),
    ]
