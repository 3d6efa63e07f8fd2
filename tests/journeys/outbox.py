"""What a started server has put into its outbox, read as the people it writes to would."""

import asyncio
import re
import time
from email import message_from_bytes
from email.policy import default

from tests.servers import Server

_CODE = re.compile(r"\b\d{6}\b")


def messages(server: Server, target: str) -> list[str]:
    """The words of all letters and text messages to somebody so far, the oldest first."""
    found = []
    for file in sorted(server.outbox.glob("[!.]*"), key=lambda each: each.stat().st_mtime_ns):
        message = message_from_bytes(file.read_bytes(), policy=default)
        if message["To"] == target:
            body = message.get_body(("plain",))
            found.append(f"{message['Subject'] or ''}\n{body.get_content() if body else ''}")
    return found


async def next_message(server: Server, target: str, *, after: int = 0, seconds: float = 10.0) -> str:
    """The message that follows the first `after` ones, once it is there."""
    deadline = time.monotonic() + seconds
    while len(found := messages(server, target)) <= after:
        if time.monotonic() > deadline:
            raise AssertionError(f"There are {len(found)} messages, not {after + 1}.")
        await asyncio.sleep(0.02)
    return found[after]


async def next_code(server: Server, target: str, *, after: int = 0) -> str:
    """The code in that message."""
    return _CODE.findall(await next_message(server, target, after=after))[0]
