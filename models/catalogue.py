"""How often each part of the catalogue has changed: whoever keeps an answer made of it can tell whether it still holds."""

from tortoise import fields
from tortoise.models import Model

from models.base import sql


class CatalogueVersion(Model):
    """A part of the catalogue, and the number of its changes."""

    part = fields.CharField(max_length=20, primary_key=True)
    version = fields.BigIntField()

    class Meta:
        table = "catalogue_versions"


async def touch(part: str) -> None:
    """Say, in the transaction that changes a part of the catalogue, that it has changed; best as its last write."""
    await sql(
        "INSERT INTO catalogue_versions (part, version) VALUES ($1, 1)"
        " ON CONFLICT (part) DO UPDATE SET version = catalogue_versions.version + 1",
        part,
    )
