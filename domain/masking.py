"""What no log may hold, found by its looks: the last line of defence, behind not logging it at all."""

import re
from typing import Final

HIDDEN: Final = "[hidden]"

# Each begins only where nothing of its own kind stands before it, so that a long text takes no longer than its length.
_WHOLE: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"  # an e-mail address, also in an address of the web
    r"|eyJ[\w-]{8,}\.[\w-]*\.?[\w-]*"  # a JSON web token
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # who and password, in an address
    r"|(?i:(?<=bearer )|(?<=basic ))[\w.~+/=-]{6,}"
    r"|(?<![\w.+-])\+\d(?:[ ().-]{0,2}\d){7,14}(?![\w-])"  # a phone number as ITU-T E.164 writes it
    r"|(?<![\w.:+-])0\d(?:[ .-]?\d){7,12}(?![\w:-])"  # and as people at home do
)
_NAMED: Final = re.compile(
    r"(?P<name>(?i:passw(?:or)?d|passwd|secret|token|api_?key|otp|cvc|authorization)\w{0,40}[\"']?\s{0,3}[:=]\s{0,3}[\"']?)"
    r"(?P<value>(?!\[hidden\])[^\s\"',;&)}\]]+)"
)
_CODE: Final = re.compile(r"(?P<name>(?i:\bcode)\b\D{1,6})(?P<value>\d{4,8})\b")
# In groups of four, as on most cards, or of four, six and five; the last group may be no part of it.
_CARD: Final = re.compile(
    r"(?<![\w.+-])(?:\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,4}(?P<last>[ -]?\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5})(?![\w-])"
)
# Sentences in which databases and libraries repeat the values that they were given.
_REPEATED: Final = re.compile(
    r"(?P<name>^DETAIL:\s{1,4}|\binvalid input for query argument \$\d+: |\binvalid input (?:syntax|value) for [\w ]{1,60}: "
    r"|\bLength of (?='))(?P<value>(?!\[hidden\]).*)",
    re.MULTILINE,
)


def masked(text: str) -> str:
    """The text without e-mail addresses, phone numbers, tokens, passwords, codes and the numbers of payment cards."""
    text = _REPEATED.sub(_hide_value, text)
    text = _CARD.sub(_hide_card, text)
    text = _WHOLE.sub(HIDDEN, text)
    text = _NAMED.sub(_hide_value, text)
    return _CODE.sub(_hide_value, text)


def passes_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    doubled = (digit * 2 for digit in digits[1::2])
    return (sum(digits[::2]) + sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10 == 0


def _hide_value(found: re.Match[str]) -> str:
    return found["name"] + HIDDEN


def _hide_card(found: re.Match[str]) -> str:
    last = found["last"] or ""
    if passes_luhn(found[0]):
        return HIDDEN
    return HIDDEN + last if last[:1] in (" ", "-") and passes_luhn(found[0].removesuffix(last)) else found[0]
