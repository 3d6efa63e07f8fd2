"""The post of a test: letters and text messages as they would have gone out, and the codes in them."""

import re
from dataclasses import dataclass, field, replace

from adapters import Adapters, adapters_from
from adapters.messages import Mail, Text
from jobs.loops import handler
from jobs.worker import Worker
from settings import Settings

_CODE = re.compile(r"\b\d{6}\b")


@dataclass
class Letterbox:
    """Takes letters or text messages; `trouble` is raised instead."""

    kept: list[Mail | Text] = field(default_factory=list)
    trouble: Exception | None = None

    async def send(self, message: Mail | Text) -> None:
        if self.trouble:
            raise self.trouble
        self.kept.append(message)


@dataclass
class Post:
    """Adapters whose messages are kept, and the worker that hands them over."""

    adapters: Adapters
    mail: Letterbox
    texts: Letterbox

    async def delivered(self) -> list[Mail | Text]:
        """All that has gone out, once the queue is empty."""
        await Worker(handler(self.adapters), 1.0).drain()
        return [*self.mail.kept, *self.texts.kept]

    async def code_for(self, target: str) -> str:
        """The code in the newest message to an address or a phone."""
        newest = [message for message in await self.delivered() if message.to == target][-1]
        return _CODE.findall(newest.text)[0]


def post_of(settings: Settings) -> Post:
    """The post of a house with these settings."""
    mail, texts = Letterbox(), Letterbox()
    return Post(replace(adapters_from(settings), mail=mail, texts=texts), mail, texts)


def wrong(code: str) -> str:
    """Another code than this."""
    return f"{(int(code) + 1) % 10**6:06d}"
