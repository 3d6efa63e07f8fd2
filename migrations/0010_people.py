from tortoise import migrations
from tortoise.migrations import operations as ops
from domain.accounts import SessionEnding, WayIn
from domain.codes import CodePurpose
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

from domain.search import folded
from models.base import as_uuid, on_sqlite, sql

APPEND_ONLY_SQLITE = [
    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries"
    " BEGIN SELECT RAISE(ABORT, 'The audit log is only written to.'); END",
    "CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries"
    " BEGIN SELECT RAISE(ABORT, 'The audit log is only written to.'); END",
]
APPEND_ONLY_POSTGRES = [
    "CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'The audit log is only written to.'; END $$",
    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries"
    " FOR EACH ROW EXECUTE FUNCTION audit_entries_stay()",
]


async def make_the_log_append_only(apps: object, editor: object) -> None:
    """Whatever a program does, the database refuses to change or remove an entry."""
    for statement in APPEND_ONLY_SQLITE if on_sqlite() else APPEND_ONLY_POSTGRES:
        await sql(statement)


async def make_people_findable(apps: object, editor: object) -> None:
    """Everybody there is gets the text by which they are found, and whoever works here is marked."""
    for row in await sql("SELECT id, name, email, phone, role_names FROM users"):
        text = "\n".join(str(row[part]) for part in ("name", "email", "phone") if row[part])
        is_staff = loads(str(row["role_names"])) != ["CUSTOMER"]
        statement = "UPDATE users SET search_folded = $2, is_staff = $3 WHERE id = $1"
        await sql(statement, as_uuid(row["id"]), folded(text)[:900], is_staff)


class Migration(migrations.Migration):
    dependencies = [('models', '0009_money')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AuditEntry',
            fields=[
                ('number', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('id', fields.UUIDField(unique=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('user_id', fields.UUIDField(null=True)),
                ('served_id', fields.UUIDField(null=True)),
                ('session_id', fields.UUIDField(null=True)),
                ('address', fields.CharField(default='', max_length=64)),
                ('action', fields.CharField(max_length=60)),
                ('subject_kind', fields.CharField(max_length=40)),
                ('subject_id', fields.UUIDField(null=True)),
                ('venue_id', fields.UUIDField(null=True)),
                ('before', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('after', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'audit_entries', 'app': 'models', 'indexes': [Index(fields=['user_id', 'number']), Index(fields=['served_id', 'number']), Index(fields=['subject_id', 'number']), Index(fields=['action', 'number']), Index(fields=['venue_id', 'number']), Index(fields=['address', 'number']), Index(fields=['created_at'])], 'pk_attr': 'number', 'table_description': 'One trace. `user_id` is who did it, `served_id` the customer for whom, if it was done for one.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Code',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('purpose', fields.CharEnumField(description='VERIFY_EMAIL: VERIFY_EMAIL\nCHANGE_EMAIL: CHANGE_EMAIL\nRESET_PASSWORD: RESET_PASSWORD\nLOG_IN_BY_PHONE: LOG_IN_BY_PHONE\nLINK_PHONE: LINK_PHONE', enum_type=CodePurpose, max_length=20)),
                ('target', fields.CharField(max_length=320)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('attempts', fields.IntField(default=0)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'codes', 'app': 'models', 'indexes': [Index(fields=['purpose', 'target', 'created_at']), Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'One code on its way: to `target`, an e-mail address or a phone in its compared form, for one purpose.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='HouseRule',
            fields=[
                ('name', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=60)),
                ('value', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'house_rules', 'app': 'models', 'pk_attr': 'name', 'table_description': 'A rule of the house that administrators change while it runs. Each name has one row.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Identity',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('provider', fields.CharField(max_length=20)),
                ('subject', fields.CharField(max_length=255)),
                ('email', fields.CharField(null=True, max_length=320)),
            ],
            options={'table': 'identities', 'app': 'models', 'unique_together': (('provider', 'subject'), ('user', 'provider')), 'pk_attr': 'id', 'table_description': "Somebody's account with an identity provider: `subject` is what the provider calls them, for ever."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Invitation',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('email', fields.CharField(db_index=True, max_length=320)),
                ('role_names', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('venue_ids', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('invited_by', fields.ForeignKeyField('models.User', source_field='invited_by_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('accepted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'invitations', 'app': 'models', 'indexes': [Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'Somebody asked by e-mail to join the staff, with the roles and the venues they will have.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Posting',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('user', fields.ForeignKeyField('models.User', source_field='user_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('venue', fields.ForeignKeyField('models.Venue', source_field='venue_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'postings', 'app': 'models', 'unique_together': (('user', 'venue'),), 'pk_attr': 'id', 'table_description': 'A member of staff at a venue.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('user', fields.OneToOneField('models.User', source_field='user_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('sealed_secret', fields.CharField(max_length=300)),
                ('confirmed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('last_step', fields.BigIntField(default=0)),
                ('recovery_hashes', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('tries', fields.IntField(default=0)),
                ('tries_since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'second_factors', 'app': 'models', 'pk_attr': 'id', 'table_description': 'An authenticator app of a person: its secret is sealed, its recovery codes are hashed.'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Booking',
            name='age_at_the_door',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Session',
            name='ended_because',
            field=fields.CharEnumField(null=True, description='LOGGED_OUT: LOGGED_OUT\nENDED_ELSEWHERE: ENDED_ELSEWHERE\nTOKEN_REUSED: TOKEN_REUSED\nCREDENTIALS_CHANGED: CREDENTIALS_CHANGED\nLOCKED: LOCKED\nDELETED: DELETED', enum_type=SessionEnding, max_length=20),
        ),
        ops.AddField(
            model_name='Session',
            name='way_in',
            field=fields.CharEnumField(default=WayIn.PASSWORD, description='PASSWORD: PASSWORD\nPHONE: PHONE\nGOOGLE: GOOGLE\nINVITATION: INVITATION', db_default='PASSWORD', enum_type=WayIn, max_length=20),
        ),
        ops.AlterModelOptions(
            name='User',
            options={'table': 'users', 'app': 'models', 'indexes': [Index(fields=['is_staff', 'created_at']), Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'A person with an account: email is kept in its compared form (lower case), phone in E.164, proved by a code.'},
        ),
        ops.AddField(
            model_name='User',
            name='date_of_birth',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='User',
            name='deleted_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='User',
            name='email_verified_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='User',
            name='is_staff',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='User',
            name='locked_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='User',
            name='locked_because',
            field=fields.CharField(null=True, max_length=300),
        ),
        ops.AddField(
            model_name='User',
            name='preferences',
            field=fields.JSONField(default=dict, db_default='{}', encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='User',
            name='search_folded',
            field=fields.CharField(default='', db_default='', max_length=900),
        ),
        ops.AddIndex(
            model_name='User',
            index=Index(fields=['is_staff', 'created_at']),
        ),
        ops.AddIndex(
            model_name='User',
            index=Index(fields=['created_at']),
        ),
        ops.RunPython(make_the_log_append_only),
        ops.RunPython(make_people_findable),
    ]
