from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0005_seats_of_a_person')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Booking',
            index=Index(fields=['showtime_id', 'created_at']),
        ),
        ops.AddIndex(
            model_name='Booking',
            index=Index(fields=['status', 'created_at']),
        ),
        ops.AddIndex(
            model_name='Booking',
            index=Index(fields=['created_at']),
        ),
    ]
