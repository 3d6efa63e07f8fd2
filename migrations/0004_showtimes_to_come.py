from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_lapsed_claims')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Showtime',
            index=Index(fields=['venue_id', 'starts_at']),
        ),
        ops.AddIndex(
            model_name='Showtime',
            index=Index(fields=['starts_at']),
        ),
    ]
