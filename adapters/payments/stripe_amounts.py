"""Amounts as Stripe writes them: its minor units are not always those of ISO 4217 (docs.stripe.com/currencies)."""

from adapters.payments.base import GatewayRefusal
from domain.money import Money, decimals_of

LARGEST = 999_999_999_999  # twelve digits: "Maximum charge amounts"; a card network or a payment method may take less

# "Supported presentment currencies". Which of them one account may use is Stripe's to say, when a payment is opened.
_CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP
CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD
JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN
NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS
TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
"""
CURRENCIES = frozenset(_CURRENCIES.split())
# "Zero-decimal currencies", without UGX: as a special case it is written with two decimals that are always 00, and so
# is ISK. The other special cases, HUF and TWD, are about payouts only.
_WHOLE = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
# "Three-decimal currencies", whose last digit must be 0.
_THOUSANDTHS = {"BHD", "JOD", "KWD", "OMR", "TND"}
_LEAST_STEP = 10


def stripe_decimals(currency: str) -> int:
    """How many digits follow the point when Stripe writes this currency."""
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def to_stripe(money: Money) -> int:
    """An amount to charge or to refund, in Stripe's units; GatewayRefusal if Stripe cannot take exactly this much."""
    if money.currency not in CURRENCIES:
        raise GatewayRefusal(f"Stripe does not take {money.currency}.")
    amount, rest = divmod(money.minor * _units(stripe_decimals(money.currency)), _units(decimals_of(money.currency)))
    if rest or (money.currency in _THOUSANDTHS and amount % _LEAST_STEP):
        raise GatewayRefusal(f"Stripe cannot take {money.amount} {money.currency}: the step is too small.")
    if not 0 < amount <= LARGEST:
        raise GatewayRefusal(f"Stripe cannot take {money.amount} {money.currency}.")
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """What Stripe's amount of a currency (in small letters) is; ValueError if it is none."""
    code = currency.upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()) or not 0 <= amount <= LARGEST:
        raise ValueError("This is no amount of money.")
    minor, rest = divmod(amount * _units(decimals_of(code)), _units(stripe_decimals(code)))
    if rest:
        raise ValueError(f"{code} has no such fraction.")
    return Money(minor, code)


def _units(decimals: int) -> int:
    return int(10**decimals)
