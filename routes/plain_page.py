"""The page that stands in where the others are not built: one file without anything from outside, allowed to run only itself."""

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from starlette.responses import HTMLResponse, Response

FILE = Path(__file__).resolve().parent.parent / "web" / "plain.html"
INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True)
class PlainPage:
    """The text, and a policy that lets the browser run these very scripts and styles and no others."""

    html: str
    policy: str

    @classmethod
    def read(cls) -> Self:
        """Read it once, when the server starts."""
        html = FILE.read_text(encoding="utf-8")
        hashes: dict[str, list[str]] = {"script": [], "style": []}
        for kind, text in INLINE.findall(html):
            hashes[kind].append(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'")
        rules = (
            "default-src 'none'",
            f"script-src {' '.join(hashes['script'])}",
            f"style-src {' '.join(hashes['style'])}",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
        return cls(html, "; ".join(rules))

    def response(self) -> Response:
        """The page as it is sent."""
        headers = {
            "Content-Security-Policy": self.policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        }
        return HTMLResponse(self.html, headers=headers)
