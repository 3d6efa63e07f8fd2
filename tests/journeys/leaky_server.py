"""The server whose faults tell everything: a search for "fault N" raises an error with whatever it was given in it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import server
from models.base import sql
from models.users import User
from resolvers import movies

real = movies.find


async def leaking(wanted: movies.Wanted, first: int | None, after: str | None) -> object:
    """What breaks, and how, is the search's second word; the rest of it is what must not get out."""
    text = wanted.search or ""
    if not text.startswith("fault "):
        return await real(wanted, first, after)
    _, kind, secret = text.split(" ", 2)
    if kind == "plain":
        raise RuntimeError(f"cannot find {secret} anywhere")
    if kind == "chained":
        try:
            raise KeyError(f"token={secret}")
        except KeyError as problem:
            raise RuntimeError(f"password: {secret}") from problem
    if kind == "taken":  # PostgreSQL tells the whole key in its error
        user = await User.first()
        return await sql(
            "INSERT INTO users (id, created_at, name, email, role_names) SELECT $1, created_at, name, email, role_names FROM users WHERE id = $1",
            user.id if user else None,
        )
    return await User.filter(email=secret * 100).first()  # Tortoise repeats what is too long


movies.find = leaking  # type: ignore[assignment]  # a fault that is put in on purpose

if __name__ == "__main__":
    sys.exit(server.main())
