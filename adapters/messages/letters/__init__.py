"""What letters and text messages say: one layout, the words of three languages, no name that a stranger could have chosen.

Names stay out on purpose: whoever registers somebody else's address could put an advertisement there.
"""

from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from adapters.messages.base import Mail
from adapters.messages.letters.english import ENGLISH
from adapters.messages.letters.hindi import HINDI
from adapters.messages.letters.vietnamese import VIETNAMESE
from adapters.messages.letters.words import Saying, Words
from domain.codes import CodePurpose
from domain.notices import Notice
from settings import Settings

LANGUAGES: Final = {words.language: words for words in (ENGLISH, HINDI, VIETNAMESE)}

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Enclosed:
    """What a letter hands over besides its words: a code, or a link and the token in it."""

    code: str = ""
    link: str = ""
    token: str = ""


class Letters:
    """Writes the letters of this house."""

    def __init__(self, settings: Settings) -> None:
        self._house = parseaddr(settings.mail_from)[0] or "Marquee"
        self._address = settings.address
        self._minutes = f"{settings.code_minutes:g}"

    def of_code(self, to: str, purpose: CodePurpose, code: str, *, language: str, reference: str) -> Mail:
        """The letter that brings a code."""
        words = words_of(language)
        return self._letter(to, words, words.codes[purpose], Enclosed(code=code), reference)

    def of_notice(self, to: str, notice: Notice, *, language: str) -> Mail:
        """The letter that tells of news about an account."""
        words = words_of(language)
        return self._letter(to, words, words.notices[notice], Enclosed())

    def of_invitation(self, to: str, token: str, *, language: str, reference: str) -> Mail:
        """The letter that asks somebody to join the staff; the token is in the link's fragment, which no server logs."""
        words = words_of(language)
        link = f"{self._address}/account#invitation={token}"
        return self._letter(to, words, words.invitation, Enclosed(link=link, token=token), reference)

    def code_text(self, code: str, language: str) -> str:
        """The text message that brings a code; its last line lets browsers fill it in on our own pages only."""
        host = urlsplit(self._address).hostname
        return self._said(words_of(language).code_text, code=code) + f"\n\n@{host} #{code}"

    def notice_text(self, notice: Notice, language: str) -> str:
        """The text message that tells of news, for whoever has no e-mail address."""
        words = words_of(language)
        return self._said(" ".join([f"{self._house}:", *words.notices[notice].lines, words.not_you]))

    def _letter(self, to: str, words: Words, saying: Saying, enclosed: Enclosed, reference: str = "") -> Mail:
        given = {
            "words": words,
            "house": self._house,
            "address": self._address,
            "subject": self._said(saying.subject),
            "lines": [self._said(line) for line in saying.lines],
            "ending": self._said(words.not_asked if enclosed.code else words.not_you),
            "is_invitation": bool(enclosed.link),
            "enclosed": enclosed,
        }
        text, html = (_TEMPLATES.get_template(f"letter.{kind}").render(given) for kind in ("txt", "html"))
        return Mail(to, self._said(saying.subject), text, html, reference)

    def _said(self, line: str, code: str = "") -> str:
        return line.format(house=self._house, minutes=self._minutes, code=code)


def words_of(language: str) -> Words:
    """The words of a language such as "vi" or "vi-VN"; English for one we do not speak."""
    return LANGUAGES.get(language.partition("-")[0].lower(), ENGLISH)
