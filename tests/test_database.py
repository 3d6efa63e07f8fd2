"""What the database itself promises, read from the database: Tortoise does not always write what a model says."""

import pytest

from models.base import on_sqlite, sql

pytestmark = pytest.mark.usefixtures("database")

UNIQUE = {
    ("seat_claims", ("showtime_id", "label")),
    ("seat_changes", ("showtime_id", "version")),
    ("bookings", ("hold_id",)),
    ("bookings", ("reference",)),
    ("payments", ("provider", "provider_ref")),
    ("sales", ("payment_id",)),
    ("payment_messages", ("provider", "event_id")),
    ("captures", ("provider", "capture_ref")),
    ("refunds", ("provider", "refund_ref")),
    ("offers", ("capture_id",)),
    ("tickets", ("booking_id", "seat")),
    ("tickets", ("code",)),
    ("idempotency_answers", ("user_id", "mutation", "key")),
    ("users", ("email",)),
    ("users", ("phone",)),
    ("venues", ("name",)),
    ("screens", ("venue_id", "name")),
    ("movies", ("tmdb_id",)),
    ("movie_genres", ("movie_id", "genre_folded")),
}
INDEXED = {
    ("seat_claims", ("expires_at",)),
    ("seat_claims", ("hold_id",)),
    ("seat_claims", ("booking_id",)),
    ("holds", ("user_id", "status", "expires_at")),
    ("bookings", ("user_id", "created_at")),
    ("bookings", ("showtime_id", "created_at")),
    ("bookings", ("status", "created_at")),
    ("bookings", ("created_at",)),
    ("payments", ("booking_id",)),
    ("sales", ("venue_id", "local_date")),
    ("showtimes", ("movie_id", "starts_at")),
    ("showtimes", ("screen_id", "starts_at")),
    ("showtimes", ("local_date", "starts_at")),
    ("tasks", ("finished_at", "run_at")),
    ("idempotency_answers", ("created_at",)),
}
REFERENCES = {
    ("seat_claims", "showtime_id", "showtimes"),
    ("seat_claims", "hold_id", "holds"),
    ("seat_claims", "booking_id", "bookings"),
    ("seat_changes", "showtime_id", "showtimes"),
    ("holds", "user_id", "users"),
    ("holds", "showtime_id", "showtimes"),
    ("bookings", "hold_id", "holds"),
    ("bookings", "user_id", "users"),
    ("payments", "booking_id", "bookings"),
    ("sales", "payment_id", "payments"),
    ("sales", "venue_id", "venues"),
    ("sales", "movie_id", "movies"),
    ("tickets", "booking_id", "bookings"),
    ("sessions", "user_id", "users"),
    ("showtimes", "movie_id", "movies"),
    ("showtimes", "layout_id", "seat_layouts"),
    ("screens", "venue_id", "venues"),
}

POSTGRES_INDEXES = """
SELECT t.relname AS "table", i.indisunique AS "unique", array_to_string(ARRAY(
  SELECT a.attname FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place), ',') AS columns
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname = 'public'"""
POSTGRES_REFERENCES = """
SELECT t.relname AS "table", a.attname AS "column", f.relname AS target
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] WHERE c.contype = 'f'"""
SQLITE_INDEXES = """
SELECT m.name AS "table", l."unique" AS "unique", group_concat(i.name) AS columns
FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
WHERE m.type = 'table' GROUP BY m.name, l.name"""
SQLITE_REFERENCES = """
SELECT m.name AS "table", f."from" AS "column", f."table" AS target
FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"""


async def indexes() -> dict[tuple[str, tuple[str, ...]], bool]:
    rows = await sql(SQLITE_INDEXES if on_sqlite() else POSTGRES_INDEXES)
    found: dict[tuple[str, tuple[str, ...]], bool] = {}
    for row in rows:
        name = (str(row["table"]), tuple(str(row["columns"]).split(",")))
        found[name] = found.get(name, False) or bool(row["unique"])
    return found


async def test_what_must_be_unique_is() -> None:
    found = await indexes()
    assert {name for name in UNIQUE if not found.get(name)} == set()


async def test_what_is_looked_up_is_indexed() -> None:
    found = await indexes()
    assert {name for name in INDEXED if name not in found} == set()


async def test_what_points_at_a_row_points_at_one_that_is_there() -> None:
    rows = await sql(SQLITE_REFERENCES if on_sqlite() else POSTGRES_REFERENCES)
    found = {(str(row["table"]), str(row["column"]), str(row["target"])) for row in rows}
    assert REFERENCES - found == set()


async def test_foreign_keys_are_enforced() -> None:
    if on_sqlite():
        assert (await sql("PRAGMA foreign_keys"))[0]["foreign_keys"] == 1
        assert (await sql("PRAGMA journal_mode"))[0]["journal_mode"] == "wal"
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await sql(
            "INSERT INTO sessions (id, created_at, user_id, generation, expires_at, used_at, device, address)"
            " VALUES ('00000000-0000-4000-8000-000000000001', '2026-01-01', '00000000-0000-4000-8000-000000000002',"
            " 0, '2026-01-01', '2026-01-01', '', '')"
        )
