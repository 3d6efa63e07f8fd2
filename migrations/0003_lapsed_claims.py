from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0002_catalogue_versions')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='SeatClaim',
            index=Index(fields=['showtime_id', 'expires_at']),
        ),
    ]
