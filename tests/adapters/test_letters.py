"""Letters: every kind in every language, as text and as HTML that says the same, in the house's colours."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from adapters.messages.letters import LANGUAGES, Letters, words_of
from domain.codes import CodePurpose
from domain.notices import Notice
from settings import Settings

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
HOUSE = 'Rạp "Ánh & Sáng"'
MADE = Settings(_env_file=None, mail_from=f"{HOUSE.replace(chr(34), '')} <box@rap.test>", public_url="https://rap.test")
LETTERS = Letters(MADE)
NAME = HOUSE.replace('"', "")
SCRIPTS = {"hi": r"[\u0900-\u097f]", "vi": r"[ăâđêôơưạảấầậắếềệỉịọỏốồộớờợụủứừựỹ]"}
ALL = [(language, kind) for language in LANGUAGES for kind in [*CodePurpose, *Notice]]


class Reader(HTMLParser):
    """Reads a letter as a mail program does: what it says, where it leads, and what it would load."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.languages: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [given["href"]] if tag == "a" else []
        self.loaded += [given[name] for name in ("src", "background") if name in given]
        self.languages += [given["lang"]] if tag == "html" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, words: str) -> None:
        if self.open[-1:] not in (["style"], ["title"]) and words.strip():
            self.said.append(words.strip())


def written(language: str, kind: CodePurpose | Notice) -> tuple[str, str, str]:
    if isinstance(kind, Notice):
        mail = LETTERS.of_notice("ana@example.com", kind, language=language)
    else:
        mail = LETTERS.of_code("ana@example.com", kind, "012345", language=language, reference="row")
    return mail.subject, mail.text, mail.html


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_both_halves_of_a_letter_say_the_same(language: str, kind: CodePurpose | Notice) -> None:
    subject, text, html = written(language, kind)
    page = Reader(html)
    assert (page.open, page.languages, page.loaded) == ([], [language], [])
    assert page.links == ["https://rap.test"]
    read, typed = (re.sub(r"\s+", " ", part) for part in ("".join(page.said), text))
    paragraphs = [line for line in typed.replace(f"{words_of(language).your_code}: ", "").split(" ") if line]
    assert "".join(paragraphs) == read.replace(" ", "").replace(subject.replace(" ", ""), "", 1).removeprefix(
        NAME.replace(" ", "")
    )
    assert ("012345" in text) is isinstance(kind, CodePurpose)
    assert not re.search(r"[{}]", subject + text + "".join(page.said))
    assert "\n" not in subject


@pytest.mark.parametrize("language", SCRIPTS)
def test_a_language_is_spoken_throughout(language: str) -> None:
    spoken = [written(language, kind)[0] for kind in [*CodePurpose, *Notice]]
    english = [written("en", kind)[0] for kind in [*CodePurpose, *Notice]]
    assert all(re.search(SCRIPTS[language], subject, re.IGNORECASE) for subject in spoken)
    assert len({*spoken, *english}) == 2 * len(english)


def test_an_unknown_language_is_answered_in_english() -> None:
    spoken = [words_of(name).language for name in ("en", "vi", "vi-VN", "HI", "hi-Deva-IN", "de", "", "../en")]
    assert spoken == ["en", "vi", "vi", "hi", "hi", "en", "en", "en"]


def test_what_stands_in_a_name_is_no_markup() -> None:
    evil = Letters(MADE.model_copy(update={"mail_from": '"<b>House</b> {code}" <box@rap.test>'}))
    mail = evil.of_notice("ana@example.com", Notice.PASSWORD_CHANGED, language="en")
    assert "<b>" not in mail.html
    assert "&lt;b&gt;House&lt;/b&gt; {code}" in mail.html
    assert "<b>House</b> {code}" in mail.text


def test_an_invitation_leads_to_its_page_with_a_token_that_no_server_logs() -> None:
    mail = LETTERS.of_invitation("sam@example.com", "TOKEN-_=", language="vi", reference="row")
    assert Reader(mail.html).links == ["https://rap.test/account#invitation=TOKEN-_=", "https://rap.test"]
    assert "https://rap.test/account#invitation=TOKEN-_=\n" in mail.text
    assert "\nTOKEN-_=\n" in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_is_short_and_bound_to_our_pages(language: str) -> None:
    said = LETTERS.code_text("012345", language)
    assert said.endswith("\n\n@rap.test #012345")
    assert said.startswith(f"{NAME}: ")
    assert said.count("012345") == 2
    assert "10" in said
    assert len(said) <= 134  # two parts of an SMS, even in Hindi
    notice = LETTERS.notice_text(Notice.PHONE_LINKED, language)
    assert notice.startswith(f"{NAME}: ")
    assert words_of(language).not_you.format(house=NAME) in notice


def test_letters_have_the_colours_of_the_pages() -> None:
    template = (ROOT / "adapters/messages/letters/letter.html").read_text()
    tokens = (ROOT / "web/src/styles/tokens.css").read_text()
    colours = set(re.findall(r"#[0-9a-f]{6}", template))
    assert len(colours) >= 12
    assert {colour for colour in colours if colour not in tokens} == set()
