"""How VNPay wants amounts, moments, texts and addresses written."""

import re
import unicodedata
from datetime import datetime, timedelta, timezone
from ipaddress import IPv6Address, ip_address

from domain.money import Money

CURRENCY = "VND"
HUNDREDTHS = 100  # VNPay counts in hundredths of the dong, which has no decimals
AMOUNT_DIGITS = 12
VIETNAM = timezone(timedelta(hours=7))

# vnp_IpAddr of the API is the calling server's, of the checkout the payer's. VNPay checks neither, and behind a router
# we do not know our own.
SOME_ADDRESS = "127.0.0.1"

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9.:_-]+")


def hundredths_of(amount: Money) -> str:
    """vnp_Amount; ValueError for what VNPay cannot take."""
    text = str(amount.minor * HUNDREDTHS)
    if amount.currency != CURRENCY or amount.minor <= 0 or len(text) > AMOUNT_DIGITS:
        raise ValueError(f"VNPay cannot take {amount.amount} {amount.currency}.")
    return text


def money_of(hundredths: str) -> Money:
    """What a vnp_Amount says; ValueError if that is part of a dong."""
    whole, rest = divmod(int(hundredths), HUNDREDTHS)
    if rest:
        raise ValueError("There is no part of a dong.")
    return Money(whole, CURRENCY)


def date_of(moment: datetime) -> str:
    """A moment as yyyyMMddHHmmss in Vietnam."""
    return moment.astimezone(VIETNAM).strftime("%Y%m%d%H%M%S")


def day_of(moment: datetime) -> str:
    """The day in Vietnam: request ids are unique within one."""
    return date_of(moment)[:8]


def plain(text: str, length: int) -> str:
    """Without accents and special characters: encoders disagree on some of those, and vnp_OrderInfo wants none."""
    letters = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_PLAIN.sub(" ", bare).strip()[:length]


def network_address(text: str) -> str:
    """vnp_IpAddr has 7 to 45 characters: IPv6 fits when it is written in full."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return SOME_ADDRESS
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or address.exploded)
    return str(address)
