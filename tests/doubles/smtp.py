"""A mail server on loopback: speaks enough of RFC 5321 to take letters, and to refuse them."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Self


@dataclass
class Letter:
    """A letter as it was handed over."""

    sender: str
    recipient: str
    message: EmailMessage
    raw: bytes


@dataclass
class MailServer:
    """The server. `answers` replaces what is said to a command: `{"RCPT": "550 5.1.1 <…> unknown"}`."""

    tls: ssl.SSLContext | None = None  # offers STARTTLS where there is one
    utf8: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @asynccontextmanager
    async def serving(self, *, from_the_start: bool = False) -> AsyncIterator[Self]:
        """The server, at `port` until the block ends; `from_the_start`: encrypted before the first word."""
        self._talks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self.tls if from_the_start else None)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            talks = list(self._talks)
            for talk in talks:
                talk.cancel()
            await asyncio.gather(*talks)
            await asyncio.sleep(0.01)  # for the transports to close

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await _Talk(self, reader, writer).hold()
            writer.close()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._talks.discard(task)


class _Talk:
    """One connection."""

    def __init__(self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._sender = self._recipient = ""
        self._is_safe = writer.get_extra_info("ssl_object") is not None

    async def hold(self) -> None:
        if self._server.answers.get("HELLO") == "silence":
            await asyncio.sleep(60)
        await self._say(self._server.answers.get("HELLO", "220 double"))
        while line := (await self._reader.readline()).decode().rstrip("\r\n"):
            verb, _, rest = line.partition(" ")
            self._server.commands.append(verb.upper())
            if answer := self._server.answers.get(verb.upper()):
                await self._say(answer)
                if answer.startswith("421"):
                    return
            elif await self._done(verb.upper(), rest):
                return

    async def _done(self, verb: str, rest: str) -> bool:
        """Carry a command out; whether it was the last."""
        if verb == "EHLO":
            offers = ["SMTPUTF8"] * self._server.utf8 + ["STARTTLS"] * bool(self._server.tls and not self._is_safe)
            await self._say(*(f"250-{offer}" for offer in ["double", *offers]), "250 AUTH PLAIN")
        elif verb == "STARTTLS":
            await self._say("220 go on")
            await self._writer.start_tls(self._server.tls)
            self._is_safe = True
        elif verb == "AUTH":
            _, user, password = base64.b64decode(rest.rsplit(maxsplit=1)[-1]).decode().split("\0")
            self._server.known.append((user, password))
            await self._say("235 welcome")
        elif verb == "DATA":
            await self._take()
        else:
            self._sender = rest if verb == "MAIL" else self._sender
            self._recipient = rest if verb == "RCPT" else self._recipient
            await self._say("221 bye" if verb == "QUIT" else "250 fine")
        return verb == "QUIT"

    async def _take(self) -> None:
        await self._say("354 go on")
        raw = (await self._reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        answer = self._server.answers.get("END", "250 kept")
        if answer.startswith("250"):
            message = message_from_bytes(raw, policy=default)
            self._server.letters.append(Letter(_path(self._sender), _path(self._recipient), message, raw))
        await self._say(answer)

    async def _say(self, *lines: str) -> None:
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self._writer.drain()


def _path(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
