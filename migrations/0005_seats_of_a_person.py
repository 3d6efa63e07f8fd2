from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0004_showtimes_to_come')]

    initial = False

    operations = [
        ops.RemoveIndex(
            model_name='Booking',
            name=None,
            fields=['showtime_id'],
        ),
        ops.AddIndex(
            model_name='Booking',
            index=Index(fields=['showtime_id', 'user_id']),
        ),
        ops.RemoveIndex(
            model_name='Hold',
            name=None,
            fields=['showtime_id'],
        ),
        ops.AddIndex(
            model_name='Hold',
            index=Index(fields=['showtime_id', 'user_id']),
        ),
    ]
