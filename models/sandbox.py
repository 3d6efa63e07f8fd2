"""What the sandbox gateway knows of its payments, as a provider of its own would."""

from tortoise import fields

from models.base import Row


class SandboxEvent(Row):
    """Something that the sandbox tells from the moment `at`, whether or not it sends a webhook about it."""

    ref = fields.CharField(max_length=255, db_index=True)
    body = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        table = "sandbox_events"
