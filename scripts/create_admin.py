"""Make somebody a super administrator: `python -m scripts.create_admin ana@example.com "Ana Ruiz"`.

An account that exists keeps its name and password; for a new one the password is asked for, or read from a pipe.
"""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Callable

from adapters.passwords import Passwords
from domain.accounts import Registration
from domain.problems import InvalidInput
from models import database
from resolvers import accounts
from settings import MissingSettings, Settings, settings_from_environment


def ask_for_password() -> str:
    """The password, without showing it on the screen."""
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


async def create_admin(settings: Settings, email: str, name: str, ask: Callable[[], str]) -> str:
    """Appoint the owner of an account, or make one; what has been done, in a sentence."""
    await database.migrate(settings)
    await database.connect(settings)
    try:
        if await accounts.appoint_administrator(email) is not None:
            return f"{email} has an account, and is an administrator now."
        wanted = Registration(name, email, ask())
        await accounts.register_administrator(wanted, Passwords(settings.bcrypt_rounds))
        return f"{email} has a new account, and is an administrator."
    finally:
        await database.disconnect()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make somebody a super administrator.")
    parser.add_argument("email")
    parser.add_argument("name", nargs="?", default="Administrator")
    given = parser.parse_args()
    try:
        print(asyncio.run(create_admin(settings_from_environment(), given.email, given.name, ask_for_password)))
    except InvalidInput as refusal:
        for field in refusal.fields:
            print(f"{'.'.join(field.path)}: {field.message}", file=sys.stderr)
        return 2
    except MissingSettings as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
