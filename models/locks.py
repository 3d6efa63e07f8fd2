"""Locks that are not rows."""

from uuid import UUID

from models.base import on_sqlite, sql


async def lock_person(user_id: UUID) -> None:
    """Let one transaction at a time count this person's holds; SQLite has one writer anyway."""
    if not on_sqlite():
        key = int.from_bytes(user_id.bytes[:8], signed=True)
        await sql("SELECT pg_advisory_xact_lock($1)", key)


async def lock_everybody() -> None:
    """Let one transaction at a time do what only one process should do; SQLite has one writer anyway."""
    if not on_sqlite():
        await sql("SELECT pg_advisory_xact_lock($1)", 1)
