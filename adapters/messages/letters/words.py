"""What the words of one language are made of. In all of them {house}, {minutes} and {code} may stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.codes import CodePurpose
from domain.notices import Notice


@dataclass(frozen=True)
class Saying:
    """A subject, and a paragraph for each line."""

    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """All that letters and text messages say in one language."""

    language: str
    greeting: str
    closing: str
    your_code: str
    not_asked: str  # the end of a letter with a code
    not_you: str  # the end of a notice
    accept: str
    for_programs: str
    code_text: str
    codes: Mapping[CodePurpose, Saying]
    notices: Mapping[Notice, Saying]
    invitation: Saying
