from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('part', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ('version', fields.BigIntField()),
            ],
            options={'table': 'catalogue_versions', 'app': 'models', 'pk_attr': 'part', 'table_description': 'A part of the catalogue, and the number of its changes.'},
            bases=['Model'],
        ),
    ]
