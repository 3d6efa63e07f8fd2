"""The outbox of development: a folder with the letters and text messages that would have gone out."""

import asyncio
import os
from email.headerregistry import Address
from pathlib import Path
from uuid import uuid4

import structlog

import clock
from adapters.messages.base import Mail, Text
from adapters.messages.mime import written

log = structlog.get_logger(__name__)

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


class MailOutbox:
    """Keeps each letter as an .eml file, which mail programs open."""

    def __init__(self, folder: Path, sender: Address) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Write the letter down."""
        now = clock.now()
        await asyncio.to_thread(
            _keep, self._folder, f"{now:%Y%m%d-%H%M%S}", ".eml", bytes(written(mail, self._sender, now))
        )


class TextOutbox:
    """Keeps each text message as a .txt file: whom to, an empty line, the words."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, text: Text) -> None:
        """Write the message down."""
        body = f"To: {text.to}\n\n{text.text}\n".encode()
        await asyncio.to_thread(_keep, self._folder, f"{clock.now():%Y%m%d-%H%M%S}", ".txt", body)


def _keep(folder: Path, moment: str, kind: str, body: bytes) -> None:
    """Write a file that is there whole or not at all, for nobody else's eyes; its name says nothing of anybody."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    name = f"{moment}-{uuid4().hex[:8]}{kind}"
    unfinished = folder / f".{name}.unfinished"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:
        file.write(body)
    unfinished.replace(folder / name)
    log.info("A message is in the outbox", file=str(folder / name))
